package dev.gleisner.domain.event;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.DigestAlgorithm;
import dev.gleisner.domain.digest.InclusionProof;
import dev.gleisner.domain.digest.MerkleTree;
import dev.gleisner.domain.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One line of an audit log with the proof that it is in there: with the signed bundle it can be checked by somebody who
 * has not got the log.
 *
 * @param log the log's name in the statement
 * @param line without its line feed
 * @param inclusion of the line
 */
public record LineProof(String log, String line, InclusionProof inclusion) {
    /** Says what a file with such a proof is. */
    public static final String MEDIA_TYPE = "application/vnd.gleisner.inclusion-proof+json";

    private static final Set<String> MEMBERS = Set.of("hashes", "line", "log", "mediaType", "root", "sequence", "size");

    /** Whether the line is where the proof says, under the root that the proof names. */
    public boolean holds() {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return inclusion.proves(MerkleTree.leafHash(bytes, 0, bytes.length));
    }

    /** Its form in a file. */
    public Json.Obj toJson() {
        List<String> hashes = new ArrayList<>();
        inclusion.hashes().forEach(hash -> hashes.add(hash.hex()));
        return Json.object()
                .put("hashes", Json.strings(hashes))
                .put("line", line)
                .put("log", log)
                .put("mediaType", MEDIA_TYPE)
                .put("root", inclusion.root().hex())
                .put("sequence", inclusion.index())
                .put("size", inclusion.size())
                .build();
    }

    /**
     * The proof that {@link #toJson} wrote.
     *
     * @throws IllegalArgumentException when it is anything else; the message says what
     */
    public static LineProof of(Json.Obj json) {
        if (!text(json, "mediaType").equals(MEDIA_TYPE)) {
            throw new IllegalArgumentException("its mediaType is not " + MEDIA_TYPE);
        }
        for (String name : json.members().keySet()) {
            if (!MEMBERS.contains(name)) {
                throw new IllegalArgumentException("it has a member \"" + name + "\", which no proof has");
            }
        }
        if (!(json.get("hashes").orElse(Json.of(0)) instanceof Json.Arr(List<Json> values))) {
            throw new IllegalArgumentException("its hashes are no array");
        }
        List<Digest> hashes = new ArrayList<>();
        for (Json value : values) {
            if (!(value instanceof Json.Str(String hex))) {
                throw new IllegalArgumentException("a hash is no text");
            }
            hashes.add(sha256(hex));
        }
        return new LineProof(
                text(json, "log"),
                text(json, "line"),
                new InclusionProof(number(json, "sequence"), number(json, "size"), hashes, sha256(text(json, "root"))));
    }

    private static Digest sha256(String hex) {
        return new Digest(DigestAlgorithm.SHA256, hex);
    }

    private static String text(Json.Obj json, String name) {
        return json.text(name).orElseThrow(() -> new IllegalArgumentException("it has no text \"" + name + "\""));
    }

    private static long number(Json.Obj json, String name) {
        return json.integer(name).orElseThrow(() -> new IllegalArgumentException("it has no number \"" + name + "\""));
    }
}
