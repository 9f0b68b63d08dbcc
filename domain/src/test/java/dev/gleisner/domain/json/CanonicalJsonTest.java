package dev.gleisner.domain.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our canonical form against an implementation by others. */
class CanonicalJsonTest {
    private static final String[] PIECES = {
        "",
        "a",
        "b",
        "\u0000",
        "\u001f",
        "\"",
        "\\",
        "/",
        "\b\t\n\f\r",
        "\u007f",
        "\u0080",
        "\u00fc",
        "\u07ff",
        "\u0800",
        "\u20ac",
        "\ufb33",
        "\uffff",
        "\ud83d\ude00",
        "\ud800\udc00",
        "\udbff\udfff",
        "\u2028",
        "<script>"
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTheReferenceImplementation(long seed) throws Exception {
        Random random = new Random(seed);
        for (int round = 0; round < 250; round++) {
            Json.Obj tree = object(random, 0);
            byte[] ours = CanonicalJson.bytes(tree);
            // The other one reads text, so it is given ours with its members in another order and white space.
            byte[] theirs = new JsonCanonicalizer(loose(tree)).getEncodedUTF8();
            assertThat(new String(ours, UTF_8))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(new String(theirs, UTF_8));
        }
    }

    private static Json value(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 4 : 6)) {
            case 0 -> Json.of(text(random));
            case 1 -> Json.of(number(random));
            case 2 -> Json.of(random.nextBoolean());
            case 3 -> Json.Null.NULL;
            case 4 -> {
                List<Json> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(value(random, depth + 1));
                }
                yield new Json.Arr(elements);
            }
            default -> object(random, depth + 1);
        };
    }

    private static Json.Obj object(Random random, int depth) {
        Map<String, Json> members = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            members.put(text(random), value(random, depth + 1));
        }
        return new Json.Obj(members);
    }

    private static long number(Random random) {
        long[] edges = {0, 1, -1, 9, 10, 99, 100, Json.MAX_SAFE_INTEGER, -Json.MAX_SAFE_INTEGER};
        return random.nextBoolean() ? edges[random.nextInt(edges.length)] : random.nextLong() >> 11;
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** Another spelling of the same value: every character escaped, spaces, members in the order they were added. */
    private static String loose(Json value) {
        return switch (value) {
            case Json.Obj(var members) -> {
                List<String> parts = new ArrayList<>();
                members.forEach((name, member) -> parts.add(escaped(name) + " : " + loose(member)));
                yield "{ " + String.join(" ,\n", parts) + "}";
            }
            case Json.Arr(var elements) -> {
                List<String> parts = new ArrayList<>();
                elements.forEach(element -> parts.add(loose(element)));
                yield "[\t" + String.join(", ", parts) + "]";
            }
            case Json.Str(var text) -> escaped(text);
            case Json.Int(var number) -> Long.toString(number);
            case Json.Bool(var truth) -> Boolean.toString(truth);
            case Json.Null _ -> "null";
        };
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            out.append("\\u").append(String.format("%04X", (int) text.charAt(i)));
        }
        return out.append('"').toString();
    }

    @Test
    void writesEveryCaseThatThereIs() {
        Json all = new Json.Arr(
                List.of(Json.EMPTY, new Json.Arr(List.of()), Json.of(""), Json.of(0), Json.of(true), Json.Null.NULL));
        assertThat(new String(CanonicalJson.bytes(all), UTF_8)).isEqualTo("[{},[],\"\",0,true,null]");
        assertThat(((Json.Arr) all).elements()).hasSameSizeAs(Json.class.getPermittedSubclasses());
    }

    @Test
    void sortsByCodeUnitsAsTheRfcShows() {
        // RFC 8785, section 3.2.3.
        Json.Obj members = Json.object()
                .put("\u20ac", "Euro Sign")
                .put("\r", "Carriage Return")
                .put("\ufb33", "Hebrew Letter Dalet With Dagesh")
                .put("1", "One")
                .put("\ud83d\ude00", "Emoji: Grinning Face")
                .put("\u0080", "Control")
                .put("\u00f6", "Latin Small Letter O With Diaeresis")
                .build();
        assertThat(new String(CanonicalJson.bytes(members), UTF_8))
                .isEqualTo("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                        + "\"\ud83d\ude00\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "\udc00", "a\ud800b", "\udc00\ud800", "\ud800\ud800\udc00"})
    void refusesHalfOfASurrogatePair(String text) {
        assertThatThrownBy(() -> CanonicalJson.bytes(Json.of(text))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> CanonicalJson.bytes(Json.object().put(text, 1).build()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesNumbersThatNotEveryReaderKeeps() {
        assertThatThrownBy(() -> Json.of(Json.MAX_SAFE_INTEGER + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.of(-Json.MAX_SAFE_INTEGER - 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.object().put("a", 1).put("a", 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
