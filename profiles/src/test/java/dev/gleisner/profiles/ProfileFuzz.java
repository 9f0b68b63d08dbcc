package dev.gleisner.profiles;

import dev.gleisner.ports.GleisnerException;

/**
 * The entry point for fuzzers: any bytes give a profile or {@link GleisnerException.BadInput}, nothing else. Its
 * signature is what Jazzer looks for; {@link ProfileFuzzTest} runs the corpus and seeded mutations of it in every build.
 */
public final class ProfileFuzz {
    private ProfileFuzz() {}

    /** Reads the bytes as a profile. */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            ProfileReader.read(data, "konishi", "konishi.toml", "fuzz");
        } catch (GleisnerException.BadInput expected) {
            if (expected.fix().isBlank()) {
                throw new AssertionError("an error without a fix", expected);
            }
        }
    }
}
