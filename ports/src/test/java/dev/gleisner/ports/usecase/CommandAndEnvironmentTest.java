package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.contract.FakeHostView;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandAndEnvironmentTest {
    private static final String PROJECT = "/home/user/project";

    private final FakeHostView host = FakeHostView.mergedUsr();
    private final InventedProfile profile = new InventedProfile();

    private Resolution resolve(UnaryOperator<Launch.Builder> more) throws GleisnerException {
        return SpecResolver.resolve(
                profile.build(),
                more.apply(Launch.of(List.of("git", "status"), PROJECT)).build(),
                host);
    }

    @Nested
    class Environment {
        /** Attack E24: nothing that makes a program load code is inherited. */
        @Test
        void isCleanAndOurs() throws GleisnerException {
            for (String name : List.of(
                    "LD_PRELOAD",
                    "LD_LIBRARY_PATH",
                    "BASH_ENV",
                    "ENV",
                    "NODE_OPTIONS",
                    "JAVA_TOOL_OPTIONS",
                    "GIT_DIR",
                    "GIT_SSH_COMMAND",
                    "PYTHONPATH",
                    "PYTHONSTARTUP",
                    "CLAUDECODE",
                    "SSH_AUTH_SOCK",
                    "AWS_SECRET_KEY",
                    "XDG_RUNTIME_DIR",
                    "DBUS_SESSION_BUS_ADDRESS")) {
                host.variable(name, "poison");
            }
            host.variable("LANG", "C.UTF-8").variable("LC_TIME", "C").variable("TERM", "xterm");
            Map<String, String> inside =
                    resolve(UnaryOperator.identity()).spec().environment();
            assertThat(inside).doesNotContainValue("poison");
            assertThat(inside)
                    .containsEntry("LANG", "C.UTF-8")
                    .containsEntry("LC_TIME", "C")
                    .containsEntry("TERM", "xterm")
                    .containsEntry("HOME", "/home/user")
                    .containsEntry("USER", "user")
                    .containsEntry("LOGNAME", "user")
                    .containsEntry("SHELL", "/bin/sh")
                    .containsEntry("PWD", PROJECT)
                    .containsEntry("TMPDIR", "/tmp")
                    .containsEntry("GLEISNER", "1");
        }

        @Test
        void pathHasOnlyWhatIsVisible() throws GleisnerException {
            host.directory("/srv/bin").directory("/home/user/bin").directory(PROJECT + "/bin");
            host.variable("PATH", "/srv/bin:.:/usr/bin:/home/user/bin::" + PROJECT + "/bin:/bin:/usr/bin");
            assertThat(resolve(UnaryOperator.identity()).spec().environment())
                    .containsEntry("PATH", "/usr/bin:" + PROJECT + "/bin:/bin");
        }

        @Test
        void variablesAreAddedByName() throws GleisnerException {
            host.variable("TOKEN", "t");
            Resolution resolution = resolve(
                    launch -> launch.environment("TOKEN").environment("A=b=c").environment("ABSENT"));
            assertThat(resolution.spec().environment())
                    .containsEntry("TOKEN", "t")
                    .containsEntry("A", "b=c")
                    .doesNotContainKey("ABSENT");
            assertThat(resolution.notes()).anyMatch(note -> note.contains("ABSENT"));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "=x", "1A=x", "A B=x", "HOME=/", "GLEISNER=0", "PWD"})
        void variablesThatAreRefused(String asked) {
            GleisnerException refused = catchThrowableOfType(
                    GleisnerException.BadInput.class, () -> resolve(launch -> launch.environment(asked)));
            assertThat(refused).isNotNull();
            assertThat(refused.fix()).isNotBlank();
        }
    }

    @Nested
    class Command {
        private String command(String word) throws GleisnerException {
            return SpecResolver.resolve(
                            profile.build(), Launch.of(List.of(word), PROJECT).build(), host)
                    .spec()
                    .argv()
                    .getFirst();
        }

        private GleisnerException.CommandNotStarted notStarted(String word, int status) {
            GleisnerException.CommandNotStarted refused =
                    catchThrowableOfType(GleisnerException.CommandNotStarted.class, () -> command(word));
            assertThat(refused).isNotNull();
            assertThat(refused.status()).isEqualTo(status);
            return refused;
        }

        @Test
        void isFoundInPathAndByPath() throws GleisnerException {
            host.program(PROJECT + "/run.sh");
            assertThat(command("git")).isEqualTo("/usr/bin/git");
            assertThat(command("/bin/sh")).isEqualTo("/bin/sh");
            assertThat(command("./run.sh")).isEqualTo(PROJECT + "/run.sh");
        }

        /** Attack E25: what a repository contains is never taken for a bare name. */
        @Test
        void isNeverTakenFromTheProjectByName() throws GleisnerException {
            host.program(PROJECT + "/git").program(PROJECT + "/tool").link("/opt/bin", PROJECT);
            host.variable("PATH", ".::" + PROJECT + ":/opt/bin:/usr/bin");
            assertThat(command("git")).isEqualTo("/usr/bin/git");
            assertThat(notStarted("tool", 127)).hasMessageContaining("project itself can change");
        }

        @Test
        void outOfSightNamesTheBindThatWouldHelp() {
            host.program("/srv/tool/bin/tool").variable("PATH", "/usr/bin:/srv/tool/bin");
            GleisnerException refused = notStarted("tool", 127);
            assertThat(refused).hasMessageContaining("/srv/tool/bin/tool");
            assertThat(refused.fix()).isEqualTo("add --bind-ro /srv/tool");
        }

        @Test
        void aLinkThatLeadsOutOfSightNamesWhereItLeads() {
            host.program("/srv/tool/tool").link("/usr/local/bin/tool", "/srv/tool/tool");
            assertThat(notStarted("tool", 127).fix()).isEqualTo("add --bind-ro /srv/tool");
        }

        @Test
        void absentHiddenOrNotExecutable() {
            host.program("/opt/secret/tool").file(PROJECT + "/notes");
            profile.deny("/opt/secret");
            notStarted("no-such-command", 127);
            notStarted("/usr/bin/no-such-command", 127);
            notStarted("", 127);
            notStarted("./notes", 126);
            notStarted("/usr/bin", 126);
            assertThat(notStarted("/opt/secret/tool", 127)).hasMessageContaining("hidden");
        }

        @Test
        void mustBeOnTheListWhenThereIsOne() throws GleisnerException {
            host.program(PROJECT + "/git").link("/usr/bin/g", "git");
            profile.commands("git", "/opt/other");
            assertThat(command("git")).isEqualTo("/usr/bin/git");
            assertThat(command("/usr/bin/g")).isEqualTo("/usr/bin/g");
            notStarted("./git", 126);
            notStarted("sh", 126);
        }
    }
}
