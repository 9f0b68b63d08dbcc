package dev.gleisner.domain.digest;

import java.util.Arrays;
import java.util.Optional;

/**
 * A digest under the name that in-toto gives it.
 *
 * @spec https://github.com/in-toto/attestation/blob/main/spec/v1/digest_set.md in-toto DigestSet
 */
public enum DigestAlgorithm {
    /** SHA-256 of the content. */
    SHA256("sha256", 64, 64),
    /** SHA-512 of the content. */
    SHA512("sha512", 128, 128),
    /** The id of a git commit: 40 hexadecimal digits, or 64 in a repository that uses SHA-256. */
    GIT_COMMIT("gitCommit", 40, 64);

    private final String key;
    private final int shortForm;
    private final int longForm;

    DigestAlgorithm(String key, int shortForm, int longForm) {
        this.key = key;
        this.shortForm = shortForm;
        this.longForm = longForm;
    }

    /** The key in an in-toto DigestSet. */
    public String key() {
        return key;
    }

    /** The algorithm with that key, if we know it. */
    public static Optional<DigestAlgorithm> byKey(String key) {
        return Arrays.stream(values()).filter(each -> each.key.equals(key)).findFirst();
    }

    boolean accepts(int hexDigits) {
        return hexDigits == shortForm || hexDigits == longForm;
    }
}
