package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose a denial is, on an invented machine. The records are as Linux 6.18 writes them. */
final class LandlockDenialsTest {
    private static final long COMMAND = 100;
    private static final long CHILD = 101;
    private static final long STRANGER = 200;
    private static final long DEAD = 300;

    private final List<Origin> origins = new ArrayList<>();
    private final List<Event.Denied> events = new ArrayList<>();
    private final LandlockDenials denials =
            new LandlockDenials("landlock-audit", COMMAND, LandlockDenialsTest::kin, (origin, _, event) -> {
                origins.add(origin);
                events.add((Event.Denied) event);
            });
    private long now;

    private static Kinship.Answer kin(long pid) {
        if (pid == DEAD) {
            return Kinship.Answer.GONE;
        }
        return pid == COMMAND || pid == CHILD ? Kinship.Answer.YES : Kinship.Answer.NO;
    }

    private void take(int type, long serial, String fields) {
        denials.take(
                AuditRecordTest.parse(type, "audit(1795318676.357:" + serial + "): " + fields)
                        .orElseThrow(),
                now);
    }

    private void access(long serial, String domain, String what) {
        take(AuditRecord.LANDLOCK_ACCESS, serial, "domain=" + domain + " " + what);
    }

    private void allocated(long serial, String domain, long pid) {
        take(
                AuditRecord.LANDLOCK_DOMAIN,
                serial,
                "domain=" + domain + " status=allocated mode=enforcing pid=" + pid + " uid=0 exe=\"/x\" comm=\"x\"");
    }

    private List<String> attempts() {
        return events.stream().map(Event.Denied::attempt).toList();
    }

    @Test
    void theDomainOfTheCommandIsOurs() {
        access(1, "a1", "blockers=fs.read_file path=\"/etc/shadow\" dev=\"vda\" ino=1");
        allocated(2, "a1", COMMAND);
        denials.settle(now);
        assertThat(events).as("the process may still be told").isEmpty();
        now += LandlockDenials.HOLD_NANOS;
        denials.settle(now);
        assertThat(events)
                .containsExactly(new Event.Denied(
                        "landlock", "read /etc/shadow", "add readonly_bind = [\"/etc/shadow\"] under [filesystem]"));
        assertThat(origins).containsExactly(Origin.of("landlock-audit"));
        assertThat(denials.withoutProcess()).isEqualTo(1);
    }

    @Test
    void theRecordOfTheSystemCallNamesTheProcess() {
        access(7, "a1", "blockers=fs.write_file path=\"/etc/x\" dev=\"vda\" ino=1");
        allocated(7, "a1", COMMAND);
        take(AuditRecord.SYSCALL, 7, "arch=c000003e syscall=257 success=no exit=-13 ppid=100 pid=101 comm=\"sh\"");
        take(AuditRecord.END, 7, "");
        denials.settle(now);
        assertThat(attempts()).containsExactly("write /etc/x");
        assertThat(origins).containsExactly(new Origin("landlock-audit", CHILD, 0, 13));
        assertThat(denials.withoutProcess()).isZero();
    }

    @Test
    void domainsOfOthersAreNotOurs() {
        allocated(1, "b1", STRANGER);
        allocated(2, "b2", DEAD);
        access(3, "b1", "blockers=fs.read_file path=\"/a\"");
        access(4, "b2", "blockers=fs.read_file path=\"/b\"");
        access(5, "b3", "blockers=fs.read_file path=\"/c\"");
        now += LandlockDenials.UNKNOWN_NANOS;
        denials.settle(now);
        denials.settleAll();
        assertThat(events).isEmpty();
        assertThat(denials.unattributed()).as("b3 was never explained").isEqualTo(1);
    }

    @Test
    void whatIsHeldForAnotherDoesNotChangeTheOrder() {
        access(1, "b3", "blockers=fs.read_file path=\"/unknown\"");
        access(2, "a1", "blockers=fs.read_file path=\"/ours\"");
        allocated(3, "a1", COMMAND);
        now += LandlockDenials.HOLD_NANOS;
        denials.settle(now);
        assertThat(events).isEmpty();
        now += LandlockDenials.UNKNOWN_NANOS;
        denials.settle(now);
        assertThat(attempts()).containsExactly("read /ours");
    }

    @Test
    void aNestedDomainIsOursAndSaysSo() {
        allocated(1, "a2", CHILD);
        access(2, "a2", "blockers=fs.execute path=\"/usr/bin/cat\"");
        denials.settleAll();
        assertThat(attempts()).containsExactly("execute /usr/bin/cat");
        assertThat(events.getFirst().hint()).contains("itself");
    }

    @Test
    void theCountOfTheKernelIsKept() {
        allocated(1, "a1", COMMAND);
        assertThat(denials.domainsLeft()).isTrue();
        take(AuditRecord.LANDLOCK_DOMAIN, 2, "domain=a1 status=deallocated denials=22");
        assertThat(denials.domainsLeft()).isFalse();
        assertThat(denials.counted()).isEqualTo(22);
    }

    @Test
    void everyKindOfBlockerIsSaidInWords() {
        allocated(1, "a1", COMMAND);
        access(2, "a1", "blockers=fs.remove_file,fs.make_reg path=\"/tmp\" dev=\"vda\" ino=1");
        access(3, "a1", "blockers=net.connect_tcp daddr=::1 dest=81");
        access(4, "a1", "blockers=net.bind_tcp saddr=127.0.0.1 src=8181");
        access(5, "a1", "blockers=scope.signal opid=10089 ocomm=\"sh\"");
        access(6, "a1", "blockers=scope.abstract_unix_socket path=00616273207472616374");
        access(7, "a1", "blockers=fs.change_topology path=\"/tmp\"");
        access(8, "a1", "blockers=fs.read_file path=\"<too_long>\"");
        access(9, "a1", "blockers=fs.from_the_future path=\"/a\"");
        denials.settleAll();
        assertThat(attempts())
                .containsExactly(
                        "remove a file from, make a file in /tmp",
                        "connect by TCP to [::1]:81",
                        "bind to TCP 127.0.0.1:8181",
                        "signal process 10089 (sh)",
                        "connect to the abstract socket @abs tract",
                        "change mounts at /tmp",
                        "read a path too long for the audit log",
                        "fs.from_the_future /a");
        assertThat(events.get(0).hint()).contains("readwrite_bind = [\"/tmp\"]");
        assertThat(events.get(1).hint()).contains("allow_ports = [81]");
        assertThat(events.get(7).hint()).isEqualTo("no line of a profile allows it");
        assertThat(denials.truncated()).isEqualTo(1);
    }

    @Test
    void aFloodIsHandedOnBeforeItFillsTheMemory() {
        allocated(1, "a1", COMMAND);
        for (int i = 0; i < 200_000; i++) {
            access(2 + i, "a1", "blockers=fs.read_file path=\"/a\"");
        }
        assertThat(events.size()).isGreaterThan(100_000);
        denials.settleAll();
        assertThat(events).hasSize(200_000);
    }
}
