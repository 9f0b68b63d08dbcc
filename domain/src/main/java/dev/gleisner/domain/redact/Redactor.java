package dev.gleisner.domain.redact;

import dev.gleisner.domain.event.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of what goes into a record: arguments of programs and values of variables. A value that looks like
 * a secret becomes {@code keyed:} and the first 16 bytes of its HMAC-SHA-256 in hexadecimal digits: the same secret
 * has the same digest in one session, and nobody without the key can test a guess. Paths of files are not touched.
 *
 * <p>What it knows: names ({@code --password}, {@code API_KEY=}, {@code Authorization:}), user names and passwords in
 * URLs, the tokens of well-known services, private keys in PEM, 32 or more characters that look random, and what it
 * has taken out before: a secret with a name is a secret without it. A secret
 * that looks like any other word stays, unless the profile's own patterns name it.
 */
public final class Redactor {
    private final Arguments arguments;

    /**
     * @param key of this session only; at least 16 random bytes
     * @param patterns names and values to take out besides; {@code *} and {@code ?} as in a shell
     */
    public Redactor(byte[] key, List<String> patterns) {
        if (key.length < 16) {
            throw new IllegalArgumentException("a key of " + key.length + " bytes can be guessed; 16 are the least");
        }
        this.arguments = new Arguments(new KeyedDigest(key), List.copyOf(patterns));
    }

    /** The arguments of a program, its name first; the same list when there is nothing to take out. */
    public List<String> argv(List<String> argv) {
        @Nullable List<String> redacted = null;
        String program = argv.isEmpty() ? "" : Arguments.programName(argv.getFirst());
        for (int i = 0; i < argv.size(); i++) {
            String word = argv.get(i);
            String shown = arguments.redact(program, i == 0 ? "" : argv.get(i - 1), word);
            if (!shown.equals(word)) {
                if (redacted == null) {
                    redacted = new ArrayList<>(argv);
                }
                redacted.set(i, shown);
            }
        }
        return redacted == null ? argv : redacted;
    }

    /** The arguments of a command whose first word is the path of its program, which stays. */
    public List<String> command(List<String> command) {
        List<String> redacted = new ArrayList<>(argv(command));
        redacted.set(0, command.getFirst());
        return redacted;
    }

    /** The value of a variable. */
    public String value(String name, String value) {
        return arguments.value(name, value);
    }

    /** Free text, such as a message. */
    public String text(String text) {
        return arguments.redact("", "", text);
    }

    /** The event without secrets; the same one when there are none. */
    public Event event(Event event) {
        return switch (event) {
            case Event.ProcessExec exec -> {
                List<String> shown = argv(exec.argv());
                yield shown.equals(exec.argv())
                        ? exec
                        : new Event.ProcessExec(
                                exec.parentPid(), exec.executable(), shown, exec.truncated(), exec.workingDirectory());
            }
            case Event.SessionStarted start -> {
                List<String> shown = argv(start.argv());
                yield shown.equals(start.argv())
                        ? start
                        : new Event.SessionStarted(start.sessionId(), start.effectivePolicy(), shown);
            }
            case Event.Denied denied -> {
                String attempt = text(denied.attempt());
                yield attempt.equals(denied.attempt())
                        ? denied
                        : new Event.Denied(denied.layer(), attempt, denied.hint());
            }
            default -> event; // paths, addresses and numbers
        };
    }
}
