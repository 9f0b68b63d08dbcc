package dev.gleisner.adapters.linux.seccomp;

import java.util.List;

/**
 * What a filter shall do.
 *
 * @param preset where to start from
 * @param action what happens to a call that the preset does not allow
 * @param allowSyscalls names to allow besides the preset; for {@link Preset#CUSTOM} all there is
 * @param allowUserNamespaces lets the payload make namespaces and mount inside them, for sandboxes within the sandbox;
 *     opens much of the kernel
 * @param networkAllowed lets IPv4 and IPv6 sockets be made, which a proxy on the loopback interface needs too
 */
public record SeccompPolicy(
        Preset preset, Action action, List<String> allowSyscalls, boolean allowUserNamespaces, boolean networkAllowed) {

    /** Where a policy starts from. */
    public enum Preset {
        /** Denies what attacks the kernel or the sandbox, allows the other calls we know. */
        BASELINE,
        /** Allows what Node.js and ordinary developer tools use. */
        NODEJS,
        /** Allows what the policy names, and what it takes to start and end a program. */
        CUSTOM,
        /** No filter at all. */
        DISABLED
    }

    /**
     * What happens to a call that is not allowed.
     *
     * <p>Some things do not depend on it. Another ABI (i386, x32) always kills the process. Numbers without a system
     * call always give ENOSYS, also those a later kernel may fill. Calls and arguments that no policy may allow
     * (mount, bpf, TIOCSTI and so on) are refused with LOG as with ERRNO, and kill with KILL; excepted are clone3
     * (always ENOSYS) and the socket rules (always an errno), because libraries try them and fall back.
     */
    public enum Action {
        /** The call fails, with EPERM where no rule says otherwise. */
        ERRNO,
        /** The call is made and the kernel logs it (audit type 1326): for learning a policy, not for safety. */
        LOG,
        /** The process dies of SIGSYS. */
        KILL
    }

    public SeccompPolicy {
        allowSyscalls = List.copyOf(allowSyscalls);
    }

    /** Returns a preset as it is: no extra names, no user namespaces, network sockets allowed. */
    public static SeccompPolicy of(Preset preset, Action action) {
        return new SeccompPolicy(preset, action, List.of(), false, true);
    }

    /** Whether preset and action say everything: {@link #of} makes the same. */
    boolean isPlain() {
        return allowSyscalls.isEmpty() && !allowUserNamespaces && networkAllowed;
    }

    /** Preset and action as one word. */
    String key() {
        return preset.name().concat("-").concat(action.name());
    }
}
