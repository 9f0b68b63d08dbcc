package dev.gleisner.adapters.linux.tape;

import dev.gleisner.domain.profile.Layer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation.
 *
 * @param number of the system call, or one of the pseudo calls
 * @param call name of the system call
 * @param args up to six
 * @param keep where the result goes; null when nobody needs it
 * @param failure what a failure means
 * @param skip how many operations are left out after a failure that is not fatal; for {@link #FORK} how many the child
 *     leaves out
 * @param count how often the call is made, the second argument counting up; 1 for an ordinary call
 * @param purpose what it is for, in words for people: {@code bind-mount /opt read-only}
 * @param layer the layer it belongs to; null when it is needed by all
 */
public record Op(
        int number,
        String call,
        List<Arg> args,
        Arg.@Nullable Cell keep,
        Failure failure,
        int skip,
        int count,
        String purpose,
        @Nullable Layer layer) {

    /** Forks; the parent goes on, the child leaves out {@link Op#skip} operations and goes on from there. */
    public static final int FORK = 0xF000;

    /** Ends this process. */
    public static final int EXIT = 0xF001;

    /** Waits for the command, reaps orphans, kills what is left, reports how it ended. */
    public static final int REAP = 0xF002;

    /** Says that all is ready and waits for the supervisor. */
    public static final int WAIT = 0xF003;

    /** Tells the supervisor a value. */
    public static final int REPORT = 0xF004;

    public Op {
        args = List.copyOf(args);
        if (args.size() > 6) {
            throw new IllegalArgumentException("a system call has at most six arguments: " + call);
        }
    }

    Op withSkip(int newSkip) {
        return new Op(number, call, args, keep, failure, newSkip, count, purpose, layer);
    }

    /** What a failure means. */
    public enum Failure {
        /** The sandbox is not built; nothing of the command runs. */
        FATAL(0),
        /** The supervisor is told, and the rest of the layer is left out. */
        REPORTED(1),
        /** Nobody cares. */
        QUIET(2),
        /** It is a probe: the supervisor judges the result, whatever it is. */
        PROBE(3);

        private final int code;

        Failure(int code) {
            this.code = code;
        }

        /** Its number on the tape. */
        int code() {
            return code;
        }
    }
}
