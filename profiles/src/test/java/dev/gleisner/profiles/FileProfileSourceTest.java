package dev.gleisner.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProfileSource;
import dev.gleisner.ports.contract.ProfileSourceContract;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileProfileSourceTest extends ProfileSourceContract {
    private Path user;
    private Path system;

    @BeforeEach
    void makeDirectories() throws IOException {
        user = directory("user");
        system = directory("system");
    }

    private Path directory(String name) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(name));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        return directory;
    }

    @Override
    protected ProfileSource source() {
        return new FileProfileSource(List.of(user, system));
    }

    private static Path write(Path directory, String name, String description) throws IOException {
        String toml = new String(BundledProfiles.toml("konishi"), StandardCharsets.UTF_8)
                .replaceFirst("name = \"konishi\"", "name = \"" + name + "\"")
                .replaceFirst("description = \"[^\"]*\"", "description = \"" + description + "\"");
        Path file = Files.writeString(directory.resolve(name + ".toml"), toml);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return file;
    }

    @Test
    void theUsersProfileHidesTheSystemsAndTheBundledOne() throws Exception {
        Path mine = write(user, "konishi", "mine");
        Path theirs = write(system, "konishi", "theirs");
        assertThat(source().load("konishi").description()).isEqualTo("mine");
        assertThat(source().list())
                .contains(new ProfileSource.Entry(
                        "konishi", "mine", mine.toString(), List.of(theirs.toString(), "bundled")));
        Files.delete(mine);
        assertThat(source().load("konishi").origin()).isEqualTo(theirs.toString());
    }

    @Test
    void aFileThatIsWrongIsListedWithTheReasonAndNotReplacedByTheBundledOne() throws Exception {
        Files.writeString(user.resolve("konishi.toml"), "name = 1");
        assertThat(source().list())
                .filteredOn(entry -> entry.name().equals("konishi"))
                .first()
                .satisfies(entry -> assertThat(entry.description()).startsWith("cannot be used: "));
        assertThat(catchThrowableOfType(GleisnerException.BadInput.class, () -> source().load("konishi")))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-rw-r--", "rw-r--rw-"})
    void aFileThatOthersCanChangeIsRefused(String permissions) throws Exception {
        Path file = write(user, "mine", "mine");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        GleisnerException refused = catchThrowableOfType(GleisnerException.BadInput.class, () -> source().load("mine"));
        assertThat(refused).hasMessageContaining("cannot be trusted");
        assertThat(refused.fix()).contains("chmod go-w " + file);
        // Named by its path it is the caller's own choice.
        assertThat(source().load(file.toString()).name()).isEqualTo("mine");
    }

    @Test
    void aDirectoryThatOthersCanChangeIsRefused() throws Exception {
        write(user, "mine", "mine");
        Files.setPosixFilePermissions(user, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(catchThrowableOfType(GleisnerException.BadInput.class, () -> source().load("mine")))
                .hasMessageContaining("cannot be trusted");
    }

    /** Attack E26: a repository does not choose its sandbox. */
    @Test
    void aNameNeverLeadsToTheWorkingDirectory() throws IOException {
        Path here = Path.of("only-here.toml");
        write(here.toAbsolutePath().getParent(), "only-here", "from the working directory");
        try {
            assertThat(catchThrowableOfType(GleisnerException.BadInput.class, () -> source().load("only-here")))
                    .hasMessageContaining("there is no profile");
        } finally {
            Files.delete(here);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", ".konishi", "Konishi", "a b", "-x", "konishi\u0000"})
    void namesThatAreRefused(String name) {
        assertThat(catchThrowableOfType(GleisnerException.BadInput.class, () -> source().load(name)))
                .hasMessageContaining("cannot be the name of a profile");
    }

    @Test
    void aTypoIsAnsweredWithTheNearestName() {
        assertThat(catchThrowableOfType(GleisnerException.BadInput.class, () -> source().load("konisi")))
                .hasMessageContaining("did you mean \"konishi\"?");
    }

    @Test
    void theFilesNameMustBeTheProfiles() throws Exception {
        Path file = Files.move(write(user, "mine", "mine"), user.resolve("yours.toml"));
        assertThat(catchThrowableOfType(GleisnerException.BadInput.class, () -> source().read(file)))
                .hasMessageContaining("yours.toml:")
                .hasMessageContaining("makes it \"yours\"");
    }

    @Test
    void whatIsNoRegularFileIsRefused() throws Exception {
        Path directory = Files.createDirectory(user.resolve("folder.toml"));
        assertThat(catchThrowableOfType(GleisnerException.BadInput.class, () -> source().read(directory)))
                .hasMessageContaining("not a regular file");
    }

    @Test
    void theProviderIsFoundAndWorks() throws GleisnerException {
        FileProfileSourceProvider provider = new FileProfileSourceProvider();
        assertThat(provider.name()).isEqualTo("files");
        assertThat(provider.priority()).isEqualTo(100);
        assertThat(provider.probe().ready()).isTrue();
        assertThat(provider.create().load("ashton-laval").name()).isEqualTo("ashton-laval");
        assertThat(java.util.ServiceLoader.load(dev.gleisner.ports.ProfileSourceProvider.class))
                .hasAtLeastOneElementOfType(FileProfileSourceProvider.class);
    }
}
