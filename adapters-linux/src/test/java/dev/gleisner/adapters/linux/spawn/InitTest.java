package dev.gleisner.adapters.linux.spawn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.adapters.linux.sys.SyscallException;
import dev.gleisner.adapters.linux.tape.Arg;
import dev.gleisner.adapters.linux.tape.TapeBuilder;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Requirement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kernel")
class InitTest {
    private static final int WAIT_MILLIS = 10_000;

    @TempDir
    Path directory;

    private static List<InitRecord> play(TapeBuilder tape) throws SyscallException {
        List<InitRecord> records = new ArrayList<>();
        try (InitProcess init = InitProcess.start(tape.build(), new int[] {-1, -1, -1})) {
            while (true) {
                Optional<InitRecord> next = init.next(WAIT_MILLIS);
                if (next.isEmpty()) {
                    assertThat(init.finished()).isTrue();
                    break;
                }
                records.add(next.get());
            }
            assertThat(InitProcess.reap(init.pid())).isPresent();
        }
        return records;
    }

    private TapeBuilder mkdir(TapeBuilder tape, String name) {
        return tape.call(
                SysNr.MKDIR, "mkdir", new Arg.Text(directory.resolve(name).toString()), TapeBuilder.octal(0700));
    }

    private static TapeBuilder fail(TapeBuilder tape) {
        return tape.call(SysNr.CHDIR, "chdir", new Arg.Text("/no/such/directory"));
    }

    @Test
    void aFatalFailureEndsItAndNamesTheStep() throws SyscallException {
        TapeBuilder tape = new TapeBuilder();
        mkdir(tape, "before");
        fail(tape);
        mkdir(tape, "after");
        assertThat(play(tape)).containsExactly(new InitRecord.Failed(1, Errno.ENOENT));
        assertThat(directory.resolve("before")).exists();
        assertThat(directory.resolve("after")).doesNotExist();
    }

    @Test
    void aBestEffortFailureLeavesOutTheRestOfItsLayer() throws SyscallException {
        TapeBuilder tape = new TapeBuilder();
        tape.begin(Layer.LANDLOCK, Requirement.BEST_EFFORT);
        mkdir(tape, "before");
        fail(tape);
        mkdir(tape, "rest");
        tape.end();
        mkdir(tape, "after");
        tape.exit(0);
        assertThat(play(tape)).containsExactly(new InitRecord.Skipped(1, Errno.ENOENT));
        assertThat(directory.resolve("before")).exists();
        assertThat(directory.resolve("rest")).doesNotExist();
        assertThat(directory.resolve("after")).exists();
    }

    @Test
    void aRequiredLayerThatFailsEndsIt() throws SyscallException {
        TapeBuilder tape = new TapeBuilder();
        tape.begin(Layer.LANDLOCK, Requirement.REQUIRED);
        fail(tape);
        tape.end();
        mkdir(tape, "after");
        assertThat(play(tape)).containsExactly(new InitRecord.Failed(0, Errno.ENOENT));
        assertThat(directory.resolve("after")).doesNotExist();
    }

    @Test
    void aProbeTellsItsResultWhateverItIs() throws SyscallException {
        TapeBuilder tape = new TapeBuilder();
        tape.probe(
                "bad", "close what is not open", List.of(-(long) Errno.EBADF), SysNr.CLOSE, "close", new Arg.Plain(99));
        tape.probe("good", "ask for our number", List.of(0L), SysNr.GETPPID, "getppid");
        tape.exit(0);
        assertThat(play(tape))
                .containsExactly(
                        new InitRecord.Probed(0, -Errno.EBADF),
                        new InitRecord.Probed(1, ProcessHandle.current().pid()));
    }

    @Test
    void aResultIsKeptForLaterSteps() throws SyscallException {
        TapeBuilder tape = new TapeBuilder();
        Arg.Cell parent = tape.cell("parent");
        tape.call(parent, SysNr.GETPPID, "getppid");
        tape.report(7, "parent", parent);
        tape.exit(0);
        assertThat(play(tape))
                .containsExactly(new InitRecord.Value(7, ProcessHandle.current().pid()));
    }

    @Test
    void aRangeEndsWhereTheKernelSaysSo() throws SyscallException {
        TapeBuilder tape = new TapeBuilder();
        tape.range(64, SysNr.PRCTL, "prctl", new Arg.Plain(23), new Arg.Plain(0)); // PR_CAPBSET_READ
        tape.report(1, "done", new Arg.Plain(1));
        tape.exit(0);
        assertThat(play(tape)).containsExactly(new InitRecord.Value(1, 1));
    }

    @Test
    void theSupervisorsEndOfFileEndsItBeforeTheRelease() throws SyscallException {
        TapeBuilder tape = new TapeBuilder();
        tape.awaitRelease();
        mkdir(tape, "after");
        tape.exit(0);
        int pid;
        try (InitProcess init = InitProcess.start(tape.build(), new int[] {-1, -1, -1})) {
            assertThat(init.next(WAIT_MILLIS)).contains(new InitRecord.Ready());
            pid = init.pid();
        }
        assertThat(InitProcess.reap(pid)).contains(125 << 8);
        assertThat(directory.resolve("after")).doesNotExist();
    }
}
