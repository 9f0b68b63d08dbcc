package dev.gleisner.adapters.signing;

/** Bytes that are not the DER they should be; translated into a {@code GleisnerException} where the file is known. */
final class DerException extends Exception {
    private static final long serialVersionUID = 1L;

    DerException(String message) {
        super(message);
    }
}
