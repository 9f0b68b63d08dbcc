package dev.gleisner.adapters.audit.text;

import dev.gleisner.domain.event.PathText;
import java.util.HexFormat;

/**
 * Socket addresses as text.
 *
 * @spec https://man7.org/linux/man-pages/man7/address_families.7.html address_families(7)
 * @spec https://www.rfc-editor.org/rfc/rfc5952 RFC 5952
 */
public final class Addresses {
    /** Of an address that means no address. */
    public static final int AF_UNSPEC = 0;

    /** Of sockets with paths. */
    public static final int AF_UNIX = 1;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int AF_NETLINK = 16;

    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int IPPROTO_SCTP = 132;
    private static final int IPPROTO_UDPLITE = 136;
    private static final int IPPROTO_MPTCP = 262;

    private static final int GROUPS = 8;

    private Addresses() {}

    /** Such as {@code tcp}. */
    public static String protocol(int family, int protocol) {
        return switch (family) {
            case AF_UNIX -> "unix";
            case AF_NETLINK -> "netlink";
            case AF_INET, AF_INET6 ->
                switch (protocol) {
                    case IPPROTO_TCP -> "tcp";
                    case IPPROTO_UDP -> "udp";
                    case IPPROTO_ICMP -> "icmp";
                    case IPPROTO_ICMPV6 -> "icmpv6";
                    case IPPROTO_SCTP -> "sctp";
                    case IPPROTO_UDPLITE -> "udplite";
                    case IPPROTO_MPTCP -> "mptcp";
                    default -> "ip-" + protocol;
                };
            default -> "family-" + family;
        };
    }

    /** The family of the {@code struct sockaddr} at {@code at}. */
    public static int family(byte[] bytes, int at) {
        return bytes[at] & 0xff | (bytes[at + 1] & 0xff) << 8;
    }

    /** The text for a {@code struct sockaddr}; its family counts, which need not be the socket's. */
    public static String text(byte[] bytes, int at, int length) {
        if (length < 2) {
            return "";
        }
        int family = family(bytes, at);
        if (family == AF_UNIX) {
            return unix(bytes, at + 2, length - 2);
        }
        if (family == AF_INET && length >= 8) {
            return appendIpv4(new StringBuilder(24), bytes, at + 4)
                    .append(':')
                    .append(port(bytes, at + 2))
                    .toString();
        }
        if (family == AF_INET6 && length >= 24) {
            return appendIpv6(new StringBuilder(48).append('['), bytes, at + 8)
                    .append("]:")
                    .append(port(bytes, at + 2))
                    .toString();
        }
        return HexFormat.of().formatHex(bytes, at + 2, at + length);
    }

    private static String unix(byte[] bytes, int at, int length) {
        if (length == 0) {
            return "";
        }
        if (bytes[at] == 0) { // abstract: every byte counts, also NUL
            return "@" + PathText.decode(bytes, at + 1, length - 1);
        }
        int end = at;
        while (end < at + length && bytes[end] != 0) {
            end++;
        }
        return PathText.decode(bytes, at, end - at);
    }

    private static int port(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }

    private static StringBuilder appendIpv4(StringBuilder out, byte[] bytes, int at) {
        return out.append(bytes[at] & 0xff)
                .append('.')
                .append(bytes[at + 1] & 0xff)
                .append('.')
                .append(bytes[at + 2] & 0xff)
                .append('.')
                .append(bytes[at + 3] & 0xff);
    }

    private static StringBuilder appendIpv6(StringBuilder out, byte[] bytes, int at) {
        boolean mapped = true;
        for (int i = 0; i < 12 && mapped; i++) {
            mapped = bytes[at + i] == (i < 10 ? 0 : -1);
        }
        if (mapped) {
            return appendIpv4(out.append("::ffff:"), bytes, at + 12);
        }
        int zeros = 0;
        int start = -1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && port(bytes, at + 2 * end) == 0) {
                end++;
            }
            if (end - i > zeros && end - i > 1) {
                zeros = end - i;
                start = i;
            }
        }
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                out.append("::");
                i += zeros - 1;
                continue;
            }
            if (i > 0 && i != start + zeros) {
                out.append(':');
            }
            out.append(Integer.toHexString(port(bytes, at + 2 * i)));
        }
        return out;
    }
}
