package dev.gleisner.cli.oracle;

import java.util.ArrayList;
import java.util.List;

/**
 * What the log has to say of an action.
 *
 * @param oneOf shapes, each of which says it; with none, it says nothing
 * @param allowed shapes that may be there as well
 * @param changes whether it changes something, so that the log may say it as often as it happened, and no oftener
 */
record Expectation(List<Shape> oneOf, List<Shape> allowed, boolean changes) {
    private static final Expectation NOTHING = new Expectation(List.of(), List.of(), false);

    Expectation {
        oneOf = List.copyOf(oneOf);
        allowed = List.copyOf(allowed);
    }

    /** Of an action on files or with the network, by the process that the host numbers {@code pid}. */
    static Expectation of(Action action, long pid, Sense sense) {
        String kind = action.kind().startsWith("beyond-") ? action.kind().substring("beyond-".length()) : action.kind();
        Maker maker = new Maker(pid, action.errno());
        String path = action.first();
        if (action.errno().equals("ENOENT") && sense.result()) {
            return NOTHING;
        }
        return switch (kind) {
            case "introduce", "create" ->
                changing(List.of(maker.one("file.create", path)), maker.one("file.write", path));
            case "race-create" ->
                // Who is asked before the path is read again by the kernel may be told another one.
                changing(
                        sense.result()
                                ? List.of(maker.one("file.create", path))
                                : List.of(maker.one("file.create", path), maker.one("file.create", action.second())),
                        maker.one("file.write", path),
                        maker.one("file.write", sense.result() ? path : action.second()));
            case "write-open" ->
                sense.result()
                        ? new Expectation(List.of(maker.one("file.write", path)), List.of(), false)
                        : maybe(maker.one("file.write", path));
            case "times" ->
                sense.result()
                        ? new Expectation(List.of(maker.one("file.attributes", path)), List.of(), false)
                        : maybe(maker.one("file.attributes", path));
            case "write" ->
                new Expectation(
                        List.of(maker.one("file.write", path)),
                        // Whether a file was there before it was opened is a result.
                        sense.result() ? List.of() : List.of(maker.one("file.create", path)),
                        false);
            case "read" ->
                sense.reads()
                        ? new Expectation(List.of(maker.one("file.read", path)), List.of(), false)
                        : maybe(maker.one("file.read", path));
            case "denied" ->
                new Expectation(
                        List.of(maker.one("file.create", path), maker.one("file.write", path)), List.of(), false);
            case "denied-read" ->
                sense.reads()
                        ? new Expectation(List.of(maker.one("file.read", path)), List.of(), false)
                        : maybe(maker.one("file.read", path));
            case "mkdir", "denied-mkdir" -> changing(List.of(maker.one("directory.create", path)));
            case "rmdir" -> changing(List.of(maker.one("directory.delete", path)));
            case "unlink" -> changing(List.of(maker.one("file.delete", path)));
            case "attributes" -> new Expectation(List.of(maker.one("file.attributes", path)), List.of(), false);
            case "rename" -> changing(List.of(maker.two("file.rename", path, action.second())));
            case "exchange" ->
                new Expectation(
                        List.of(maker.two("file.rename", path, action.second())),
                        List.of(maker.two("file.rename", action.second(), path)),
                        true);
            case "link" ->
                sense.links()
                        ? changing(List.of(maker.two("file.link", path, action.second())))
                        : changing(List.of(maker.one("file.create", action.second())));
            case "symlink" ->
                sense.links()
                        ? changing(List.of(maker.two("file.symlink", path, action.second())))
                        : changing(List.of(maker.one("file.create", path)));
            case "appear" -> appear(maker, path);
            case "connect", "bind", "send" -> network(maker, kind, action, sense);
            default -> NOTHING;
        };
    }

    /** A file without any name got one. */
    private static Expectation appear(Maker maker, String path) {
        String directory = path.substring(0, path.lastIndexOf('/'));
        return new Expectation(
                List.of(maker.one("file.create", path), maker.two("file.link", Comparison.ANYTHING, path)),
                List.of(
                        maker.one("file.write", path),
                        // Before, it is a number in its directory.
                        maker.one("file.write", directory + Comparison.UNNAMED)),
                true);
    }

    private static Expectation network(Maker maker, String kind, Action action, Sense sense) {
        Shape wanted = maker.two("network." + kind, action.first(), action.second());
        List<Shape> allowed = new ArrayList<>();
        if (action.first().equals("unix") && kind.equals("bind")) {
            allowed.add(maker.one("file.create", action.second()));
        }
        if (!sense.network()) {
            allowed.add(wanted);
        }
        return new Expectation(sense.network() ? List.of(wanted) : List.of(), allowed, false);
    }

    private static Expectation changing(List<Shape> oneOf, Shape... allowed) {
        return new Expectation(oneOf, List.of(allowed), true);
    }

    private static Expectation maybe(Shape allowed) {
        return new Expectation(List.of(), List.of(allowed), false);
    }

    /** Makes the shapes of one action. */
    private record Maker(long pid, String errno) {
        Shape one(String type, String path) {
            return new Shape(type, pid, errno, List.of(path));
        }

        Shape two(String type, String first, String second) {
            return new Shape(type, pid, errno, List.of(first, second));
        }
    }
}
