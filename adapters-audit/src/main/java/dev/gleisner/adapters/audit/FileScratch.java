package dev.gleisner.adapters.audit;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ScratchFile;
import java.nio.file.Path;

/** A file of this user alone that lost its name as soon as it was made. */
final class FileScratch implements ScratchFile {
    private final Path shown;
    private final int file;
    private boolean closed;

    private FileScratch(Path shown, int file) {
        this.shown = shown;
        this.file = file;
    }

    /**
     * Makes one.
     *
     * @param directory descriptor of the directory that {@code shown} is in
     */
    static FileScratch open(int directory, Path shown) throws GleisnerException {
        byte[] name = Durable.bytes(String.valueOf(shown.getFileName()));
        try (Fs fs = new Fs()) {
            int file = Durable.create(fs, directory, name, shown);
            int gone = fs.unlink(directory, name);
            if (gone < 0) {
                Fs.close(file);
            }
            Failures.check(gone, "remove the name of", shown);
            return new FileScratch(shown, file);
        }
    }

    @Override
    public synchronized void append(byte[] from, int length) throws GleisnerException {
        refuseWhenClosed();
        try (Fs fs = new Fs()) {
            Failures.check(fs.write(file, from, length), "write", shown);
        }
    }

    @Override
    public synchronized int read(byte[] into, long offset) throws GleisnerException {
        refuseWhenClosed();
        try (Fs fs = new Fs()) {
            return Failures.check(fs.read(file, into, offset), "read", shown);
        }
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw new IllegalStateException(shown + " is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Fs.close(file);
        }
    }
}
