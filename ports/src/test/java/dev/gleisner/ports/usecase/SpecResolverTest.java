package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import dev.gleisner.ports.contract.FakeHostView;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpecResolverTest {
    private static final String PROJECT = "/home/user/project";

    private FakeHostView host = FakeHostView.mergedUsr();
    private InventedProfile profile = new InventedProfile();

    private Resolution resolve(UnaryOperator<Launch.Builder> more) throws GleisnerException {
        return resolve(PROJECT, more);
    }

    private Resolution resolve(String directory, UnaryOperator<Launch.Builder> more) throws GleisnerException {
        return SpecResolver.resolve(
                profile.build(),
                more.apply(Launch.of(List.of("git", "status"), directory)).build(),
                host);
    }

    private Resolution resolve() throws GleisnerException {
        return resolve(UnaryOperator.identity());
    }

    private GleisnerException refused(String directory, UnaryOperator<Launch.Builder> more) {
        GleisnerException refused =
                catchThrowableOfType(GleisnerException.BadInput.class, () -> resolve(directory, more));
        assertThat(refused).isNotNull();
        assertThat(refused.fix()).isNotBlank();
        return refused;
    }

    private static List<String> targets(Resolution resolution) {
        return resolution.spec().mounts().stream().map(Mount::target).toList();
    }

    private static Mount at(Resolution resolution, String target) {
        List<Mount> found = resolution.spec().mounts().stream()
                .filter(mount -> mount.target().equals(target))
                .toList();
        assertThat(found).as("mounts at %s", target).hasSize(1);
        return found.getFirst();
    }

    private static void assertBind(Resolution resolution, String target, String source, boolean readOnly) {
        assertThat(at(resolution, target)).isInstanceOfSatisfying(Mount.Bind.class, bind -> {
            assertThat(bind.source()).isEqualTo(source);
            assertThat(bind.readOnly()).isEqualTo(readOnly);
        });
    }

    @Nested
    class Tree {
        @Test
        void aMergedUsrBecomesOneBindAndLinks() throws GleisnerException {
            Resolution resolution = resolve();
            assertBind(resolution, "/usr", "/usr", true);
            assertThat(at(resolution, "/bin"))
                    .isInstanceOfSatisfying(
                            Mount.Symlink.class,
                            link -> assertThat(link.linkTo()).isEqualTo("usr/bin"));
            assertThat(targets(resolution)).doesNotContain("/usr/bin", "/usr/lib");
        }

        @Test
        void aSplitUsrBecomesBinds() throws GleisnerException {
            host = FakeHostView.splitUsr();
            Resolution resolution = resolve();
            assertBind(resolution, "/bin", "/bin", true);
            assertBind(resolution, "/lib64", "/lib64", true);
        }

        @Test
        void theProjectIsWritableInAnEmptyHome() throws GleisnerException {
            Resolution resolution = resolve();
            assertThat(at(resolution, "/home/user"))
                    .isInstanceOfSatisfying(
                            Mount.Tmpfs.class, home -> assertThat(home.mode()).isEqualTo(0700));
            assertBind(resolution, PROJECT, PROJECT, false);
            assertThat(targets(resolution)).noneMatch(target -> target.contains(".ssh"));
        }

        @Test
        void aProjectBelowTmpIsShownInThePrivateTmp() throws GleisnerException {
            host.directory("/tmp/work");
            Resolution resolution = resolve("/tmp/work", UnaryOperator.identity());
            assertThat(at(resolution, "/tmp")).isInstanceOf(Mount.Tmpfs.class);
            assertBind(resolution, "/tmp/work", "/tmp/work", false);
        }

        @Test
        void scratchDirectoriesHaveTheModeThatProgramsExpect() throws GleisnerException {
            assertThat(((Mount.Tmpfs) at(resolve(), "/tmp")).mode()).isEqualTo(01777);
            assertThat(((Mount.Tmpfs) at(resolve(), "/run")).mode()).isEqualTo(0755);
        }

        @Test
        void parentsComeBeforeChildrenAndMasksLast() throws GleisnerException {
            profile.deny(PROJECT + "/secret").readwrite("~/.cache/a", "~/.cache");
            host.directory("/home/user/.cache/a").directory(PROJECT + "/secret").directory(PROJECT + "/.git/hooks");
            List<Mount> mounts = resolve().spec().mounts();
            List<String> seen = new ArrayList<>();
            boolean masks = false;
            for (Mount mount : mounts) {
                boolean mask = mount instanceof Mount.MaskDirectory || mount instanceof Mount.MaskFile;
                assertThat(masks && !mask).as("%s after a mask", mount).isFalse();
                masks |= mask;
                assertThat(seen)
                        .as("children before %s", mount)
                        .noneMatch(each -> each.startsWith(mount.target() + "/"));
                seen.add(mount.target());
            }
        }

        @Test
        void aSymlinkedHomeKeepsItsName() throws GleisnerException {
            host = new FakeHostView()
                    .directory("/var/home")
                    .link("/home", "var/home")
                    .program("/usr/bin/git")
                    .directory("/var/home/user/project")
                    .directory("/var/home/user/.cache")
                    .variable("PATH", "/usr/bin");
            profile.readwrite("~/.cache");
            Resolution resolution = resolve();
            assertThat(resolution.spec().projectRoot()).isEqualTo("/var/home/user/project");
            assertThat(resolution.spec().identity().home()).isEqualTo("/home/user");
            assertThat(at(resolution, "/home"))
                    .isInstanceOfSatisfying(
                            Mount.Symlink.class,
                            link -> assertThat(link.linkTo()).isEqualTo("var/home"));
            assertThat(at(resolution, "/var/home/user")).isInstanceOf(Mount.Tmpfs.class);
            assertBind(resolution, "/var/home/user/.cache", "/var/home/user/.cache", false);
        }

        @Test
        void aLinkInHomeIsShownWithWhatItLeadsTo() throws GleisnerException {
            host.directory("/data/m2").link("/home/user/.m2", "/data/m2");
            profile.readwrite("~/.m2");
            Resolution resolution = resolve();
            assertThat(at(resolution, "/home/user/.m2")).isInstanceOf(Mount.Symlink.class);
            assertBind(resolution, "/data/m2", "/data/m2", false);
        }

        @Test
        void whatTheHostLacksIsSkippedWithANote() throws GleisnerException {
            profile.readwrite("~/.cargo");
            Resolution resolution = resolve();
            assertThat(targets(resolution)).doesNotContain("/home/user/.cargo");
            assertThat(resolution.notes()).anyMatch(note -> note.contains("/home/user/.cargo"));
        }

        @Test
        void aDaemonsHomeHidesNoPrograms() throws GleisnerException {
            host.directory("/srv/project").caller(1, "daemon", "/usr/sbin");
            Resolution resolution = resolve("/srv/project", UnaryOperator.identity());
            assertThat(resolution.spec().identity().home()).isEqualTo("/home/daemon");
            assertThat(targets(resolution)).contains("/home/daemon").doesNotContain("/usr/sbin");
        }

        @Test
        void earlierRecordsAreReadOnly() throws GleisnerException {
            host.directory(PROJECT + "/.gleisner");
            assertBind(resolve(), PROJECT + "/.gleisner", PROJECT + "/.gleisner", true);
        }

        @Test
        void whatGitOnTheHostExecutesIsReadOnlyAndCannotBeMovedAside() throws GleisnerException {
            host.file(PROJECT + "/.git/config").directory(PROJECT + "/.git/hooks");
            Resolution resolution = resolve();
            assertBind(resolution, PROJECT + "/.git", PROJECT + "/.git", false);
            assertBind(resolution, PROJECT + "/.git/config", PROJECT + "/.git/config", true);
            assertBind(resolution, PROJECT + "/.git/hooks", PROJECT + "/.git/hooks", true);
        }

        @Test
        void whoNamesTheGitConfigurationKeepsItWritable() throws GleisnerException {
            host.file(PROJECT + "/.git/config").directory(PROJECT + "/.git/hooks");
            Resolution resolution = resolve(launch -> launch.readwrite(".git/config"));
            assertThat(targets(resolution)).doesNotContain(PROJECT + "/.git/config");
            assertBind(resolution, PROJECT + "/.git/hooks", PROJECT + "/.git/hooks", true);
        }

        @Test
        void extraMountsShowUnderAnotherName() throws GleisnerException {
            host.directory("/srv/data");
            profile.extra("/srv/data", "/data", true);
            assertBind(resolve(), "/data", "/srv/data", true);
        }

        @Test
        void aMountPointIsNeverMadeOnTheHost() {
            host.directory("/srv/data");
            profile.extra("/srv/data", "/usr/data", true);
            assertThat(refused(PROJECT, UnaryOperator.identity())).hasMessageContaining("/usr/data");
        }

        @Test
        void aMountPointBelowALinkIsSettled() throws GleisnerException {
            host.directory("/srv/data").directory("/usr/lib/data");
            profile.extra("/srv/data", "/lib/data", true);
            assertBind(resolve(), "/usr/lib/data", "/srv/data", true);
        }

        @Test
        void nestedBindsOfDifferentStrengthBothStay() throws GleisnerException {
            host.directory("/opt/tool/cache");
            Resolution resolution = resolve(launch -> launch.readwrite("/opt/tool/cache"));
            assertBind(resolution, "/opt", "/opt", true);
            assertBind(resolution, "/opt/tool/cache", "/opt/tool/cache", false);
        }

        @Test
        void theFileOfNameServersIsShownOnlyWithTheHostsNetwork() throws GleisnerException {
            host.file("/run/systemd/resolve/stub-resolv.conf")
                    .link("/etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf");
            assertThat(targets(resolve())).doesNotContain("/run/systemd/resolve/stub-resolv.conf");
            assertThat(targets(resolve(launch -> launch.allowNetwork(true))))
                    .contains("/run/systemd/resolve/stub-resolv.conf");
        }
    }

    @Nested
    class Masks {
        @Test
        void secretsOfTheSystemAreMaskedByKindEvenForRoot() throws GleisnerException {
            host.caller(0, "root", "/root").directory("/srv/project");
            Resolution resolution = resolve("/srv/project", UnaryOperator.identity());
            assertThat(at(resolution, "/etc/shadow")).isInstanceOf(Mount.MaskFile.class);
            assertThat(at(resolution, "/etc/ssh/ssh_host_ed25519_key")).isInstanceOf(Mount.MaskFile.class);
            assertThat(at(resolution, "/etc/sudoers.d")).isInstanceOf(Mount.MaskDirectory.class);
        }

        @Test
        void aLinkedSecretIsMaskedWhereItReallyIs() throws GleisnerException {
            host.file("/opt/vault/key").link(PROJECT + "/key", "/opt/vault/key");
            profile.deny(PROJECT + "/key");
            assertThat(at(resolve(), "/opt/vault/key")).isInstanceOf(Mount.MaskFile.class);
        }

        @Test
        void aDeniedPathIsMaskedUnderEveryNameItHas() throws GleisnerException {
            host.file("/srv/data/secret");
            profile.readonly("/srv/data").extra("/srv", "/mirror", true).deny("/srv/data/secret");
            assertThat(targets(resolve())).contains("/srv/data/secret", "/mirror/data/secret");
        }

        @Test
        void aNameInsideCanBeDenied() throws GleisnerException {
            host.file("/srv/data/secret");
            profile.extra("/srv/data", "/data", true).deny("/data/secret");
            assertThat(at(resolve(), "/data/secret")).isInstanceOf(Mount.MaskFile.class);
        }

        @Test
        void belowAMaskThereIsNoSecondOne() throws GleisnerException {
            host.file(PROJECT + "/a/b");
            profile.deny(PROJECT + "/a", PROJECT + "/a/b");
            assertThat(targets(resolve())).contains(PROJECT + "/a").doesNotContain(PROJECT + "/a/b");
        }

        @Test
        void aNameThatTheCommandCouldCreateIsNoted() throws GleisnerException {
            profile.deny(PROJECT + "/.env");
            assertThat(resolve().notes()).anyMatch(note -> note.contains("/.env does not exist yet"));
        }

        @Test
        void evidenceInsideABindIsMasked() throws GleisnerException {
            host.directory("/home/user/.local/state/gleisner").directory("/home/user/.local/bin");
            profile.readwrite("~/.local");
            Resolution resolution = resolve(launch -> launch.hide("/home/user/.local/state/gleisner"));
            assertThat(at(resolution, "/home/user/.local/state/gleisner")).isInstanceOf(Mount.MaskDirectory.class);
        }

        @Test
        void evidenceThatIsNotThereYetCannotBeMasked() {
            host.directory("/home/user/.local");
            profile.readwrite("~/.local");
            assertThat(refused(PROJECT, launch -> launch.hide("/home/user/.local/state/gleisner")))
                    .hasMessageContaining("does not exist yet");
        }

        @Test
        void evidenceOutsideOfEveryBindNeedsNothing() throws GleisnerException {
            assertThat(targets(resolve(launch -> launch.hide("/home/user/.local/state/gleisner"))))
                    .noneMatch(target -> target.contains("state"));
        }
    }

    @Nested
    class Refusals {
        @ParameterizedTest
        @ValueSource(
                strings = {"/", "/home", "/home/user", "/proc", "/sys", "/dev", "/run", "/tmp", "/absent", "/etc/passwd"
                })
        void noPlaceForAProject(String directory) {
            refused(directory, UnaryOperator.identity());
        }

        @Test
        void aProjectThatIsLinkedToHome() {
            host.link("/srv", "/home/user");
            refused("/srv", UnaryOperator.identity());
        }

        @Test
        void theHomeThatTheEnvironmentNames() {
            host.directory("/srv/other").variable("HOME", "/srv/other");
            refused("/srv/other", UnaryOperator.identity());
        }

        @Test
        void workingOutsideOfTheProject() {
            refused(PROJECT, launch -> launch.projectRoot("/opt"));
        }

        @Test
        void aProjectThatTheProfileShowsReadOnly() {
            refused("/opt", UnaryOperator.identity());
        }

        @Test
        void aProjectThatTheProfileDenies() {
            host.directory("/home/user/.ssh/repository");
            refused("/home/user/.ssh/repository", UnaryOperator.identity());
        }

        @ParameterizedTest
        @ValueSource(strings = {PROJECT, PROJECT + "/evidence", "/home/user"})
        void evidenceThatOverlapsTheProject(String evidence) {
            refused(PROJECT, launch -> launch.hide(evidence));
        }

        @Test
        void aBindOfTheEvidence() {
            host.directory("/home/user/.local/state/gleisner/p1");
            refused(
                    PROJECT,
                    launch -> launch.hide("/home/user/.local/state/gleisner")
                            .readonly("/home/user/.local/state/gleisner/p1"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "/absent",
                    "/",
                    "/home",
                    "/home/user",
                    "/home/user/.ssh",
                    "/home/user/.ssh/id_ed25519",
                    "/proc",
                    "/dev",
                    "/run/docker.sock",
                    "/opt:relative",
                    "/opt:/a/../b",
                    "/opt:/",
                    "/opt:/proc/x",
                    "/opt:"
                })
        void aPathOnTheCommandLine(String path) {
            host.socket("/run/docker.sock");
            refused(PROJECT, launch -> launch.readonly(path));
            refused(PROJECT, launch -> launch.readwrite(path));
        }

        @Test
        void switchingOffTheNetworkNamespaceByTheBackDoor() {
            refused(PROJECT, launch -> launch.layer(Layer.NETWORK_NAMESPACE, Requirement.OFF));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "*", "*.com", "https://example.org", "EXAMPLE.org", "127.0.0.1", "a..b"})
        void aDomain(String pattern) {
            refused(PROJECT, launch -> launch.allowDomain(pattern));
        }

        @Test
        void aDomainBesidesTheWholeNetwork() {
            refused(PROJECT, launch -> launch.allowNetwork(true).allowDomain("example.org"));
        }

        @Test
        void aLimitOfNothing() {
            refused(
                    PROJECT,
                    launch -> launch.limits(new Launch.Limits(
                            OptionalLong.of(0),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty())));
        }
    }

    @Nested
    class NetworkAndLayers {
        /** Attack E16: an empty list of names means nothing, not everything. */
        @Test
        void anEmptyListOfDomainsReachesNothing() throws GleisnerException {
            assertThat(resolve().spec().network()).isEqualTo(new NetworkAccess.Isolated(List.of()));
        }

        @Test
        void namesAreCollectedAndTheSummarySaysThatTheyAreNotReachableYet() throws GleisnerException {
            profile.domains("example.org");
            Resolution resolution =
                    resolve(launch -> launch.allowDomain("example.net").allowDomain("example.org"));
            assertThat(resolution.spec().network())
                    .isEqualTo(new NetworkAccess.Isolated(List.of("example.org", "example.net")));
            assertThat(resolution.notes()).anyMatch(note -> note.contains("example.net"));
        }

        @Test
        void theHostsNetworkIsSharedOnlyWhenAskedForAndSaysSo() throws GleisnerException {
            Resolution resolution = resolve(launch -> launch.allowNetwork(true));
            assertThat(resolution.spec().network()).isEqualTo(new NetworkAccess.Host(List.of()));
            assertThat(resolution.spec().requirement(Layer.NETWORK_NAMESPACE)).isEqualTo(Requirement.OFF);
            assertThat(resolution.notes()).anyMatch(note -> note.contains("network is shared"));
        }

        @Test
        void aProfileThatAllowsTheNetworkCanLimitPorts() throws GleisnerException {
            profile.allowNetwork(443);
            assertThat(resolve().spec().network()).isEqualTo(new NetworkAccess.Host(List.of(443)));
        }

        @Test
        void everyLayerIsRequiredUntilSomebodySaysOtherwise() throws GleisnerException {
            assertThat(resolve().spec().layers().values()).containsOnly(Requirement.REQUIRED);
        }

        @Test
        void aLayerThatIsSwitchedOffIsNoted() throws GleisnerException {
            Resolution resolution = resolve(launch -> launch.layer(Layer.LANDLOCK, Requirement.OFF));
            assertThat(resolution.spec().requirement(Layer.LANDLOCK)).isEqualTo(Requirement.OFF);
            assertThat(resolution.notes()).anyMatch(note -> note.contains("landlock is off"));
        }

        @Test
        void noFilterAndNoLayerAreTheSame() throws GleisnerException {
            assertThat(resolve(launch -> launch.layer(Layer.SECCOMP, Requirement.OFF))
                            .spec()
                            .seccomp()
                            .preset())
                    .isEqualTo(SeccompPolicy.Preset.DISABLED);
            assertThat(resolve(launch -> launch.seccomp(new SeccompPolicy(
                                    SeccompPolicy.Preset.DISABLED, SeccompPolicy.Action.ERRNO, List.of())))
                            .spec()
                            .requirement(Layer.SECCOMP))
                    .isEqualTo(Requirement.OFF);
        }

        @Test
        void limitsOfTheCommandLineReplaceTheProfiles() throws GleisnerException {
            Resolution resolution = resolve(launch -> launch.limits(new Launch.Limits(
                    OptionalLong.of(1 << 20),
                    OptionalLong.empty(),
                    OptionalLong.of(7),
                    OptionalLong.empty(),
                    OptionalLong.empty())));
            assertThat(resolution.spec().limits().memoryBytes()).isEqualTo(1 << 20);
            assertThat(resolution.spec().limits().pids()).isEqualTo(7);
            assertThat(resolution.spec().limits().fileSizeBytes()).isEqualTo(10240L << 20);
        }
    }

    @Test
    void theSameInputGivesTheSamePolicy() throws GleisnerException {
        assertThat(resolve().spec().digest()).isEqualTo(resolve().spec().digest());
    }

    @Test
    void theInventedHostResolvesLinks() {
        assertThat(host.realPath("/bin/../lib/./..")).contains("/usr");
        assertThat(host.kind("/bin/sh")).contains(HostView.Kind.FILE);
        assertThat(host.realPath("/etc/passwd/x")).isEmpty();
    }
}
