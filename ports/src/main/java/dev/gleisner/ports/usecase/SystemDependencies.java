package dev.gleisner.ports.usecase;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.DependencyDetail;
import dev.gleisner.domain.profile.RulePath;
import dev.gleisner.domain.record.DirectoryGroups;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.SystemDependency;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProjectReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the session used of the host outside of the project: files that it read or ran and did not write. What only
 * exists in the sandbox (its {@code /proc}, {@code /dev}, {@code /tmp}, empty home, masks) is nobody's dependency.
 */
final class SystemDependencies {
    /** More files than these are grouped whatever the detail: a statement has to fit into memory. */
    static final int MOST_LISTED = 100_000;

    private static final List<String> OF_THE_KERNEL = List.of("/proc", "/sys", "/dev");
    private static final int HASHED_AT_ONCE = 4096;
    private static final Path HOST = Path.of("/");

    private final SandboxSpec spec;
    private final boolean confined;
    private final DependencyDetail detail;
    private final ProjectReader reader;
    private final List<SystemDependency> files = new ArrayList<>();
    private final Map<String, Count> groups = new LinkedHashMap<>();
    /** Paths inside, by the path on the host without its first slash. */
    private final Map<String, String> waiting = new LinkedHashMap<>();

    private long unhashed;

    /**
     * What was found.
     *
     * @param dependencies in ascending order of their names
     * @param unhashed how many files have no digest although one was asked for
     */
    record Result(List<SystemDependency> dependencies, long unhashed) {}

    private SystemDependencies(SandboxSpec spec, boolean confined, DependencyDetail detail, ProjectReader reader) {
        this.spec = spec;
        this.confined = confined;
        this.detail = detail;
        this.reader = reader;
    }

    /**
     * Looks at everything that was touched outside of the project, after the last process has ended.
     *
     * @param confined whether the command saw the tree of {@code spec}, and not the host's
     * @param reader follows no link and reads regular files only
     */
    static Result of(
            SessionActivity activity, SandboxSpec spec, boolean confined, DependencyDetail detail, ProjectReader reader)
            throws GleisnerException {
        SystemDependencies all = new SystemDependencies(spec, confined, detail, reader);
        activity.outside(all::visit);
        all.hash();
        List<SystemDependency> found = new ArrayList<>(all.files);
        all.groups.forEach((directory, count) ->
                found.add(new SystemDependency.Group(directory, count.files, Digest.sha256(count.paths))));
        return new Result(found, all.unhashed);
    }

    private void visit(String path, SessionActivity.Touches touches) throws GleisnerException {
        if (touches.written() || !touches.read() && !touches.executed()) {
            return;
        }
        Optional<String> host = onHost(path);
        if (host.isEmpty()) {
            return;
        }
        if (detail == DependencyDetail.GROUPED || files.size() + waiting.size() >= MOST_LISTED) {
            groups.computeIfAbsent(DirectoryGroups.of(path), _ -> new Count()).add(path);
        } else if (detail == DependencyDetail.LISTED) {
            files.add(new SystemDependency.File(path, Optional.empty()));
        } else {
            waiting.put(host.get().substring(1), path);
            if (waiting.size() >= HASHED_AT_ONCE) {
                hash();
            }
        }
    }

    /** The path of that file on the host; empty when the sandbox made it. */
    private Optional<String> onHost(String path) {
        for (String each : OF_THE_KERNEL) {
            if (RulePath.within(path, each)) {
                return Optional.empty();
            }
        }
        if (!confined) {
            return Optional.of(path);
        }
        Optional<Mount> nearest = Optional.empty();
        for (Mount mount : spec.mounts()) {
            if (RulePath.within(path, mount.target())
                    && nearest.filter(other ->
                                    other.target().length() > mount.target().length())
                            .isEmpty()) {
                nearest = Optional.of(mount);
            }
        }
        return nearest.isPresent() && nearest.get() instanceof Mount.Bind bind
                ? Optional.of(bind.source() + path.substring(bind.target().length()))
                : Optional.empty();
    }

    private void hash() throws GleisnerException {
        if (waiting.isEmpty()) {
            return;
        }
        Map<String, Digest> digests = new HashMap<>();
        for (FileState file : reader.hash(HOST, waiting.keySet())) {
            file.digest().ifPresent(digest -> digests.put(file.path(), digest));
        }
        for (Map.Entry<String, String> each : waiting.entrySet()) {
            Optional<Digest> digest = Optional.ofNullable(digests.get(each.getKey()));
            unhashed += digest.isPresent() ? 0 : 1;
            files.add(new SystemDependency.File(each.getValue(), digest));
        }
        waiting.clear();
    }

    /** Files of a group, without their names. */
    private static final class Count {
        private final MessageDigest paths = Digest.newSha256();
        private long files;

        void add(String path) {
            files++;
            paths.update((path + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
