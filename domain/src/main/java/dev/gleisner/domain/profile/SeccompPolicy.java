package dev.gleisner.domain.profile;

import dev.gleisner.domain.json.Json;
import java.util.List;
import java.util.Locale;

/**
 * Which system calls the command may make.
 *
 * @param preset the list to start from
 * @param action what a call outside of the list meets
 * @param allowSyscalls the list of {@link Preset#CUSTOM}, and further calls for the other presets' lists
 */
public record SeccompPolicy(Preset preset, Action action, List<String> allowSyscalls) {
    public SeccompPolicy {
        allowSyscalls = List.copyOf(allowSyscalls);
    }

    /** A list to start from. */
    public enum Preset {
        /** Everything but the calls that widen the kernel's attack surface or undo the sandbox. */
        BASELINE,
        /** What Node.js, V8 and ordinary build tools need. */
        NODEJS,
        /** Only what the profile lists. */
        CUSTOM,
        /** No filter. */
        DISABLED;

        /** The word in profiles. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What a refused call meets. */
    public enum Action {
        /** It fails with EPERM. */
        ERRNO,
        /** It succeeds and the kernel's audit log names it. */
        LOG,
        /** The process is killed with SIGSYS. */
        KILL;

        /** The word in profiles. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Its form in the effective policy. */
    public Json toJson() {
        return Json.object()
                .put("preset", preset.key())
                .put("defaultAction", action.key())
                .put("allowSyscalls", Json.strings(allowSyscalls))
                .build();
    }
}
