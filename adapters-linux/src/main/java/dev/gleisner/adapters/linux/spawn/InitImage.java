package dev.gleisner.adapters.linux.spawn;

import dev.gleisner.adapters.linux.sys.Fd;
import dev.gleisner.adapters.linux.sys.SyscallException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The program that plays tapes, in memory, once for the life of this JVM. */
final class InitImage {
    private static final String RESOURCE = "init";
    private static @org.jspecify.annotations.Nullable Fd image;

    private InitImage() {}

    /** Its descriptor; it stays open. */
    static synchronized Fd descriptor() throws SyscallException {
        Fd known = image;
        if (known == null) {
            known = MemoryFile.sealed("gleisner-init", content(), true);
            image = known;
        }
        return known;
    }

    static byte[] content() {
        try (InputStream in = InitImage.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        "this build has no init program in it; it is compiled by src/main/c/build-init");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("the init program in our own jar cannot be read", e);
        }
    }
}
