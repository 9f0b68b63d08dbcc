package dev.gleisner.domain.redact;

import java.util.List;

/** Secrets that say by their first letters what they are. */
final class KnownTokens {
    /**
     * How a service's tokens begin.
     *
     * @param start the first letters
     * @param least how many characters follow at least
     * @param alphanumeric whether only letters and digits follow
     */
    private record Kind(String start, int least, boolean alphanumeric) {
        /** Long names begin so too; a token of twenty characters and no digit is one in a hundred. */
        boolean needsDigit() {
            return start.equals("sk-");
        }
    }

    private static final int LONGEST_SEARCH = 512;

    private static final List<Kind> KINDS = List.of(
            new Kind("ghp_", 20, true),
            new Kind("gho_", 20, true),
            new Kind("ghu_", 20, true),
            new Kind("ghs_", 20, true),
            new Kind("ghr_", 20, true),
            new Kind("github_pat_", 20, false),
            new Kind("glpat-", 16, false),
            new Kind("sk-", 20, false),
            new Kind("sk_live_", 16, true),
            new Kind("sk_test_", 16, true),
            new Kind("rk_live_", 16, true),
            new Kind("whsec_", 16, true),
            new Kind("AKIA", 16, true),
            new Kind("ASIA", 16, true),
            new Kind("xoxa-", 10, false),
            new Kind("xoxb-", 10, false),
            new Kind("xoxe-", 10, false),
            new Kind("xoxp-", 10, false),
            new Kind("xoxr-", 10, false),
            new Kind("xoxs-", 10, false),
            new Kind("xapp-", 10, false),
            new Kind("npm_", 30, true),
            new Kind("pypi-", 30, false),
            new Kind("AIza", 30, false),
            new Kind("ya29.", 20, false),
            new Kind("hf_", 20, true),
            new Kind("dop_v1_", 30, true),
            new Kind("eyJ", 10, false));

    private KnownTokens() {}

    /** Where the token that begins at {@code at} ends; {@code at} when none begins there. */
    static int end(String text, int at) {
        if (at > 0 && Characters.isAlphanumeric(text.charAt(at - 1))) {
            return at;
        }
        for (Kind kind : KINDS) {
            if (text.startsWith(kind.start(), at)) {
                int end = end(kind, text, at);
                if (end > at) {
                    return end;
                }
            }
        }
        return at;
    }

    private static int end(Kind kind, String text, int at) {
        int from = at + kind.start().length();
        int end = from;
        int digits = 0;
        int most = kind.needsDigit() ? Math.min(text.length(), from + LONGEST_SEARCH) : text.length();
        while (end < most
                && (kind.alphanumeric()
                        ? Characters.isAlphanumeric(text.charAt(end))
                        : Characters.isToken(text.charAt(end)))) {
            digits += Characters.isDigit(text.charAt(end)) ? 1 : 0;
            end++;
        }
        if (end - from < kind.least()) {
            return at;
        }
        if (kind.start().equals("eyJ")) {
            return webToken(text, at, end);
        }
        return digits == 0 && kind.needsDigit() ? at : end;
    }

    /** JSON Web Tokens have three parts (RFC 7519), or five when they are encrypted (RFC 7516). */
    private static int webToken(String text, int at, int endOfFirst) {
        int end = endOfFirst;
        int parts = 1;
        while (end < text.length() && text.charAt(end) == '.') {
            end++;
            parts++;
            while (end < text.length() && Characters.isToken(text.charAt(end))) {
                end++;
            }
        }
        return parts >= 2 ? end : at;
    }
}
