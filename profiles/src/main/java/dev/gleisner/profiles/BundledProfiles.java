package dev.gleisner.profiles;

import dev.gleisner.domain.profile.Profile;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The profiles inside this jar. */
final class BundledProfiles {
    /** {@link Profile#origin} of a bundled profile. */
    static final String ORIGIN = "bundled";

    /** Their names; each is a TOML file beside this class, and in compiled form in {@link CompiledProfiles}. */
    static final List<String> NAMES =
            List.of("ashton-laval", "carter-zimmerman", "developer", "developer-open", "konishi");

    private BundledProfiles() {}

    /** The profile of that name, which must be one of {@link #NAMES}. */
    static Profile load(String name) {
        String data = CompiledProfiles.of(name);
        if (data.isEmpty()) {
            throw new AssertionError("the build did not run ProfileCompiler, so there is no profile " + name);
        }
        byte[] compiled = data.getBytes(StandardCharsets.ISO_8859_1);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(compiled))) {
            return CompiledProfile.read(in, ORIGIN);
        } catch (IOException e) {
            throw new AssertionError("the compiled profile " + name + " is not of this build", e);
        }
    }

    /** The TOML of the profile of that name, which must be one of {@link #NAMES}. */
    static byte[] toml(String name) {
        try (InputStream in = BundledProfiles.class.getResourceAsStream(name + ".toml")) {
            if (in == null) {
                throw new AssertionError("the bundled profile " + name + " is not in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("the bundled profile " + name + " cannot be read from the jar", e);
        }
    }
}
