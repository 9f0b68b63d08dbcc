package dev.gleisner.ports.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.digest.Digest;
import dev.gleisner.domain.digest.DigestAlgorithm;
import dev.gleisner.domain.record.FileState;
import dev.gleisner.domain.record.GitState;
import dev.gleisner.domain.record.Snapshot;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProjectReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What every reader of project trees must do. */
@Timeout(120)
public abstract class ProjectReaderContract {
    /** An id of a commit. */
    protected static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** The project; its path has no link in it. */
    protected Path project;

    /** The reader under test. */
    protected ProjectReader reader;

    @TempDir
    Path temporary;

    /** The reader under test. */
    protected abstract ProjectReader reader() throws GleisnerException;

    @BeforeEach
    void makeProject() throws IOException, GleisnerException {
        project = Files.createDirectory(temporary.toRealPath().resolve("project"));
        reader = reader();
    }

    /** Writes a file of the project. */
    protected final Path write(String name, String content) throws IOException {
        Path file = project.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, content);
    }

    private static Digest sha256(String content) {
        return Digest.sha256(content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** The digests of these files. */
    protected final List<Optional<Digest>> digests(String... paths) throws GleisnerException {
        List<Optional<Digest>> digests = new ArrayList<>();
        for (FileState state : reader.hash(project, List.of(paths))) {
            digests.add(state.digest());
        }
        return digests;
    }

    @Test
    void regularFilesWithSizeAndMode() throws Exception {
        write("a", "12345");
        write("d/e/f", "");
        write(".gleisner/x", "evidence");
        write("d/.gleisner/x", "not ours");
        Snapshot snapshot = reader.scan(project);
        assertThat(snapshot.files()).containsOnlyKeys("a", "d/e/f", "d/.gleisner/x");
        assertThat(snapshot.files().get("a").sizeBytes()).isEqualTo(5);
        assertThat(snapshot.files().get("a").mode()).isEqualTo(0644);
        assertThat(snapshot.files().get("a").digest()).isEmpty();
        assertThat(snapshot.skippedCount()).isZero();
    }

    @Test
    void theTokenTellsChangesThatKeepSizeAndTime() throws Exception {
        Path file = write("a", "one");
        FileTime time = Files.getLastModifiedTime(file);
        String before = reader.scan(project).files().get("a").changed();
        assertThat(reader.scan(project).files().get("a").changed()).isEqualTo(before);
        Thread.sleep(20);
        Files.writeString(file, "two");
        Files.setLastModifiedTime(file, time);
        assertThat(reader.scan(project).files().get("a").changed()).isNotEqualTo(before);
    }

    @Test
    void digestsOfRegularFilesOnly() throws Exception {
        write("a", "one");
        write("d/b", "two");
        Files.createSymbolicLink(project.resolve("link"), project.resolve("a"));
        Files.createSymbolicLink(project.resolve("dlink"), project.resolve("d"));
        assertThat(digests("a", "d/b")).containsExactly(Optional.of(sha256("one")), Optional.of(sha256("two")));
        assertThat(digests("link", "dlink/b", "d", "none", "", "/", "../project/a", "d/../a", "/etc/passwd", "./a"))
                .isEmpty();
    }

    @Test
    void linksAndFifosAreSkippedAndCounted() throws Exception {
        write("a", "one");
        Files.createSymbolicLink(project.resolve("link"), Path.of("/etc"));
        fifo("fifo");
        Snapshot snapshot = reader.scan(project);
        assertThat(snapshot.files()).containsOnlyKeys("a");
        assertThat(snapshot.skippedCount()).isEqualTo(2);
        assertThat(snapshot.skipped()).contains("link: symbolic link", "fifo: fifo");
        assertThat(digests("fifo", "a")).containsExactly(Optional.of(sha256("one")));
    }

    /** Makes a fifo that nobody reads or writes. */
    protected final void fifo(String name) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", project.resolve(name).toString())
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void aRootThatIsNoDirectory() throws Exception {
        Path file = write("a", "one");
        Path link = Files.createSymbolicLink(project.resolve("link"), project);
        for (Path root : List.of(file, link, project.resolve("none"))) {
            assertThatThrownBy(() -> reader.scan(root)).isInstanceOf(GleisnerException.BadInput.class);
            assertThat(reader.git(root)).isEmpty();
        }
    }

    @Test
    void aProjectWithoutRepository() {
        assertThat(reader.git(project)).isEmpty();
    }

    private static GitState at(String ref, String commit) {
        return new GitState(Optional.of(ref), Optional.of(new Digest(DigestAlgorithm.GIT_COMMIT, commit)));
    }

    @Test
    void gitBranchInALooseRef() throws Exception {
        write(".git/HEAD", "ref: refs/heads/main\n");
        write(".git/refs/heads/main", COMMIT + "\n");
        write("src/x", "x");
        assertThat(reader.git(project)).contains(at("refs/heads/main", COMMIT));
        assertThat(reader.git(project.resolve("src"))).contains(at("refs/heads/main", COMMIT));
    }

    @Test
    void gitBranchInPackedRefsAndWithSha256() throws Exception {
        String longer = COMMIT + "0123456789abcdef01234567";
        write(".git/HEAD", "ref: refs/heads/a/b\n");
        write(
                ".git/packed-refs",
                "# pack-refs with: peeled fully-peeled sorted \n" + COMMIT + " refs/heads/a\n^" + COMMIT + "\n" + longer
                        + " refs/heads/a/b\n");
        assertThat(reader.git(project)).contains(at("refs/heads/a/b", longer));
    }

    @Test
    void gitDetachedAndUnborn() throws Exception {
        write(".git/HEAD", COMMIT + "\n");
        assertThat(reader.git(project))
                .contains(new GitState(Optional.empty(), Optional.of(new Digest(DigestAlgorithm.GIT_COMMIT, COMMIT))));
        write(".git/HEAD", "ref: refs/heads/new\n");
        assertThat(reader.git(project)).contains(new GitState(Optional.of("refs/heads/new"), Optional.empty()));
    }

    @Test
    void gitWorkTree() throws Exception {
        write("main/.git/HEAD", "ref: refs/heads/main\n");
        write("main/.git/refs/heads/topic", COMMIT + "\n");
        write("main/.git/worktrees/w/HEAD", "ref: refs/heads/topic\n");
        write("main/.git/worktrees/w/commondir", "../..\n");
        write("w/.git", "gitdir: ../main/.git/worktrees/w\n");
        assertThat(reader.git(project.resolve("w"))).contains(at("refs/heads/topic", COMMIT));
        write("w/.git", "gitdir: " + project + "/main/.git/worktrees/w\n");
        assertThat(reader.git(project.resolve("w"))).contains(at("refs/heads/topic", COMMIT));
    }

    @Test
    void gitWithReftableIsUnknown() throws Exception {
        write(".git/HEAD", "ref: refs/heads/.invalid\n");
        write(".git/reftable/tables.list", "x");
        assertThat(reader.git(project)).isEmpty();
    }

    @Test
    void hostileRepositories() throws Exception {
        Path secret = write("secret", COMMIT + "\n");
        for (String head : List.of(
                "ref: refs/../../secret\n",
                "ref: ../secret\n",
                "ref: " + secret + "\n",
                "ref: refs/heads/\n",
                "ref: refs//x\n",
                "ref: refs/heads/a\u0000b\n",
                "ref: \n",
                "ref:\n",
                "",
                "\n",
                COMMIT + "0\n",
                "x".repeat(100_000))) {
            write(".git/HEAD", head);
            assertThat(reader.git(project)).as(head).isEmpty();
        }
        write(".git/HEAD", "ref: refs/heads/loop\n");
        write(".git/refs/heads/loop", "ref: refs/heads/loop\n");
        assertThat(reader.git(project)).isEmpty();
        Files.delete(project.resolve(".git/refs/heads/loop"));
        Files.createSymbolicLink(project.resolve(".git/refs/heads/loop"), secret);
        assertThat(reader.git(project)).contains(new GitState(Optional.of("refs/heads/loop"), Optional.empty()));
        Files.delete(project.resolve(".git/HEAD"));
        fifo(".git/HEAD");
        assertThat(reader.git(project)).isEmpty();
    }

    @Test
    void aGitFileThatPointsToNothing() throws Exception {
        for (String pointer : List.of("gitdir: \n", "gitdir: none\n", "gitdir: ../project/.git\n", "x", "")) {
            write(".git", pointer);
            assertThat(reader.git(project)).as(pointer).isEmpty();
        }
    }
}
