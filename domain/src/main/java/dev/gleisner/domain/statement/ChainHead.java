package dev.gleisner.domain.statement;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.DigestAlgorithm;
import dev.gleisner.domain.json.Json;

/**
 * How long a project's chain is and which record is its newest. It is signed apart from the records, so that cutting
 * off the newest ones, or starting over, is seen.
 *
 * @param size how many records there are, the newest one included
 * @param newest SHA-256 of the newest record's payload
 */
public record ChainHead(long size, Digest newest) {
    /** The DSSE payload type of a head. */
    public static final String PAYLOAD_TYPE = "application/vnd.gleisner.head+json";

    public ChainHead {
        if (size < 1) {
            throw new IllegalArgumentException("a chain of " + size + " records has no newest one");
        }
        if (newest.algorithm() != DigestAlgorithm.SHA256) {
            throw new IllegalArgumentException("records are named by their sha256, not by " + newest);
        }
    }

    /** The signed form. */
    public Json.Obj toJson() {
        return Json.object().put("size", size).put("newest", newest.toJson()).build();
    }

    /**
     * Reads the signed form.
     *
     * @throws IllegalArgumentException when a member is missing or makes no sense
     */
    public static ChainHead of(Json.Obj json) {
        long size = json.integer("size").orElseThrow(() -> new IllegalArgumentException("the head has no size"));
        String newest = json.object("newest")
                .text(DigestAlgorithm.SHA256.key())
                .orElseThrow(() -> new IllegalArgumentException("the head names no newest record"));
        return new ChainHead(size, new Digest(DigestAlgorithm.SHA256, newest));
    }
}
