package dev.gleisner.adapters.signing;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.Signer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * A signer whose key is checked on a thread of its own, while the caller builds the sandbox: computing the public half
 * takes a cold process about as long as that. For keys that need no passphrase.
 */
final class SignerToBe implements Signer {
    private final FutureTask<LocalSigner> signer;

    SignerToBe(KeyText text) {
        signer = new FutureTask<>(() -> new LocalSigner(text.unlock(purpose -> {
            throw new AssertionError("a key in the clear has no passphrase: " + purpose);
        })));
        Thread.ofPlatform().daemon().name("gleisner-signer").start(signer);
    }

    @Override
    public void ready() throws GleisnerException {
        var _ = signer();
    }

    @Override
    public String keyId() {
        try {
            return signer().keyId();
        } catch (GleisnerException e) {
            throw new IllegalStateException("asked for the name of a key that is not usable", e);
        }
    }

    @Override
    public byte[] sign(String payloadType, byte[] payload) throws GleisnerException {
        return signer().sign(payloadType, payload);
    }

    private LocalSigner signer() throws GleisnerException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return signer.get();
                } catch (InterruptedException _) {
                    interrupted = true; // it takes a few milliseconds
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case GleisnerException unusable -> throw unusable;
                case RuntimeException bug -> throw bug;
                case Error bug -> throw bug;
                case null, default -> throw new AssertionError("unlocking throws nothing else", e);
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
