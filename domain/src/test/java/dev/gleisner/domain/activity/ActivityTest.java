package dev.gleisner.domain.activity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import dev.gleisner.domain.sandbox.Exit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Processes put together from events that come from several sources and in any order. */
class ActivityTest {
    private static final Origin SHELL = new Origin("ebpf", 10, 5_000_000, 0);
    private static final Origin CHILD = new Origin("ebpf", 11, 6_000_000, 0);

    private final Activity activity = new Activity();
    private long sequence;

    private void add(Origin origin, Event event) {
        activity.accept(new RecordedEvent(sequence, sequence, sequence, origin, event));
        sequence++;
    }

    private static Event exec(long parent, String... argv) {
        return new Event.ProcessExec(parent, "/usr/bin/" + argv[0], List.of(argv), false, "/p");
    }

    private List<String> tree() {
        return activity.tree().stream()
                .map(node -> "  ".repeat(node.depth()) + node.process().pid() + " "
                        + node.process().programs().stream()
                                .map(Program::commandLine)
                                .toList())
                .toList();
    }

    @Test
    void theTreeIsThatOfTheForks() {
        add(SHELL, exec(9, "sh"));
        add(SHELL, new Event.ProcessForked(11, 6_000_000));
        add(SHELL, new Event.ProcessForked(12, 7_000_000));
        add(CHILD, exec(10, "cat", "a"));
        add(CHILD, exec(10, "tac", "a"));
        assertThat(tree()).containsExactly("10 [sh]", "  11 [cat a, tac a]", "  12 []");
        assertThat(activity.tree().getLast().process().current().map(Program::commandLine))
                .as("a process that was only forked runs what its parent ran")
                .contains("sh");
        assertThat(activity.tree().getFirst().process().parentPid()).isEqualTo(9);
    }

    @Test
    void aForkMayBeToldAfterItsChildDidSomething() {
        add(SHELL, exec(0, "sh"));
        add(CHILD, exec(10, "cat"));
        add(CHILD, new Event.FileRead("/a"));
        add(SHELL, new Event.ProcessForked(11, 6_000_000));
        assertThat(tree()).containsExactly("10 [sh]", "  11 [cat]");
    }

    @Test
    void aNumberThatComesAgainIsAnotherProcess() {
        add(CHILD, exec(10, "cat"));
        add(CHILD, new Event.ProcessExit(new Exit.Code(0)));
        Origin later = new Origin("ebpf", 11, 9_000_000, 0);
        add(later, exec(10, "dog"));
        add(later, new Event.FileRead("/b"));
        assertThat(tree()).containsExactly("11 [cat]", "11 [dog]");
        Origin noStart = new Origin("other", 30, 0, 0);
        add(noStart, exec(10, "a"));
        add(noStart, new Event.ProcessExit(new Exit.Code(0)));
        add(SHELL, new Event.ProcessForked(30, 0));
        add(noStart, exec(10, "b"));
        assertThat(tree()).contains("30 [a]", "  30 [b]");
    }

    @Test
    void whatTwoSourcesSeeIsThereOnce() {
        Origin notify = new Origin("notify", 11, 6_009_000, Origin.UNKNOWN); // by the hundredth of a second
        add(SHELL, new Event.ProcessForked(11, 6_000_000));
        add(CHILD, exec(10, "cat"));
        add(notify, exec(0, "cat"));
        add(CHILD, new Event.FileWritten("/p/a"));
        add(notify, new Event.FileCreated("/p/a"));
        add(notify, new Event.FileWritten("/p/a"));
        add(CHILD, exec(10, "cat"));
        add(Origin.of("inotify"), new Event.FileWritten("/p/a"));
        assertThat(tree()).containsExactly("10 []", "  11 [cat, cat]");
        SessionProcess cat = activity.tree().getLast().process();
        assertThat(activity.of(cat).writes()).containsExactly(new Change(false, "write", "/p/a"));
        assertThat(activity.of(activity.nobody()).writes()).containsExactly(new Change(false, "write", "/p/a"));
    }

    @Test
    void processesThatSayTheyStartedEachOtherDoNoHarm() {
        add(SHELL, new Event.ProcessForked(11, 6_000_000));
        add(CHILD, new Event.ProcessForked(10, 5_000_000));
        add(CHILD, new Event.ProcessForked(11, 6_000_000));
        assertThat(tree()).containsExactly("10 []", "  11 []");
    }

    @Test
    void thousandsOfGenerationsAreATree() {
        for (int i = 1; i <= 20_000; i++) {
            add(new Origin("ebpf", i, i * 1_000_000L, 0), new Event.ProcessForked(i + 1, (i + 1) * 1_000_000L));
        }
        assertThat(activity.tree()).hasSize(20_001);
        assertThat(activity.tree().getLast().depth()).isEqualTo(20_000);
    }

    @Test
    void everyDeedHasItsPlace() {
        add(SHELL, new Event.FileRead("/r"));
        add(SHELL, new Event.AttributesChanged("/w"));
        add(SHELL, new Event.FileWritten("/w"));
        add(SHELL, new Event.DirectoryCreated("/d"));
        add(SHELL, new Event.FileLinked("/w", "/l"));
        add(SHELL, new Event.SymbolicLinkCreated("/s", "../w"));
        add(SHELL, new Event.FileRenamed("/w", "/v"));
        add(SHELL, new Event.FileDeleted("/l"));
        add(SHELL, new Event.DirectoryDeleted("/d"));
        add(SHELL, new Event.NetworkConnect("tcp", "192.0.2.1:443"));
        add(SHELL.failed(111), new Event.NetworkConnect("tcp", "192.0.2.1:80"));
        add(new Origin("notify", 10, 0, Origin.UNKNOWN), new Event.NetworkSend("udp", "192.0.2.1:53"));
        add(SHELL, new Event.NetworkBind("tcp", "0.0.0.0:80"));
        add(SHELL.failed(30), new Event.FileWritten("/usr/x"));
        add(SHELL.failed(28), new Event.FileWritten("/full"));
        add(SHELL, new Event.Denied("landlock", "read /etc/shadow", "no line"));
        Deeds deeds = activity.of(activity.tree().getFirst().process());
        assertThat(deeds.reads()).containsExactly("/r");
        assertThat(deeds.writes())
                .containsExactly(
                        new Change(false, "mkdir", "/d"),
                        new Change(false, "link", "/l", "/w"),
                        new Change(false, "symlink", "/s", "../w"),
                        new Change(false, "write", "/w"));
        assertThat(deeds.deletes())
                .containsExactly(
                        new Change(false, "rmdir", "/d"),
                        new Change(false, "delete", "/l"),
                        new Change(false, "rename", "/w", "/v"));
        assertThat(deeds.attempts())
                .containsExactly(
                        new Attempt("192.0.2.1:443", "tcp", "connected"),
                        new Attempt("192.0.2.1:53", "udp", "attempted"),
                        new Attempt("192.0.2.1:80", "tcp", "refused"));
        assertThat(deeds.listened()).containsExactly("tcp 0.0.0.0:80");
        assertThat(deeds.denials()).containsExactly("file.write /usr/x: EROFS", "landlock: read /etc/shadow");
        assertThat(activity.tree().getFirst().process().exit()).isEqualTo(Optional.empty());
    }
}
