package dev.gleisner.domain.activity;

import dev.gleisner.domain.event.ErrnoName;
import dev.gleisner.domain.event.Event;
import dev.gleisner.domain.event.Origin;
import dev.gleisner.domain.event.RecordedEvent;
import java.util.Optional;
import java.util.Set;

/** What an error number says about an attempt. */
public final class Results {
    private static final Set<String> REFUSED = Set.of("EPERM", "EACCES", "EROFS");

    /** The result of an attempt whose end is not known. */
    static final String ATTEMPTED = "attempted";

    private Results() {}

    /** Whether somebody refused it: a layer of the sandbox or the permissions of a file. */
    public static boolean refused(Origin origin) {
        return origin.didFail() && REFUSED.contains(ErrnoName.of(origin.errno()));
    }

    /**
     * What was refused, in words: a denial as its layer told it, or an attempt with the type of its event and the error.
     */
    public static Optional<String> denial(RecordedEvent recorded) {
        if (recorded.event() instanceof Event.Denied(var layer, var attempt, var _)) {
            return Optional.of(layer + ": " + attempt);
        }
        if (!refused(recorded.origin())) {
            return Optional.empty();
        }
        return Optional.of(recorded.event().type() + object(recorded.event()) + ": "
                + ErrnoName.of(recorded.origin().errno()));
    }

    /** What an event is about: a path, two paths, an address; with a space before it. */
    private static String object(Event event) {
        return switch (event) {
            case Event.FileRead(var path) -> " " + path;
            case Event.FileWritten(var path) -> " " + path;
            case Event.FileCreated(var path) -> " " + path;
            case Event.FileDeleted(var path) -> " " + path;
            case Event.AttributesChanged(var path) -> " " + path;
            case Event.DirectoryCreated(var path) -> " " + path;
            case Event.DirectoryDeleted(var path) -> " " + path;
            case Event.FileRenamed(var path, var newPath) -> " " + path + " -> " + newPath;
            case Event.FileLinked(var path, var newPath) -> " " + path + " -> " + newPath;
            case Event.SymbolicLinkCreated(var path, var _) -> " " + path;
            case Event.Repeated(var _, var path, var _) -> " " + path;
            case Event.ProcessExec exec -> " " + exec.executable();
            case Event.NetworkConnect(var protocol, var address) -> " " + protocol + " " + address;
            case Event.NetworkBind(var protocol, var address) -> " " + protocol + " " + address;
            case Event.NetworkAccept(var protocol, var address) -> " " + protocol + " " + address;
            case Event.NetworkSend(var protocol, var address) -> " " + protocol + " " + address;
            case Event.NetworkTraffic(var protocol, var address, var _, var _) -> " " + protocol + " " + address;
            case Event.ProcessForked _,
                    Event.ProcessExit _,
                    Event.Denied _,
                    Event.EventsLost _,
                    Event.Interrupted _,
                    Event.SessionStarted _,
                    Event.SessionFinished _ -> "";
        };
    }

    /** The word for how an attempt to reach an address ended. */
    public static String connection(Origin origin) {
        if (origin.worked()) {
            return "connected";
        }
        if (origin.tried()) {
            return ATTEMPTED;
        }
        return switch (ErrnoName.of(origin.errno())) {
            case "EINPROGRESS", "EALREADY", "EAGAIN", "EINTR" -> ATTEMPTED;
            case "ECONNREFUSED" -> "refused";
            case "EACCES", "EPERM" -> "denied";
            case "ETIMEDOUT" -> "timed out";
            case "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "EHOSTDOWN", "EADDRNOTAVAIL" -> "unreachable";
            default -> "failed";
        };
    }
}
