package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.PathText;
import dev.gleisner.domain.record.BoundFile;
import dev.gleisner.domain.record.BoundFile.Binding;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.SensorReport;
import dev.gleisner.domain.record.Sight;
import dev.gleisner.domain.record.Snapshot;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProjectReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the session did to the project's files, from two snapshots and from what the sensors saw. A change that only
 * the snapshots show becomes an event too, so that the log misses no change that lasted.
 *
 * @param subjects files that were written and are still there
 * @param dependencies files that were read and not written first
 * @param deleted files that were there before and are gone
 * @param unhashed files that belong to the first two and have no digest
 * @param report of the snapshots as a source of events
 */
record Reconciliation(
        List<BoundFile> subjects,
        List<BoundFile> dependencies,
        List<String> deleted,
        long unhashed,
        SensorReport report) {

    private static final String SOURCE = "snapshot";

    static Reconciliation of(ProjectReader projects, Path root, Baseline before, EventStream stream)
            throws GleisnerException {
        Snapshot after = projects.scan(root);
        String prefix = prefix(root);
        // Only what the snapshots know counts here, so that this is not larger than they are.
        Set<String> sensedWrites = new HashSet<>();
        Set<String> sensedDeletes = new HashSet<>();
        List<String> sensedReads = new ArrayList<>();
        stream.activity().inProject((path, touches) -> {
            if (touches.written() && after.files().containsKey(path)) {
                sensedWrites.add(path);
            }
            if (before.snapshot().files().containsKey(path)) {
                if (touches.deleted()) {
                    sensedDeletes.add(path);
                }
                if (touches.read()) {
                    sensedReads.add(path);
                }
            }
        });
        long events = 0;

        // 1. Changes: what the snapshots differ in, and what a sensor saw written (a file rewritten within one
        //    clock tick, with the same size, differs in no snapshot).
        Set<String> changed = new TreeSet<>();
        for (FileState file : after.files().values()) {
            FileState old = before.snapshot().files().get(file.path());
            boolean differs = old == null || !old.changed().equals(file.changed());
            if (differs && !sensedWrites.contains(file.path()) && contentDiffers(projects, root, before, file, old)) {
                stream.accept(
                        SOURCE,
                        old == null
                                ? new Event.FileCreated(prefix + file.path())
                                : new Event.FileWritten(prefix + file.path()));
                events++;
                changed.add(file.path());
            } else if (sensedWrites.contains(file.path())) {
                changed.add(file.path());
            }
        }
        List<String> deleted = new ArrayList<>();
        for (String path : before.snapshot().files().keySet()) {
            if (!after.files().containsKey(path)) {
                deleted.add(path);
                if (!sensedDeletes.contains(path)) {
                    stream.accept(SOURCE, new Event.FileDeleted(prefix + path));
                    events++;
                }
            }
        }

        // 2. Subjects: their content as it is now that nothing can write any more.
        Map<String, Digest> now = digests(projects.hash(root, changed));
        List<BoundFile> subjects = new ArrayList<>();
        long unhashed = 0;
        for (String path : changed) {
            Optional<Digest> digest = Optional.ofNullable(now.get(path));
            digest.ifPresent(found -> subjects.add(new BoundFile(path, found, Binding.AT_EXIT)));
            unhashed += digest.isPresent() ? 0 : 1;
        }

        // 3. Dependencies: their content before the command ran.
        Set<String> late = new TreeSet<>();
        List<BoundFile> dependencies = new ArrayList<>();
        for (String path : sensedReads) {
            Digest digest = before.digests().get(path);
            if (digest != null) {
                dependencies.add(new BoundFile(path, digest, Binding.SNAPSHOT));
            } else if (!changed.contains(path) && after.files().containsKey(path)) {
                late.add(path);
            } else {
                unhashed++;
            }
        }
        Map<String, Digest> lateDigests = digests(projects.hash(root, late));
        for (String path : late) {
            Digest digest = lateDigests.get(path);
            if (digest == null) {
                unhashed++;
            } else {
                dependencies.add(new BoundFile(path, digest, Binding.AT_EXIT));
            }
        }
        long skipped = before.snapshot().skippedCount() + after.skippedCount();
        return new Reconciliation(
                subjects,
                dependencies,
                deleted,
                unhashed,
                new SensorReport(
                        SOURCE,
                        Set.of(Sight.CHANGES),
                        "regular files of the project before the release and after the last exit",
                        true,
                        before.takenOn(),
                        events,
                        Optional.empty(),
                        0,
                        new TreeMap<>(),
                        skipped == 0 ? "" : skipped + " entries were no regular files or could not be read"));
    }

    /** A file whose times changed and whose content did not is no output of the session. */
    private static boolean contentDiffers(
            ProjectReader projects, Path root, Baseline before, FileState file, @Nullable FileState old)
            throws GleisnerException {
        Digest oldDigest = before.digests().get(file.path());
        if (old == null || oldDigest == null || old.sizeBytes() != file.sizeBytes()) {
            return true;
        }
        List<FileState> now = projects.hash(root, List.of(file.path()));
        return now.isEmpty() || !now.getFirst().digest().equals(Optional.of(oldDigest));
    }

    /** What the absolute paths of files of the project begin with. */
    static String prefix(Path root) {
        return PathText.decode(root.toString().getBytes(StandardCharsets.UTF_8)) + "/";
    }

    private static Map<String, Digest> digests(List<FileState> files) {
        Map<String, Digest> digests = new HashMap<>();
        for (FileState file : files) {
            file.digest().ifPresent(digest -> digests.put(file.path(), digest));
        }
        return digests;
    }
}
