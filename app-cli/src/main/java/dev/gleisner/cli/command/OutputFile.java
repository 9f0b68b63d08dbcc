package dev.gleisner.cli.command;

import dev.gleisner.domain.json.CanonicalJson;
import dev.gleisner.domain.json.Json;
import dev.gleisner.ports.GleisnerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * A file that a person asked for, in a directory that the recorded command may be able to write: the directory is opened
 * without following any symbolic link and held, and the file is written aside, flushed and renamed, so that nothing that
 * lies in its place is written through.
 */
final class OutputFile implements AutoCloseable {
    private static final String FIX =
            "name a file in a directory that exists, that you can write, and that no symbolic" + " link leads to";

    private final String what;
    private final Path shown;
    private final Path name;
    private final SecureDirectoryStream<Path> directory;

    private OutputFile(String what, Path shown, Path name, SecureDirectoryStream<Path> directory) {
        this.what = what;
        this.shown = shown;
        this.name = name;
        this.directory = directory;
    }

    /**
     * Opens the directory of {@code file}; the file itself is not touched.
     *
     * @param option the option that named it, for errors
     * @param file relative paths start at the working directory
     */
    static OutputFile open(String option, String file) throws GleisnerException {
        String what = option + " " + file;
        Path shown = Records.workingDirectory().resolve(file).normalize();
        Path parent = shown.getParent();
        Path name = shown.getFileName();
        if (file.isEmpty() || file.endsWith("/") || parent == null || name == null) {
            throw new GleisnerException.BadInput(what, "it names no file", FIX);
        }
        if (Files.exists(shown, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(shown, LinkOption.NOFOLLOW_LINKS)) {
            throw new GleisnerException.BadInput(what, shown + " is there and is no regular file", FIX);
        }
        SecureDirectoryStream<Path> directory = walk(what, parent);
        if (!Files.isWritable(parent)) {
            close(directory);
            throw new GleisnerException.BadInput(what, parent + " cannot be written", FIX);
        }
        return new OutputFile(what, shown, name, directory);
    }

    @SuppressWarnings("StreamResourceLeak") // the last one is what the caller holds; the others are closed on the way
    private static SecureDirectoryStream<Path> walk(String what, Path parent) throws GleisnerException {
        Path at = Path.of("/");
        Optional<SecureDirectoryStream<Path>> held = Optional.empty();
        try {
            DirectoryStream<Path> root = Files.newDirectoryStream(at);
            if (!(root instanceof SecureDirectoryStream<Path> top)) {
                root.close();
                throw new GleisnerException.HostLacks(
                        what,
                        "this Java cannot hold a directory open",
                        "use the JDK for Linux that comes with Gleisner");
            }
            held = Optional.of(top);
            SecureDirectoryStream<Path> current = top;
            for (Path part : parent) {
                at = at.resolve(part);
                SecureDirectoryStream<Path> next = current.newDirectoryStream(part, LinkOption.NOFOLLOW_LINKS);
                held = Optional.of(next);
                current.close();
                current = next;
            }
            return current;
        } catch (NoSuchFileException e) {
            held.ifPresent(OutputFile::close);
            throw new GleisnerException.BadInput(what, "there is no directory " + at, FIX);
        } catch (IOException e) {
            held.ifPresent(OutputFile::close);
            throw new GleisnerException.BadInput(
                    what,
                    Files.isSymbolicLink(at) ? at + " is a symbolic link" : at + " cannot be opened: " + e.getMessage(),
                    FIX);
        }
    }

    /** Writes {@code json} and a line feed; what stood there before is replaced whole or not at all. */
    void write(Json.Obj json) throws GleisnerException {
        byte[] random = new byte[6];
        new SecureRandom().nextBytes(random);
        Path aside = Path.of("." + name + "." + HexFormat.of().formatHex(random) + ".tmp");
        try {
            try (SeekableByteChannel channel = directory.newByteChannel(
                    aside,
                    Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, LinkOption.NOFOLLOW_LINKS))) {
                CanonicalJson.write(json, (bytes, length) -> all(channel, ByteBuffer.wrap(bytes, 0, length)));
                all(channel, ByteBuffer.wrap(new byte[] {'\n'}));
                if (channel instanceof FileChannel file) {
                    file.force(true);
                }
            } catch (IOException | RuntimeException e) {
                directory.deleteFile(aside);
                throw e;
            }
            directory.move(aside, directory, name);
        } catch (IOException e) {
            throw new GleisnerException.StorageFailed(what, e.toString(), "make room or name another file", e);
        }
    }

    private static void all(SeekableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Where it is. */
    Path path() {
        return shown;
    }

    private static void close(SecureDirectoryStream<Path> stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("closing a directory", e);
        }
    }

    @Override
    public void close() {
        close(directory);
    }
}
