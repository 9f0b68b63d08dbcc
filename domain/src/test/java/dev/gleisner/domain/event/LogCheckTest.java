package dev.gleisner.domain.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LogCheckTest {
    private static Optional<String> check(String log, long lines) {
        return check(log.getBytes(StandardCharsets.UTF_8), lines);
    }

    /** Entry point for a fuzzer: any bytes give an answer, and the same one however they are cut. */
    static Optional<String> check(byte[] log, long lines) {
        LogCheck whole = new LogCheck();
        whole.update(log, log.length);
        LogCheck bytes = new LogCheck();
        for (byte each : log) {
            bytes.update(new byte[] {each}, 1);
        }
        assertThat(bytes.finish(lines)).isEqualTo(whole.finish(lines));
        assertThat(bytes.lines()).isEqualTo(whole.lines());
        return whole.finish(lines);
    }

    @Test
    void good() {
        assertThat(check("", 0)).isEmpty();
        assertThat(check("{\"sequence\":0}\n", 1)).isEmpty();
        assertThat(check("{\"a\":{\"sequence\":9},\"sequence\":0,\"z\":\"}\\\"sequence\"}\n{\"sequence\":1}\n", 2))
                .isEmpty();
        assertThat(check("{\"argv\":[\"sequence\",\"x\"],\"sequence\":0}\n", 1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"sequence\":0}|line 1 of the log has no end",
                "{\"sequence\":1}\\n|line 1 of the log has sequence number 1, but 0 is next",
                "{\"sequence\":0}\\n{\"sequence\":0}\\n|line 2 of the log has sequence number 0, but 1 is next",
                "{\"sequence\":0}\\n{\"sequence\":2}\\n|line 2 of the log has sequence number 2, but 1 is next",
                "{\"sequence\":0}\\n\\n|line 2 of the log is empty",
                "{\"sequence\":0}x\\n|line 1 of the log goes on after its object",
                "{\"sequence\":0}{\"sequence\":1}\\n|line 1 of the log goes on after its object",
                "{\"a\":0}\\n|line 1 of the log has no sequence number",
                "{\"sequence\":0,\"sequence\":0}\\n|line 1 of the log has several sequence numbers",
                "{\"sequence\":00}\\n|line 1 of the log has a sequence number that is none",
                "{\"sequence\":-0}\\n|line 1 of the log has a sequence number that is none",
                "{\"sequence\":0.0}\\n|line 1 of the log has a sequence number that is none",
                "{\"sequence\":\"0\"}\\n|line 1 of the log has a sequence number that is none",
                "{\"sequence\":}\\n|line 1 of the log has a sequence number that is none",
                "{\"sequence\":18446744073709551616}\\n|line 1 of the log has a sequence number that is none",
                "{\"sequence\\n|line 1 of the log ends inside its object",
                "{\"a\":{\"sequence\":0}\\n|line 1 of the log ends inside its object",
                "{\"a\":{\"sequence\":0}}\\n|line 1 of the log has no sequence number",
                "{\"\\u0073equence\":0}\\n|line 1 of the log has no sequence number",
                "{\"xsequence\":0}\\n|line 1 of the log has no sequence number",
                "[\"sequence\"]\\n|line 1 of the log does not begin with an object",
                "{\"sequence\":0]\\n|line 1 of the log has a sequence number that is none",
            })
    void bad(String log, String mistake) {
        assertThat(check(log.replace("\\n", "\n"), 1)).contains(mistake);
    }

    @Test
    void aWrongNumberOfLines() {
        assertThat(check("{\"sequence\":0}\n", 2)).contains("the log has 1 lines, 2 were expected");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anyBytesGiveAnAnswer(long seed) {
        Random random = new Random(seed);
        byte[] alphabet = "{}[]\":,sequence0123\\\n\u0001é".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5000; i++) {
            byte[] log = new byte[random.nextInt(60)];
            for (int at = 0; at < log.length; at++) {
                log[at] = alphabet[random.nextInt(alphabet.length)];
            }
            check(log, random.nextInt(3));
        }
    }

    /** A byte that matters is found wherever it stands in a long string, and none is taken for another. */
    @Test
    void stringsAreReadByteByByte() {
        for (int at = 0; at < 20; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] log = "{\"a\":\"01234567890123456789\",\"sequence\":0}\n".getBytes(StandardCharsets.US_ASCII);
                log[6 + at] = (byte) value;
                Optional<String> found = check(log, 1);
                if (value < 0x20) {
                    assertThat(found).as("%d at %d", value, at).isPresent();
                } else if (value != '"') {
                    assertThat(found)
                            .as("%d at %d", value, at)
                            .isEqualTo(
                                    at == 19 && value == '\\'
                                            ? Optional.of("line 1 of the log ends inside its object")
                                            : Optional.empty());
                }
            }
        }
    }
}
