package dev.gleisner.domain.digest;

import dev.gleisner.domain.json.Json;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A digest value.
 *
 * @param algorithm which one
 * @param hex the value in lower-case hexadecimal digits
 */
public record Digest(DigestAlgorithm algorithm, String hex) {

    public Digest {
        if (!algorithm.accepts(hex.length())) {
            throw new IllegalArgumentException(
                    hex.length() + " hexadecimal digits are no " + algorithm.key() + ": " + hex);
        }
        for (int i = 0; i < hex.length(); i++) {
            char c = hex.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                throw new IllegalArgumentException("not lower-case hexadecimal: " + hex);
            }
        }
    }

    /** SHA-256 of these bytes. */
    public static Digest sha256(byte[] content) {
        return ofSha256(newSha256().digest(content));
    }

    /** The SHA-256 value that {@code digest} has computed; resets it. */
    public static Digest sha256(MessageDigest digest) {
        return ofSha256(digest.digest());
    }

    /** The SHA-256 value of these 32 bytes. */
    public static Digest ofSha256(byte[] value) {
        return new Digest(DigestAlgorithm.SHA256, HexFormat.of().formatHex(value));
    }

    /** A fresh SHA-256 computation. */
    public static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256 (MessageDigest, class comment)", e);
        }
    }

    /** The in-toto DigestSet with this one value. */
    public Json.Obj toJson() {
        return Json.object().put(algorithm.key(), hex).build();
    }

    // Written out, as is hashCode: what the compiler leaves to the first call costs a cold process milliseconds to
    // link.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Digest digest && algorithm == digest.algorithm && hex.equals(digest.hex);
    }

    @Override
    public int hashCode() {
        return 31 * algorithm.hashCode() + hex.hashCode();
    }

    @Override
    public String toString() {
        return algorithm.key() + ":" + hex;
    }
}
