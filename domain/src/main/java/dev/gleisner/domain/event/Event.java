package dev.gleisner.domain.event;

import dev.gleisner.domain.sandbox.Exit;
import java.util.List;

/**
 * One thing that happened. Paths are absolute as seen from the host; bytes that are no UTF-8 are written as
 * {@code \xNN} and a backslash as {@code \\} (see {@link PathText}).
 */
public sealed interface Event {

    /** The word in the log, such as {@code file.write}; part of the log's format. */
    String type();

    /** The record begins. */
    record SessionStarted(String sessionId, String effectivePolicy, List<String> argv) implements Event {
        public SessionStarted {
            argv = List.copyOf(argv);
        }

        @Override
        public String type() {
            return "session.start";
        }
    }

    /** A program was started; {@code pid} is the host's number for it. */
    record ProcessExec(long pid, String executable, List<String> argv, String workingDirectory) implements Event {
        public ProcessExec {
            argv = List.copyOf(argv);
        }

        @Override
        public String type() {
            return "process.exec";
        }
    }

    /** A process ended. */
    record ProcessExit(long pid, Exit exit) implements Event {
        @Override
        public String type() {
            return "process.exit";
        }
    }

    /** A file was opened or read, and not written. */
    record FileRead(String path) implements Event {
        @Override
        public String type() {
            return "file.read";
        }
    }

    /** A file came to be. */
    record FileCreated(String path) implements Event {
        @Override
        public String type() {
            return "file.create";
        }
    }

    /** A file's content was changed. */
    record FileWritten(String path) implements Event {
        @Override
        public String type() {
            return "file.write";
        }
    }

    /** A file is gone. */
    record FileDeleted(String path) implements Event {
        @Override
        public String type() {
            return "file.delete";
        }
    }

    /** A file or directory got another name. */
    record FileRenamed(String path, String newPath) implements Event {
        @Override
        public String type() {
            return "file.rename";
        }
    }

    /** Permissions, owner or times changed. */
    record AttributesChanged(String path) implements Event {
        @Override
        public String type() {
            return "file.attributes";
        }
    }

    /** A directory came to be. */
    record DirectoryCreated(String path) implements Event {
        @Override
        public String type() {
            return "directory.create";
        }
    }

    /** A directory is gone. */
    record DirectoryDeleted(String path) implements Event {
        @Override
        public String type() {
            return "directory.delete";
        }
    }

    /** The sandbox refused something. */
    record Denied(String layer, String attempt, String hint) implements Event {
        @Override
        public String type() {
            return "denied";
        }
    }

    /**
     * A sensor lost events.
     *
     * @param count how many; -1 when the kernel does not say
     * @param repair what was done about it, such as {@code rescan}
     */
    record EventsLost(long count, String repair) implements Event {
        @Override
        public String type() {
            return "lost";
        }
    }

    /** The session is ended from outside: a signal, a timeout. */
    record Interrupted(String reason) implements Event {
        @Override
        public String type() {
            return "session.interrupt";
        }
    }

    /** The record is complete; nothing follows. */
    record SessionFinished(int status) implements Event {
        @Override
        public String type() {
            return "session.finish";
        }
    }
}
