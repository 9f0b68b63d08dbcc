package dev.gleisner.adapters.signing;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.GleisnerException.BadInput;
import dev.gleisner.ports.PassphraseSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What is in the file of a private key: one private block and, where it is encrypted, the public key beside it, so
 * that the key can be named without its passphrase.
 *
 * @param file where it was read
 * @param secret the private block
 * @param stated the public block, if there is one
 */
record KeyText(Path file, Pem secret, Optional<PublicKey> stated) {

    /** Reads the file; nothing is decrypted yet. */
    static KeyText read(Path file) throws GleisnerException {
        String text = KeyFiles.readSecret(file);
        try {
            List<Pem> blocks = Pem.read(text);
            Pem first = blocks.getFirst();
            if (blocks.size() > 2
                    || !first.label().equals(PrivateKey.LABEL) && !first.label().equals(PrivateKey.ENCRYPTED_LABEL)) {
                throw new DerException("the first PEM block is " + first.label() + ", expected " + PrivateKey.LABEL
                        + " or " + PrivateKey.ENCRYPTED_LABEL + ", and after it at most a " + PublicKey.LABEL);
            }
            Optional<PublicKey> stated = Optional.empty();
            if (blocks.size() == 2) {
                stated = Optional.of(PublicKey.ofPem(blocks.getLast().text()));
            }
            return new KeyText(file, first, stated);
        } catch (DerException e) {
            throw new BadInput(
                    "the private key " + file,
                    String.valueOf(e.getMessage()),
                    "give an ECDSA P-256 key as PKCS#8; openssl pkcs8 -topk8 -nocrypt -in KEY converts older forms");
        }
    }

    boolean encrypted() {
        return secret.label().equals(PrivateKey.ENCRYPTED_LABEL);
    }

    /** The key; asks for the passphrase when it is encrypted. */
    PrivateKey unlock(PassphraseSource passphrase) throws GleisnerException {
        if (!encrypted()) {
            return parse(secret.content());
        }
        char[] words = passphrase.ask("the private key " + file);
        byte[] clear;
        try {
            clear = EncryptedPkcs8.decrypt(secret.content(), words);
        } catch (DerException e) {
            throw new BadInput(
                    "the private key " + file,
                    String.valueOf(e.getMessage()),
                    "try again with the passphrase it was made with");
        } finally {
            Arrays.fill(words, '\0');
        }
        return parse(clear);
    }

    private PrivateKey parse(byte[] pkcs8) throws BadInput {
        try {
            PrivateKey key = PrivateKey.ofPkcs8(pkcs8);
            if (stated.isPresent()
                    && !stated.get().keyId().equals(key.publicKey().keyId())) {
                throw new DerException("the public key after it belongs to another private key");
            }
            return key;
        } catch (DerException e) {
            throw new BadInput(
                    "the private key " + file,
                    String.valueOf(e.getMessage()),
                    encrypted()
                            ? "try again with the passphrase it was made with, or restore the file from a copy"
                            : "give an ECDSA P-256 key as PKCS#8");
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /** The public half without asking anybody, when that is possible. */
    Optional<PublicKey> publicKey() throws BadInput {
        return encrypted()
                ? stated
                : Optional.of(parse(secret.content().clone()).publicKey());
    }
}
