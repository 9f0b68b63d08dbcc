package dev.gleisner.profiles;

import dev.gleisner.ports.GleisnerException;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Run by the build after compiling: checks the bundled profiles and writes their compiled form beside their TOML.
 * Public because the Maven plugin that runs it has to call it; the package is not exported.
 */
public final class ProfileCompiler {
    private ProfileCompiler() {}

    /**
     * Compiles every bundled profile.
     *
     * @param args the directory that holds the TOML files and gets the compiled ones
     * @throws GleisnerException when a bundled profile is wrong, which fails the build
     */
    public static void main(String[] args) throws GleisnerException, IOException {
        Path directory = Path.of(args[0]);
        for (String name : BundledProfiles.NAMES) {
            Path toml = directory.resolve(name + ".toml");
            Path compiled = directory.resolve(name + ".profile");
            try (DataOutputStream out =
                    new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(compiled)))) {
                CompiledProfile.write(
                        ProfileReader.read(Files.readAllBytes(toml), name, toml.toString(), BundledProfiles.ORIGIN),
                        out);
            }
        }
    }
}
