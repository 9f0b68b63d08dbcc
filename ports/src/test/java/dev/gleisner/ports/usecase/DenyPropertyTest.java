package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.SandboxSpec;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.contract.FakeHostView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the rules are: adding a deny rule never shows more, and what it names is shown nowhere. Mounts are
 * interpreted here once more, as the kernel does: one after the other, the last one on top.
 */
class DenyPropertyTest {
    private static final String PROJECT = "/home/user/project";
    private static final int ROUNDS = 300;

    @ParameterizedTest
    @ValueSource(longs = {1, 20261122, 42, -7})
    void aDenyRuleNeverShowsMoreAndHidesWhatItNames(long seed) {
        Random random = new Random(seed);
        int compared = 0;
        for (int round = 0; round < ROUNDS; round++) {
            List<String> paths = new ArrayList<>();
            FakeHostView host = host(random, paths);
            InventedProfile profile = profile(random, paths);
            String denied = pick(random, paths);
            SandboxSpec before;
            SandboxSpec after;
            try {
                before = resolve(profile, host);
                after = resolve(profile.deny(denied), host);
            } catch (GleisnerException refused) {
                continue;
            }
            compared++;
            Map<String, String> seenBefore = seen(before, host, paths);
            Map<String, String> seenAfter = seen(after, host, paths);
            assertThat(seenBefore)
                    .as("seed %d, round %d, deny %s", seed, round, denied)
                    .containsAllEntriesOf(seenAfter);
            String real = host.realPath(denied).orElseThrow();
            assertThat(seenAfter.values())
                    .as("seed %d, round %d, deny %s", seed, round, denied)
                    .noneMatch(shown -> shown.equals(real) || shown.startsWith(real + "/"));
        }
        assertThat(compared).as("rounds that were not refused").isGreaterThan(ROUNDS / 4);
    }

    private static SandboxSpec resolve(InventedProfile profile, FakeHostView host) throws GleisnerException {
        return SpecResolver.resolve(
                        profile.build(), Launch.of(List.of("git"), PROJECT).build(), host)
                .spec();
    }

    private static FakeHostView host(Random random, List<String> paths) {
        FakeHostView host = FakeHostView.mergedUsr();
        for (int i = 0; i < 12; i++) {
            StringBuilder path = new StringBuilder(random.nextBoolean() ? PROJECT : "/srv");
            for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
                path.append('/').append((char) ('a' + random.nextInt(3)));
            }
            String name = path.toString();
            String parent = name.substring(0, name.lastIndexOf('/'));
            boolean parentIsDirectory =
                    host.kind(parent).isEmpty() || host.kind(parent).orElseThrow() == FakeHostView.Kind.DIRECTORY;
            if (host.realPath(name).isPresent()
                    || !parentIsDirectory
                    || host.readLink(name).isPresent()) {
                continue;
            }
            try {
                switch (random.nextInt(4)) {
                    case 0 -> host.file(name);
                    case 1 -> {
                        if (!paths.isEmpty()) {
                            host.link(name, pick(random, paths));
                        }
                    }
                    default -> host.directory(name);
                }
            } catch (java.util.NoSuchElementException parentIsNoDirectory) {
                continue;
            }
            if (host.realPath(name).isPresent()) {
                paths.add(name);
            }
        }
        paths.add("/opt");
        paths.add("/etc/passwd");
        return host;
    }

    private static InventedProfile profile(Random random, List<String> paths) {
        InventedProfile profile = new InventedProfile();
        for (int i = random.nextInt(4); i > 0; i--) {
            String path = pick(random, paths);
            switch (random.nextInt(4)) {
                case 0 -> profile.readonly(path);
                case 1 -> profile.readwrite(path);
                case 2 -> profile.deny(path);
                default -> profile.extra(path, "/x" + random.nextInt(3), random.nextBoolean());
            }
        }
        return profile;
    }

    private static String pick(Random random, List<String> paths) {
        return paths.get(random.nextInt(paths.size()));
    }

    /** Path inside to path on the host, for every candidate that shows something of the host. */
    private static Map<String, String> seen(SandboxSpec spec, FakeHostView host, List<String> paths) {
        Set<String> candidates = new TreeSet<>(paths);
        for (Mount mount : spec.mounts()) {
            candidates.add(mount.target());
            if (mount instanceof Mount.Bind bind) {
                for (String path : paths) {
                    host.realPath(path)
                            .filter(real -> real.startsWith(bind.source() + "/"))
                            .ifPresent(real -> candidates.add(
                                    bind.target() + real.substring(bind.source().length())));
                }
            }
        }
        Map<String, String> seen = new TreeMap<>();
        for (String candidate : candidates) {
            String shown = "";
            for (Mount mount : spec.mounts()) {
                if (candidate.equals(mount.target()) || candidate.startsWith(mount.target() + "/")) {
                    shown = mount instanceof Mount.Bind bind
                            ? bind.source() + candidate.substring(bind.target().length())
                            : "";
                }
            }
            if (!shown.isEmpty() && host.realPath(shown).filter(shown::equals).isPresent()) {
                seen.put(candidate, shown);
            }
        }
        return seen;
    }
}
