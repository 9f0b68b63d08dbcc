package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.record.Trace;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TraceCollectorTest {
    private static final Origin EBPF = Origin.of("ebpf");
    private final TraceCollector collector = new TraceCollector();

    private static Event exec(String... argv) {
        return new Event.ProcessExec(1, "/bin/" + argv[0], List.of(argv), false, "/");
    }

    private Trace trace() {
        return collector.trace();
    }

    @Test
    void eachThingIsThereOnceWithItsCount() {
        collector.take(EBPF, exec("ls", "-l"));
        collector.take(EBPF, exec("ls", "-l"));
        collector.take(Origin.of("notify"), exec("ls", "-l"));
        collector.take(EBPF.failed(13), exec("ls", "-l"));
        collector.take(EBPF, new Event.NetworkConnect("tcp", "[2001:db8::1]:443"));
        collector.take(EBPF.failed(111), new Event.NetworkConnect("unix", "/run/a.sock"));
        assertThat(trace().programs())
                .containsExactly(
                        new Trace.Program("/bin/ls", List.of("ls", "-l"), false, Optional.empty(), 2),
                        new Trace.Program("/bin/ls", List.of("ls", "-l"), false, Optional.of("EACCES"), 1));
        assertThat(trace().toJson().array("network").toString())
                .contains("2001:db8::1", "443", "/run/a.sock", "ECONNREFUSED");
    }

    @Test
    void memoryIsBoundedAndWhatIsLeftOutIsCounted() {
        for (int i = 0; i < 3 * TraceCollector.MOST_PROGRAMS; i++) {
            collector.take(EBPF, exec("p" + i));
            collector.take(EBPF, new Event.NetworkBind("tcp", "127.0.0.1:" + i));
        }
        assertThat(trace().programs()).hasSize(TraceCollector.MOST_PROGRAMS);
        assertThat(trace().programsLeftOut()).isEqualTo(2L * TraceCollector.MOST_PROGRAMS);
        assertThat(trace().connectionsLeftOut())
                .isEqualTo(3L * TraceCollector.MOST_PROGRAMS - TraceCollector.MOST_CONNECTIONS);
    }

    @Test
    void longArgumentsCountToo() {
        String half = "x".repeat((int) TraceCollector.MOST_CHARACTERS / 2 - 100);
        collector.take(EBPF, exec("a", half));
        collector.take(EBPF, exec("b", half));
        collector.take(EBPF, exec("c", half));
        collector.take(EBPF, exec("d"));
        assertThat(trace().programs()).hasSize(3);
        assertThat(trace().programsLeftOut()).isEqualTo(1);
    }
}
