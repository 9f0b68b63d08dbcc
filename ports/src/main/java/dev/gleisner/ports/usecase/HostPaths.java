package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.RulePath;
import dev.gleisner.ports.HostView;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;

/** Arithmetic on absolute paths, as text: {@code java.nio.file} would bring the real file system in. */
final class HostPaths {
    /**
     * Parents before children, siblings by name: the slash counts less than every other character. A class and not a
     * lambda, as the first lambda of a process costs milliseconds.
     */
    static final Comparator<String> PARENTS_FIRST = new ParentsFirst();

    private HostPaths() {}

    private static final class ParentsFirst implements Comparator<String> {
        @Override
        public int compare(String one, String other) {
            int shorter = Math.min(one.length(), other.length());
            for (int i = 0; i < shorter; i++) {
                char a = one.charAt(i);
                char b = other.charAt(i);
                if (a != b) {
                    return a == '/' ? -1 : b == '/' ? 1 : Character.compare(a, b);
                }
            }
            return Integer.compare(one.length(), other.length());
        }
    }

    /** {@code base} followed by {@code tail}, which is empty or starts with a slash. */
    static String join(String base, String tail) {
        return base.equals("/") && !tail.isEmpty() ? tail : base.concat(tail);
    }

    /** What follows {@code ancestor} in {@code path}: empty, or starting with a slash. */
    static String tail(String path, String ancestor) {
        return ancestor.equals("/") ? (path.equals("/") ? "" : path) : path.substring(ancestor.length());
    }

    /** The directory that the path is in; {@code /} for {@code /}. */
    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /** {@code path} itself when it is absolute, otherwise seen from {@code directory}. */
    static String from(String directory, String path) {
        if (path.startsWith("/")) {
            return path;
        }
        String shortened = path;
        while (shortened.startsWith("./")) {
            shortened = shortened.substring(2);
        }
        return join(directory, "/".concat(shortened));
    }

    /** The components of a path, first on top; pushed in front of those that {@code rest} has already. */
    static void push(String path, Deque<String> rest) {
        int end = path.length();
        while (end > 0) {
            int slash = path.lastIndexOf('/', end - 1);
            if (end - slash > 1) {
                rest.push(path.substring(slash + 1, end));
            }
            end = slash;
        }
    }

    static Deque<String> components(String path) {
        Deque<String> components = new ArrayDeque<>();
        push(path, components);
        return components;
    }

    /** The path with links resolved as far as it exists; what does not exist is kept as it is written. */
    static String realAsFarAsItExists(HostView host, String path) {
        String existing = path;
        while (!existing.equals("/")) {
            Optional<String> real = host.realPath(existing);
            if (real.isPresent()) {
                return join(real.get(), tail(path, existing));
            }
            existing = parent(existing);
        }
        return path;
    }

    /** Whether one of the two is the other or below it. */
    static boolean overlap(String one, String other) {
        return RulePath.within(one, other) || RulePath.within(other, one);
    }
}
