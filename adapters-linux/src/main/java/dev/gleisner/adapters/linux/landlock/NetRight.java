package dev.gleisner.adapters.linux.landlock;

/**
 * What Landlock can restrict by port ({@code LANDLOCK_ACCESS_NET_*}).
 *
 * @spec https://docs.kernel.org/userspace-api/landlock.html#network-flags Landlock: Network flags
 */
public enum NetRight {
    /** Bind a TCP socket; ABI 4, Linux 6.7. */
    BIND_TCP(0, 4),
    /** Connect a TCP socket; ABI 4, Linux 6.7. Not TCP fast open, not MPTCP. */
    CONNECT_TCP(1, 4),
    /** Bind a UDP socket; ABI 10, Linux 7.2. */
    BIND_UDP(2, 10),
    /** Connect a UDP socket or send to a port; ABI 10, Linux 7.2. */
    CONNECT_SEND_UDP(3, 10);

    private final long bit;
    private final int abi;

    NetRight(int position, int abi) {
        this.bit = 1L << position;
        this.abi = abi;
    }

    /** Its bit in {@code handled_access_net} and {@code allowed_access}. */
    public long bit() {
        return bit;
    }

    /** The first ABI that knows it. */
    public int abi() {
        return abi;
    }

    /** All that a kernel of that ABI knows. */
    static long known(int abi) {
        long mask = 0;
        for (NetRight right : values()) {
            if (right.abi <= abi) {
                mask |= right.bit;
            }
        }
        return mask;
    }

    /** The mask in words. */
    public static String names(long mask) {
        StringBuilder text = new StringBuilder();
        for (NetRight right : values()) {
            if ((mask & right.bit) != 0) {
                text.append(text.isEmpty() ? "" : "|").append(right.name());
            }
        }
        return text.isEmpty() ? "0x0" : text.toString();
    }
}
