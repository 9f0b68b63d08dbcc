package dev.gleisner.ports;

/** Signs statements. */
public interface Signer {
    /**
     * Waits until the key is loaded and checked, where that is done on another thread. Called before a command starts
     * whose record is to be signed.
     *
     * @throws GleisnerException when there is no usable key
     */
    default void ready() throws GleisnerException {}

    /** SHA-256 of the public key's SubjectPublicKeyInfo, in hexadecimal digits; the hint in bundles. */
    String keyId();

    /**
     * Signs a payload.
     *
     * @param payloadType DSSE payload type
     * @param payload the exact bytes that verifiers will parse
     * @return a Sigstore bundle v0.3 in JSON
     * @throws GleisnerException when the key refuses
     * @spec https://github.com/secure-systems-lab/dsse/blob/master/protocol.md DSSE protocol
     */
    byte[] sign(String payloadType, byte[] payload) throws GleisnerException;
}
