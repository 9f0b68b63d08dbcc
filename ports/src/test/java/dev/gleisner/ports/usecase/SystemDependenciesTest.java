package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.DependencyDetail;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.GitState;
import dev.gleisner.domain.record.Snapshot;
import dev.gleisner.domain.record.SystemDependency;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProjectReader;
import dev.gleisner.ports.contract.FakeHostView;
import dev.gleisner.ports.usecase.SessionActivity.Touches;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SystemDependenciesTest {
    private static final Touches READ = new Touches(true, false, false, false);
    private static final Touches RAN = new Touches(false, false, false, true);
    private static final Touches WRITTEN = new Touches(true, true, false, false);
    private static final Digest CONTENT = digest("content");

    private final TreeMap<String, Touches> touched = new TreeMap<>();
    private final List<String> hashed = new ArrayList<>();
    private SandboxSpec spec;

    @BeforeEach
    void touch() throws Exception {
        FakeHostView host = FakeHostView.mergedUsr()
                .directory("/home/user/project")
                .directory("/srv/tools")
                .directory("/opt/tools")
                .program("/usr/bin/make");
        spec = SpecResolver.resolve(
                        new InventedProfile()
                                .extra("/srv/tools", "/opt/tools", true)
                                .build(),
                        Launch.of(List.of("make"), "/home/user/project").build(),
                        host)
                .spec();
        touched.put("/usr/bin/make", RAN);
        touched.put("/usr/lib/jvm/a", READ);
        touched.put("/usr/lib/jvm/b", READ);
        touched.put("/opt/tools/x", READ);
        touched.put("/usr/lib/made", WRITTEN);
        for (String insideOnly : List.of("/proc/self/maps", "/dev/null", "/tmp/x", "/home/user/.cache/x")) {
            touched.put(insideOnly, READ);
        }
    }

    private static Digest digest(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private SystemDependencies.Result find(DependencyDetail detail) throws GleisnerException {
        return SystemDependencies.of(new Touched(touched), spec, true, detail, new Reader(hashed));
    }

    @Test
    void groupsCountTheirFiles() throws Exception {
        assertThat(find(DependencyDetail.GROUPED).dependencies())
                .containsExactly(
                        new SystemDependency.Group("/opt/tools", 1, digest("/opt/tools/x\n")),
                        new SystemDependency.Group("/usr/bin", 1, digest("/usr/bin/make\n")),
                        new SystemDependency.Group("/usr/lib/jvm", 2, digest("/usr/lib/jvm/a\n/usr/lib/jvm/b\n")));
        assertThat(hashed).isEmpty();
    }

    @Test
    void filesAreListedByTheNameTheyHadInside() throws Exception {
        assertThat(find(DependencyDetail.LISTED).dependencies())
                .extracting(each -> ((SystemDependency.File) each).path())
                .containsExactly("/opt/tools/x", "/usr/bin/make", "/usr/lib/jvm/a", "/usr/lib/jvm/b");
    }

    @Test
    void filesAreHashedWhereTheHostHasThem() throws Exception {
        SystemDependencies.Result found = find(DependencyDetail.HASHED);
        assertThat(hashed).containsExactlyInAnyOrder("srv/tools/x", "usr/bin/make", "usr/lib/jvm/a", "usr/lib/jvm/b");
        assertThat(found.dependencies())
                .contains(
                        new SystemDependency.File("/opt/tools/x", Optional.of(CONTENT)),
                        new SystemDependency.File("/usr/lib/jvm/b", Optional.empty()));
        assertThat(found.unhashed()).isEqualTo(1);
    }

    private record Touched(Map<String, Touches> paths) implements SessionActivity {
        @Override
        public void inProject(Visitor visitor) {}

        @Override
        public void outside(Visitor visitor) throws GleisnerException {
            for (Map.Entry<String, Touches> each : paths.entrySet()) {
                visitor.visit(each.getKey(), each.getValue());
            }
        }
    }

    /** Has all files but those whose names end in b. */
    private record Reader(List<String> asked) implements ProjectReader {
        @Override
        public Snapshot scan(Path root) {
            return new Snapshot(new TreeMap<>(), List.of(), 0);
        }

        @Override
        public List<FileState> hash(Path root, Collection<String> paths) {
            assertThat(root).isEqualTo(Path.of("/"));
            asked.addAll(paths);
            List<FileState> states = new ArrayList<>();
            for (String path : paths) {
                if (!path.endsWith("b")) {
                    states.add(new FileState(path, 7, 0644, "", Optional.of(CONTENT)));
                }
            }
            return states;
        }

        @Override
        public Optional<GitState> git(Path root) {
            return Optional.empty();
        }
    }
}
