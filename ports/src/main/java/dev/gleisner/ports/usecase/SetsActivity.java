package dev.gleisner.ports.usecase;

import dev.gleisner.domain.event.PathText;
import dev.gleisner.ports.GleisnerException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/** What a session touched, from the paths that its stream of events remembers. */
record SetsActivity(EventStream stream, String prefix) implements SessionActivity {
    /** What the absolute paths of a project begin with, as sensors write them. */
    static String prefix(String projectRoot) {
        return PathText.decode(projectRoot.getBytes(StandardCharsets.UTF_8)) + "/";
    }

    @Override
    public void inProject(Visitor visitor) throws GleisnerException {
        visit(visitor, true);
    }

    @Override
    public void outside(Visitor visitor) throws GleisnerException {
        visit(visitor, false);
    }

    private void visit(Visitor visitor, boolean inProject) throws GleisnerException {
        Set<String> read = stream.read();
        Set<String> written = stream.written();
        Set<String> deleted = stream.deleted();
        Set<String> all = new TreeSet<>(read);
        all.addAll(written);
        all.addAll(deleted);
        for (String path : all) {
            if (path.startsWith(prefix) == inProject) {
                visitor.visit(
                        inProject ? path.substring(prefix.length()) : path,
                        new Touches(read.contains(path), written.contains(path), deleted.contains(path), false));
            }
        }
    }
}
