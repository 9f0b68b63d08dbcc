package dev.gleisner.domain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The buffer against what the JDK writes. */
class Utf8BufferTest {
    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1,
                -1,
                9,
                10,
                -10,
                99,
                100,
                999_999_999_999_999_999L,
                1_000_000_000_000_000_000L,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1
            })
    void writesIntegersAsTheJdkDoes(long value) {
        assertThat(new Utf8Buffer(0).decimal(value).toByteArray()).asString().isEqualTo(Long.toString(value));
    }

    @Test
    void writesRandomIntegersAsTheJdkDoes() {
        Random random = new Random(3);
        Utf8Buffer buffer = new Utf8Buffer(0);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            buffer.decimal(value).ascii(' ');
            expected.append(value).append(' ');
        }
        assertThat(buffer.toByteArray()).asString().isEqualTo(expected.toString());
    }

    @Test
    void padsWithZeros() {
        Utf8Buffer buffer = new Utf8Buffer(0);
        buffer.decimal(0, 1)
                .decimal(7, 2)
                .decimal(12, 2)
                .decimal(123_456_789, 9)
                .decimal(5, 19);
        buffer.decimal(Long.MAX_VALUE, 19);
        assertThat(buffer.toByteArray())
                .asString()
                .isEqualTo("0" + "07" + "12" + "123456789" + "0000000000000000005" + Long.MAX_VALUE);
        assertThatThrownBy(() -> buffer.decimal(100, 2)).hasMessage("100 in 2 digits");
        assertThatThrownBy(() -> buffer.decimal(10, 1)).hasMessage("10 in 1 digits");
        assertThatThrownBy(() -> buffer.decimal(-1, 5)).hasMessage("-1 in 5 digits");
        assertThatThrownBy(() -> buffer.decimal(Long.MAX_VALUE, 8)).hasMessageContaining("in 8 digits");
    }

    @Test
    void encodesEveryCharacterAsTheJdkDoes() {
        Utf8Buffer buffer = new Utf8Buffer(0);
        StringBuilder all = new StringBuilder();
        for (int point = 0x7f; point <= Character.MAX_CODE_POINT; point++) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                all.appendCodePoint(point);
            }
        }
        buffer.quoted(all.toString());
        byte[] found = buffer.toByteArray();
        assertThat(new String(found, 1, found.length - 2, UTF_8).contentEquals(all))
                .isTrue();
    }

    @Test
    void forgetsAndGrows() {
        Utf8Buffer buffer = new Utf8Buffer(1);
        buffer.ascii("x".repeat(1000)).clear();
        assertThat(buffer.length()).isZero();
        buffer.ascii('y').quoted("");
        assertThat(buffer.length()).isEqualTo(3);
        assertThat(buffer.toByteArray()).asString().isEqualTo("y\"\"");
        assertThat(buffer.array()).hasSizeGreaterThanOrEqualTo(1000);
    }
}
