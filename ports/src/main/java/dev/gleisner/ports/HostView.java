package dev.gleisner.ports;

import java.util.Map;
import java.util.Optional;

/** Facts about the host that the effective policy depends on. Tests invent hosts. */
public interface HostView {
    /** What is at a path. */
    enum Kind {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A device, socket or fifo. */
        OTHER
    }

    /** What is at that absolute path after following links; empty when there is nothing or it cannot be looked at. */
    Optional<Kind> kind(String path);

    /** The path with every symbolic link resolved; empty when there is nothing. */
    Optional<String> realPath(String path);

    /** Where a symbolic link at that very path points, as written; empty when it is no link. */
    Optional<String> readLink(String path);

    /** Whether the caller can execute the regular file at that path. */
    boolean executable(String path);

    /** The caller's environment. */
    Map<String, String> environment();

    /** Effective user id. */
    int uid();

    /** Effective group id. */
    int gid();

    /** Login name. */
    String userName();

    /** Home directory by the user database, not by {@code $HOME}. */
    String home();

    /**
     * The content of {@code /etc/machine-id}, without its line feed; empty when there is none. It is to be kept secret.
     *
     * @spec https://www.freedesktop.org/software/systemd/man/latest/machine-id.html machine-id(5)
     */
    Optional<String> machineId();

    /** Release and machine, as uname(2) gives them. */
    String kernel();
}
