package dev.gleisner.adapters.linux;

import dev.gleisner.adapters.linux.seccomp.SeccompPolicy;
import dev.gleisner.domain.sandbox.SandboxSpec;

/** The filter's view of a policy. */
final class Filters {
    private Filters() {}

    /** What the filter of that policy shall do. */
    static SeccompPolicy policy(SandboxSpec spec) {
        return new SeccompPolicy(
                switch (spec.seccomp().preset()) {
                    case BASELINE -> SeccompPolicy.Preset.BASELINE;
                    case NODEJS -> SeccompPolicy.Preset.NODEJS;
                    case CUSTOM -> SeccompPolicy.Preset.CUSTOM;
                    case DISABLED -> SeccompPolicy.Preset.DISABLED;
                },
                switch (spec.seccomp().action()) {
                    case ERRNO -> SeccompPolicy.Action.ERRNO;
                    case LOG -> SeccompPolicy.Action.LOG;
                    case KILL -> SeccompPolicy.Action.KILL;
                },
                spec.seccomp().allowSyscalls(),
                false,
                true);
    }

    /** Whether the profile itself asks for no filter. */
    static boolean disabled(SandboxSpec spec) {
        return policy(spec).preset() == SeccompPolicy.Preset.DISABLED;
    }
}
