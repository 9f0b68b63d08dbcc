package dev.gleisner.adapters.linux.landlock;

import dev.gleisner.adapters.linux.sys.Errno;
import dev.gleisner.adapters.linux.sys.Kernel;
import dev.gleisner.adapters.linux.sys.SysNr;
import dev.gleisner.ports.Availability;

/**
 * What a kernel can do with Landlock.
 *
 * @param version the ABI, 1 or more; 0 when there is none
 * @param errata bit n-1 says that erratum n is fixed; 0 when the kernel does not tell
 * @param refusal the error number that a probe without success got, 0 with success
 */
public record LandlockAbi(int version, long errata, int refusal) {
    /** A kernel without Landlock. */
    public static final LandlockAbi NONE = new LandlockAbi(0, 0, Errno.ENOSYS);

    public LandlockAbi {
        if (version < 0) {
            throw new IllegalArgumentException("a Landlock ABI is not negative: " + version);
        }
    }

    /** An invented kernel, or one that answered. */
    public static LandlockAbi of(int version, long errata) {
        return version == 0 ? NONE : new LandlockAbi(version, errata, 0);
    }

    /** Asks this kernel; takes two system calls and changes nothing. */
    public static LandlockAbi probe() {
        long answer = Kernel.raw(SysNr.LANDLOCK_CREATE_RULESET, 0, 0, LandlockUapi.CREATE_RULESET_VERSION);
        if (answer <= 0) {
            return new LandlockAbi(0, 0, (int) -answer);
        }
        long errata = Kernel.raw(SysNr.LANDLOCK_CREATE_RULESET, 0, 0, LandlockUapi.CREATE_RULESET_ERRATA);
        return new LandlockAbi((int) answer, Math.max(errata, 0), 0); // EINVAL: older than the question
    }

    /** Whether there is Landlock at all. */
    public boolean present() {
        return version > 0;
    }

    /** The ABI that is used: what the kernel has, as far as this program knows it. */
    public int used() {
        return Math.min(version, LandlockUapi.NEWEST_ABI);
    }

    /** In words, for {@code doctor}. */
    public Availability availability() {
        if (present()) {
            return new Availability.Ready("Landlock ABI " + version + errataWords());
        }
        return switch (refusal) {
            case Errno.ENOSYS ->
                new Availability.Missing(
                        "the kernel has no Landlock",
                        "run Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK=y, and let seccomp of an outer container"
                                + " pass landlock_create_ruleset");
            case Errno.EOPNOTSUPP ->
                new Availability.Missing(
                        "Landlock is built into the kernel and switched off at boot",
                        "add landlock to the list in the kernel command line, as in"
                                + " lsm=landlock,lockdown,yama,integrity,apparmor,bpf");
            default -> new Availability.Unknown("landlock_create_ruleset answered " + Errno.describe(refusal));
        };
    }

    private String errataWords() {
        StringBuilder text = new StringBuilder();
        for (int n = 1; n <= 62; n++) {
            if ((errata & (1L << (n - 1))) != 0) {
                text.append(text.isEmpty() ? ", errata fixed: " : " ").append(n);
            }
        }
        return text.toString();
    }
}
