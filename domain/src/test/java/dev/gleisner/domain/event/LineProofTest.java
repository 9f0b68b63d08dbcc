package dev.gleisner.domain.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.domain.json.Utf8Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LineProofTest {
    private static final List<String> LINES =
            List.of("{\"sequence\":0}", "{\"path\":\"/ü\\u0001\",\"sequence\":1}", "{\"sequence\":2}");

    private static LineProof proof(int index) {
        MerkleTree tree = MerkleTree.proving(index);
        for (String line : LINES) {
            byte[] bytes = bytes(line);
            tree.append(bytes, 0, bytes.length);
        }
        return new LineProof("s.audit.jsonl", LINES.get(index), tree.proof());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void itsFileIsAsDocumented() {
        assertThat(new String(CanonicalJson.bytes(proof(2).toJson()), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"hashes\":[\"4460d421f3be7f4acaa97fc4dc13c1f16d296940043765cadff696fb6632e951\"],"
                                + "\"line\":\"{\\\"sequence\\\":2}\",\"log\":\"s.audit.jsonl\","
                                + "\"mediaType\":\"application/vnd.gleisner.inclusion-proof+json\","
                                + "\"root\":\"218ac1f36506523683428ff45f5a82940e7d473a8b83b2a1564933691823f636\",\"sequence\":2,\"size\":3}");
    }

    @Test
    void holdsForItsLineOnly() {
        for (int i = 0; i < LINES.size(); i++) {
            LineProof proof = proof(i);
            assertThat(proof.holds()).isTrue();
            assertThat(LineProof.of(proof.toJson())).isEqualTo(proof);
            assertThat(new LineProof("s", proof.line() + " ", proof.inclusion()).holds())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hashes", "line", "log", "mediaType", "root", "sequence", "size"})
    void everyMemberIsNeeded(String member) {
        Json.Builder without = Json.object();
        proof(1).toJson()
                .members()
                .forEach((name, value) -> without.put(name, name.equals(member) ? Json.of(true) : value));
        assertThatThrownBy(() -> LineProof.of(without.build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(member.equals("hashes") ? "hashes" : member);
    }

    @Test
    void noMemberIsOverlooked() {
        Json.Builder more = Json.object().put("note", "trust me");
        proof(1).toJson().members().forEach(more::put);
        assertThatThrownBy(() -> LineProof.of(more.build())).hasMessageContaining("\"note\"");
    }

    @Test
    void aRedactedLineIsReadStrictly() {
        byte[] leaf = MerkleTree.leafHash(bytes("x"), 0, 1);
        Utf8Buffer out = new Utf8Buffer(16);
        RedactedLine.append(leaf, 120, out);
        String line = new String(out.toByteArray(), StandardCharsets.UTF_8);
        assertThat(line).matches("\\{\"leaf\":\"[0-9a-f]{64}\",\"sequence\":120,\"type\":\"redacted\"}\n");
        byte[] inside = bytes("??" + line);
        assertThat(RedactedLine.leaf(inside, 2, inside.length - 3)).hasValue(leaf);
        String plain = line.strip();
        for (String other : List.of(
                "",
                "{}",
                plain.substring(1),
                plain + " ",
                plain.replace("120", ""),
                plain.replace("120", "0120"),
                plain.replace("120", "-1"),
                plain.replace("redacted", "redactet"),
                plain.replace("\"leaf\":\"", "\"leaf\":\"0"),
                plain.replace("\"leaf\":\"" + plain.charAt(9), "\"leaf\":\"G"),
                plain.toUpperCase(java.util.Locale.ROOT),
                plain.replace(",", ", "))) {
            assertThat(RedactedLine.leaf(bytes(other), 0, bytes(other).length))
                    .as(other)
                    .isEqualTo(Optional.empty());
        }
    }
}
