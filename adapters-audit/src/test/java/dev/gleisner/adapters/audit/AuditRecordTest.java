package dev.gleisner.adapters.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuditRecordTest {
    static Optional<AuditRecord> parse(int type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        return AuditRecord.parse(type, bytes, 0, bytes.length);
    }

    private static AuditRecord access(String fields) {
        return parse(AuditRecord.LANDLOCK_ACCESS, "audit(1795318676.357:1686): " + fields)
                .orElseThrow();
    }

    @Test
    void readsWhatTheKernelWrites() {
        AuditRecord record =
                access("domain=10d13bd92 blockers=fs.read_file path=\"/etc/ld.so.cache\" dev=\"vda\" ino=2244611");
        assertThat(record.wallMillis()).isEqualTo(1795318676357L);
        assertThat(record.serial()).isEqualTo(1686);
        assertThat(record.number("domain", 16)).isEqualTo(OptionalLong.of(0x10d13bd92L));
        assertThat(record.number("ino", 10)).isEqualTo(OptionalLong.of(2244611));
        assertThat(record.word("blockers")).contains("fs.read_file");
        assertThat(record.string("path").map(String::new)).contains("/etc/ld.so.cache");
        assertThat(record.word("path")).isEmpty();
    }

    @Test
    void readsHexadecimalStrings() {
        AuditRecord record = access("domain=1 blockers=fs.read_file path=2F6574632F686F7374206E616D6520C3A9");
        assertThat(record.string("path").map(bytes -> new String(bytes, StandardCharsets.UTF_8)))
                .contains("/etc/host name é");
    }

    @Test
    void aStringThatLooksLikeFieldsIsOneString() {
        AuditRecord record = access("domain=1 comm=\"x domain=2 pid=1\" path=\"/a=b\"");
        assertThat(record.number("domain", 16)).isEqualTo(OptionalLong.of(1));
        assertThat(record.number("pid", 10)).isEmpty();
        assertThat(record.string("path").map(String::new)).contains("/a=b");
    }

    @Test
    void readsTheRecordOfASystemCall() {
        AuditRecord record = parse(
                        AuditRecord.SYSCALL,
                        "audit(1795318676.357:1687): arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c"
                                + " a1=7f21523620b1 a2=80000 a3=0 items=0 ppid=10530 pid=10571 auid=4294967295 uid=0"
                                + " tty=(none) ses=4294967295 comm=\"cat\" exe=\"/usr/bin/cat\" key=(null)")
                .orElseThrow();
        assertThat(record.number("pid", 10)).isEqualTo(OptionalLong.of(10571));
        assertThat(record.number("exit", 10)).isEqualTo(OptionalLong.of(-13));
    }

    @Test
    void readsARecordWithoutFields() {
        assertThat(parse(AuditRecord.END, "audit(1795318676.357:1687): ")).isPresent();
        assertThat(parse(AuditRecord.END, "audit(1795318676.357:1687):")).isPresent();
        assertThat(parse(AuditRecord.END, "audit(1795318676.357:1687): \0")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "audit(",
                "audit(1.2:3): a=1",
                "audit(1.002:): a=1",
                "audit(1.002:3) a=1",
                "audit(99999999999.002:3): a=1",
                "audit(1.002:3): a",
                "audit(1.002:3): =1",
                "audit(1.002:3): a=1 a=2",
                "audit(1.002:3): a=\"1",
                "audit(1.002:3): a=\"1\"b=2",
                "audit(1.002:3): a=1  b=2",
            })
    void refusesAnythingElse(String text) {
        assertThat(parse(AuditRecord.LANDLOCK_ACCESS, text)).isEmpty();
    }

    @Test
    void refusesNumbersAndStringsThatAreNone() {
        AuditRecord record = access("domain=xyz pid=99999999999999999999 path=2F6 comm=zz");
        assertThat(record.number("domain", 16)).isEmpty();
        assertThat(record.number("pid", 10)).isEmpty();
        assertThat(record.string("path")).isEmpty();
        assertThat(record.string("comm")).isEmpty();
    }

    @Test
    void refusesTooManyFieldsAndTooLongRecords() {
        StringBuilder many = new StringBuilder("audit(1.002:3):");
        for (int i = 0; i < 65; i++) {
            many.append(" k").append(i).append("=1");
        }
        assertThat(parse(AuditRecord.LANDLOCK_ACCESS, many.toString())).isEmpty();
        assertThat(parse(AuditRecord.LANDLOCK_ACCESS, "audit(1.002:3): a=" + "1".repeat(AuditRecord.LONGEST)))
                .isEmpty();
    }

    /** Whatever the bytes are: an answer, no exception, and every accessor answers too. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void survivesAnything(long seed) {
        Random random = new Random(seed);
        byte[] good = ("audit(1795318676.357:1686): domain=10d13bd92 blockers=fs.read_file,fs.make_reg"
                        + " path=\"/etc/passwd\" dev=\"vda\" ino=2244611 ocomm=2F65 daddr=::1 dest=81")
                .getBytes(StandardCharsets.ISO_8859_1);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bytes[random.nextInt(bytes.length)] =
                        random.nextBoolean() ? (byte) random.nextInt(256) : good[random.nextInt(good.length)];
            }
            int from = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : 0;
            int to = random.nextInt(4) == 0 ? from + random.nextInt(bytes.length - from) : bytes.length;
            Optional<AuditRecord> record = AuditRecord.parse(AuditRecord.LANDLOCK_ACCESS, bytes, from, to);
            if (record.isPresent()) {
                read++;
                assertThat(DenialText.of(record.get(), false).attempt())
                        .as("seed " + seed)
                        .isNotBlank();
                assertThat(record.get().serial()).isNotNegative();
            }
        }
        assertThat(read).as("seed " + seed).isPositive();
    }
}
