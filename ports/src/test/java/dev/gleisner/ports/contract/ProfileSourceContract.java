package dev.gleisner.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProfileSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every source of profiles does. */
public abstract class ProfileSourceContract {
    /** For tests that write profile files. */
    @TempDir
    protected Path folder;

    /** The source under test; it must be able to name at least one profile. */
    protected abstract ProfileSource source() throws GleisnerException;

    @Test
    protected void everyListedProfileLoadsUnderItsName() throws GleisnerException {
        assertThat(source().list()).isNotEmpty();
        for (ProfileSource.Entry entry : source().list()) {
            Profile profile = source().load(entry.name());
            assertThat(profile.name()).isEqualTo(entry.name());
            assertThat(profile.description()).isEqualTo(entry.description()).isNotBlank();
            assertThat(profile.origin()).isEqualTo(entry.origin());
        }
    }

    @Test
    protected void theListIsSortedAndNamesEachProfileOnce() throws GleisnerException {
        assertThat(source().list())
                .extracting(ProfileSource.Entry::name)
                .isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    protected void theTextIsWhatTheDigestIsOf() throws GleisnerException {
        for (ProfileSource.Entry entry : source().list()) {
            assertThat(Digest.sha256(source().text(entry.name()).getBytes(StandardCharsets.UTF_8)))
                    .isEqualTo(source().load(entry.name()).digest());
        }
    }

    @Test
    protected void theTextReadFromAFileGivesTheSameProfile() throws Exception {
        for (ProfileSource.Entry entry : source().list()) {
            Path file = Files.writeString(folder.resolve(entry.name() + ".toml"), source().text(entry.name()));
            Profile named = source().load(entry.name());
            Profile read = source().read(file);
            assertThat(read.origin()).isEqualTo(file.toString());
            assertThat(withOrigin(read, named.origin())).isEqualTo(named);
            assertThat(source().load(file.toString())).isEqualTo(read);
        }
    }

    @Test
    protected void anUnknownNameIsBadInputThatListsWhatThereIs() throws GleisnerException {
        GleisnerException refused =
                catchThrowableOfType(GleisnerException.BadInput.class, () -> source().load("no-such-profile-anywhere"));
        assertThat(refused)
                .hasMessageContaining("no-such-profile-anywhere")
                .hasMessageContaining(source().list().getFirst().name());
        assertThat(refused.fix()).isNotBlank();
    }

    @Test
    protected void aMissingFileIsBadInput() {
        assertThat(catchThrowableOfType(
                        GleisnerException.BadInput.class, () -> source().read(folder.resolve("absent.toml"))))
                .hasMessageContaining("absent.toml");
    }

    private static Profile withOrigin(Profile profile, String origin) {
        return new Profile(
                profile.name(),
                profile.description(),
                origin,
                profile.digest(),
                profile.filesystem(),
                profile.network(),
                profile.process(),
                profile.resources(),
                profile.plugins(),
                profile.recording(),
                profile.layers());
    }
}
