package dev.gleisner.adapters.linux.landlock;

/**
 * Numbers of {@code <linux/landlock.h>} that are no access right, and the sizes of its structures. Plain constants:
 * touching a generated binding would link it, tens of milliseconds in a cold process.
 *
 * @spec https://docs.kernel.org/userspace-api/landlock.html Landlock: unprivileged access control
 */
public final class LandlockUapi {
    /** The newest ABI of which this class knows what it adds; Linux 7.2. */
    public static final int NEWEST_ABI = 10;

    /** landlock_create_ruleset(2): answer with the ABI; Linux 5.13. */
    public static final long CREATE_RULESET_VERSION = 1;

    /** landlock_create_ruleset(2): answer with the bits of the fixed errata; Linux 6.15 and stable kernels. */
    public static final long CREATE_RULESET_ERRATA = 1 << 1;

    /** landlock_add_rule(2): a hierarchy of files; Linux 5.13. */
    public static final long RULE_PATH_BENEATH = 1;

    /** landlock_add_rule(2): a port; ABI 4, Linux 6.7. */
    public static final long RULE_NET_PORT = 2;

    /** No abstract unix socket outside of the domain; ABI 6, Linux 6.12. */
    public static final long SCOPE_ABSTRACT_UNIX_SOCKET = 1;

    /** No signal to a process outside of the domain; ABI 6, Linux 6.12. */
    public static final long SCOPE_SIGNAL = 1 << 1;

    /** No audit record for denials before the next execve(2); ABI 7, Linux 6.15. */
    public static final long RESTRICT_SELF_LOG_SAME_EXEC_OFF = 1;

    /** Audit records for denials after the next execve(2); ABI 7, Linux 6.15. */
    public static final long RESTRICT_SELF_LOG_NEW_EXEC_ON = 1 << 1;

    /** No audit records for domains nested in this one; ABI 7, Linux 6.15. */
    public static final long RESTRICT_SELF_LOG_SUBDOMAINS_OFF = 1 << 2;

    /** Restrict all threads of the process at once; ABI 8, Linux 7.0. */
    public static final long RESTRICT_SELF_TSYNC = 1 << 3;

    /** Set no_new_privs together with the restriction; Linux 7.3. Not used: the init sets it for every kernel. */
    public static final long RESTRICT_SELF_NO_NEW_PRIVS = 1 << 4;

    /** landlock_add_rule(2): no audit record for denials of what this rule is about; ABI 10, Linux 7.2. Not used. */
    public static final long ADD_RULE_QUIET = 1;

    /** {@code sizeof(struct landlock_path_beneath_attr)}; it is packed. */
    public static final int PATH_BENEATH_SIZE = 12;

    /** Where {@code parent_fd} is in {@code struct landlock_path_beneath_attr}. */
    public static final int PATH_BENEATH_FD_OFFSET = 8;

    /** {@code sizeof(struct landlock_net_port_attr)}. */
    public static final int NET_PORT_SIZE = 16;

    private LandlockUapi() {}

    /**
     * {@code sizeof(struct landlock_ruleset_attr)} as a kernel of that ABI knows it: {@code handled_access_fs}, from
     * ABI 4 {@code handled_access_net}, from ABI 6 {@code scoped}, from ABI 10 three masks of quiet accesses.
     */
    static int rulesetAttrSize(int abi) {
        if (abi >= 10) {
            return 48;
        }
        if (abi >= 6) {
            return 24;
        }
        return abi >= 4 ? 16 : 8;
    }
}
