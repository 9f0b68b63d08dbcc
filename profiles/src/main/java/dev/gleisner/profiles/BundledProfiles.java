package dev.gleisner.profiles;

import dev.gleisner.domain.profile.Profile;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The profiles inside this jar. */
final class BundledProfiles {
    /** {@link Profile#origin} of a bundled profile. */
    static final String ORIGIN = "bundled";

    /** Their names; each is a TOML file beside this class and the compiled form that the build made of it. */
    static final List<String> NAMES =
            List.of("ashton-laval", "carter-zimmerman", "developer", "developer-open", "konishi");

    private BundledProfiles() {}

    /** The profile of that name, which must be one of {@link #NAMES}. */
    static Profile load(String name) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(open(name + ".profile")))) {
            return CompiledProfile.read(in, ORIGIN);
        } catch (IOException e) {
            throw new AssertionError("the bundled profile " + name + " cannot be read from the jar", e);
        }
    }

    /** The TOML of the profile of that name, which must be one of {@link #NAMES}. */
    static byte[] toml(String name) {
        try (InputStream in = open(name + ".toml")) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError("the bundled profile " + name + " cannot be read from the jar", e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = BundledProfiles.class.getResourceAsStream(resource);
        if (in == null) {
            throw new AssertionError(resource + " is not in the jar; the build makes it (ProfileCompiler)");
        }
        return in;
    }
}
