package dev.gleisner.domain.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PathTextTest {
    @Test
    void examples() {
        check("/plain/name", "/plain/name".getBytes(StandardCharsets.UTF_8));
        check("ü€\ud83d\ude00", "ü€\ud83d\ude00".getBytes(StandardCharsets.UTF_8));
        check("back\\\\slash", "back\\slash".getBytes(StandardCharsets.UTF_8));
        check("\\\\x41", "\\x41".getBytes(StandardCharsets.UTF_8));
        check("\\xff\\xfe", bytes("fffe"));
        check("\\xc3(", bytes("c328"));
        check("a\\xc0\\x80", bytes("61c080"));
        check("\\xed\\xa0\\x80", bytes("eda080"));
        check("\\xf4\\x90\\x80\\x80", bytes("f4908080"));
        check("\\xe2\\x82", bytes("e282"));
        check("", new byte[0]);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static void check(String text, byte[] name) {
        assertThat(PathText.decode(name)).isEqualTo(text);
        assertThat(PathText.encode(text)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyNameHasOneTextAndEveryTextOneName(long seed) {
        Random random = new Random(seed);
        byte[] likely = {
            '\\', 'x', '4', '1', 'f', (byte) 0xc3, (byte) 0xa4, (byte) 0xe2, (byte) 0x82, (byte) 0xac, (byte) 0xff
        };
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[random.nextInt(7)];
            for (int at = 0; at < name.length; at++) {
                name[at] =
                        random.nextBoolean() ? likely[random.nextInt(likely.length)] : (byte) (1 + random.nextInt(255));
            }
            String text = PathText.decode(name);
            assertThat(PathText.encode(text)).as("seed %d: %s", seed, text).isEqualTo(name);
            String hex = HexFormat.of().formatHex(name);
            assertThat(names.getOrDefault(text, hex))
                    .as("seed %d: two names for %s", seed, text)
                    .isEqualTo(hex);
            names.put(text, hex);
        }
    }

    @Test
    void aPartOfAnArray() {
        assertThat(PathText.decode(new byte[] {'x', 'a', 'b', 0}, 1, 2)).isEqualTo("ab");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\\", "\\x", "\\xf", "\\n", "\\xgg", "\\x+1", "\\x41", "\\xFF", "\\xc3\\xa4", "\ud800", "a\\"})
    void textsThatDecodeNeverWrites(String text) {
        assertThatThrownBy(() -> PathText.encode(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
