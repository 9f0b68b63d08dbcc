package dev.gleisner.domain.profile;

import java.util.Optional;

/**
 * The form of a name that may be reached: {@code example.org}, {@code *.example.org}, either with {@code :port}. Only
 * one spelling of each name is accepted, so that no two places of the program can read it differently.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc1123#section-2.1 RFC 1123, host names
 */
public final class DomainPattern {
    /** RFC 1035: 255 octets on the wire are 253 characters in text. */
    private static final int LONGEST_NAME = 253;

    private static final int LONGEST_LABEL = 63;

    private DomainPattern() {}

    /** What is wrong with that pattern; empty when nothing is. */
    public static Optional<String> problem(String pattern) {
        if (pattern.isEmpty()) {
            return Optional.of("the name is empty; to reach nothing leave the list empty");
        }
        String name = pattern;
        int colon = pattern.indexOf(':');
        if (colon >= 0) {
            name = pattern.substring(0, colon);
            if (!port(pattern.substring(colon + 1))) {
                return Optional.of("after the colon comes a port from 1 to 65535");
            }
        }
        boolean wildcard = name.startsWith("*.");
        if (wildcard) {
            name = name.substring(2);
        }
        if (name.indexOf('*') >= 0) {
            return Optional.of("* stands only for the first label, as in \"*.example.org\"");
        }
        if (name.length() > LONGEST_NAME) {
            return Optional.of("a host name has at most " + LONGEST_NAME + " characters");
        }
        return labels(name, wildcard);
    }

    private static Optional<String> labels(String name, boolean wildcard) {
        int count = 0;
        int start = 0;
        boolean numeric = false;
        while (start <= name.length()) {
            int dot = name.indexOf('.', start);
            int end = dot < 0 ? name.length() : dot;
            if (end == start) {
                return Optional.of("a label is empty: no dot at the start or the end, no two in a row");
            }
            if (end - start > LONGEST_LABEL) {
                return Optional.of("a label has at most " + LONGEST_LABEL + " characters");
            }
            if (name.charAt(start) == '-' || name.charAt(end - 1) == '-') {
                return Optional.of("a label neither starts nor ends with a hyphen");
            }
            numeric = true;
            for (int i = start; i < end; i++) {
                char c = name.charAt(i);
                if (c >= 'A' && c <= 'Z') {
                    return Optional.of("host names are written in lower case");
                }
                if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
                    return Optional.of("a host name has letters a to z, digits, hyphens and dots;"
                            + " no scheme, no path, other scripts as punycode (xn--...)");
                }
                numeric &= c >= '0' && c <= '9';
            }
            count++;
            start = end + 1;
        }
        if (numeric) {
            return Optional.of("this is an address; only names can be allowed");
        }
        if (wildcard && count < 2) {
            return Optional.of("this would allow a whole top-level domain; name at least \"*.example.org\"");
        }
        if (name.equals("localhost")) {
            return Optional.of("localhost inside is the sandbox itself and needs no rule");
        }
        return Optional.empty();
    }

    private static boolean port(String digits) {
        if (digits.isEmpty() || digits.length() > 5 || digits.charAt(0) == '0') {
            return false;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            value = value * 10 + (c - '0');
        }
        return value <= 65_535;
    }
}
