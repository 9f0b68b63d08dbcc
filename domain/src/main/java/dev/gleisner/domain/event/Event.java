package dev.gleisner.domain.event;

import dev.gleisner.domain.sandbox.Exit;
import java.util.List;

/**
 * One thing that happened, or that a process tried: an event whose {@link Origin} has an error number did not happen.
 * Paths are absolute, as the sandbox has them, which for all that is bound is as the host has them; bytes that are no UTF-8 are written as
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

    /**
     * A process came to be; threads are none. The origin is the parent.
     *
     * @param childPid as the host numbers it
     * @param childStartMicros when it was started, in microseconds since the machine was booted; 0 when not known
     */
    record ProcessForked(long childPid, long childStartMicros) implements Event {
        @Override
        public String type() {
            return "process.fork";
        }
    }

    /**
     * A process became another program. With an error number in the origin: tried to.
     *
     * @param parentPid as the host numbers it; 0 when not known
     * @param executable the file that runs
     * @param argv its arguments, the program's name first
     * @param truncated whether arguments are missing or cut off, because there were more than the source takes
     * @param workingDirectory where it starts; empty when not known
     */
    record ProcessExec(long parentPid, String executable, List<String> argv, boolean truncated, String workingDirectory)
            implements Event {
        public ProcessExec {
            argv = List.copyOf(argv);
        }

        @Override
        public String type() {
            return "process.exec";
        }
    }

    /** A process ended, with all of its threads. */
    record ProcessExit(Exit exit) implements Event {
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

    /** A file was opened for writing, or its content was changed. */
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

    /** A file got one more name. */
    record FileLinked(String path, String newPath) implements Event {
        @Override
        public String type() {
            return "file.link";
        }
    }

    /**
     * A symbolic link came to be.
     *
     * @param path of the link
     * @param target its content, as it was given
     */
    record SymbolicLinkCreated(String path, String target) implements Event {
        @Override
        public String type() {
            return "file.symlink";
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

    /**
     * A file was touched again by the same process in the same way.
     *
     * @param repeated the type of the event that stands for the first time
     * @param path the file
     * @param count how many times more
     */
    record Repeated(String repeated, String path, long count) implements Event {
        @Override
        public String type() {
            return "repeated";
        }
    }

    /**
     * A socket was connected, or began to be.
     *
     * @param protocol such as {@code tcp}, {@code udp}, {@code unix}
     * @param address {@code 192.0.2.1:443}, {@code [2001:db8::1]:443}, {@code /run/a.sock} or {@code @abstract}
     */
    record NetworkConnect(String protocol, String address) implements Event {
        @Override
        public String type() {
            return "network.connect";
        }
    }

    /** A socket got an address of its own; see {@link NetworkConnect} for the texts. */
    record NetworkBind(String protocol, String address) implements Event {
        @Override
        public String type() {
            return "network.bind";
        }
    }

    /** A connection came in from {@code address}. */
    record NetworkAccept(String protocol, String address) implements Event {
        @Override
        public String type() {
            return "network.accept";
        }
    }

    /** A message was sent to {@code address} through a socket that need not be connected. */
    record NetworkSend(String protocol, String address) implements Event {
        @Override
        public String type() {
            return "network.send";
        }
    }

    /** What went through a connection until it was closed, in bytes. */
    record NetworkTraffic(String protocol, String address, long sentBytes, long receivedBytes) implements Event {
        @Override
        public String type() {
            return "network.traffic";
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
