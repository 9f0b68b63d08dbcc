package dev.gleisner.domain.redact;

import java.util.List;

/** Finds random text where it is no part of a path and no digest. Reads a text once, from its beginning. */
final class RandomText {
    private static final List<String> DIGESTS = List.of(
            "sha1:",
            "sha224:",
            "sha256:",
            "sha384:",
            "sha512:",
            "md5:",
            "blake2b:",
            "blake3:",
            "sha1=",
            "sha256=",
            "sha384=",
            "sha512=",
            "md5=");
    private static final List<String> INTEGRITIES = List.of("sha1-", "sha256-", "sha384-", "sha512-");
    private static final int LONGEST_EXTENSION = 5;

    private final String text;
    private int wordEnd;
    private boolean url;
    private boolean path;

    RandomText(String text) {
        this.text = text;
    }

    /**
     * Where the secret that begins at {@code at} ends; {@code at} when none begins there. To be asked for growing
     * positions.
     */
    int end(int at) {
        if (at >= wordEnd) {
            word(at);
        }
        if (path || at > 0 && isPart(text.charAt(at - 1))) {
            return at;
        }
        int end = at;
        while (end < wordEnd && isPart(text.charAt(end))) {
            end++;
        }
        if (end - at < Randomness.SHORTEST
                || !Randomness.looksRandom(text, at, end)
                || isDigest(at)
                || isFileName(end)) {
            return at;
        }
        return padded(end);
    }

    /** Looks at the word that begins at {@code at}. */
    private void word(int at) {
        int colon = -1;
        int slash = -1;
        wordEnd = at;
        url = false;
        while (wordEnd < text.length() && !separates(text.charAt(wordEnd))) {
            char c = text.charAt(wordEnd);
            url |= c == ':' && text.startsWith("//", wordEnd + 1);
            colon = c == ':' && colon < 0 ? wordEnd : colon;
            slash = c == '/' && slash < 0 ? wordEnd : slash;
            wordEnd++;
        }
        // /a/b, ./a, ../a, ~/a, and NAME:/a; of other words a slash may be a character of base64.
        int from = colon < 0 ? at : colon + 1;
        path = !url && (isPath(at, slash) || isPath(from, text.indexOf('/', from)));
        wordEnd = Math.max(wordEnd, at + 1);
    }

    private boolean isPath(int from, int slash) {
        if (slash < from || slash > from + 2) {
            return false;
        }
        String before = text.substring(from, slash);
        return before.isEmpty() || before.equals(".") || before.equals("..") || before.equals("~");
    }

    private static boolean separates(char c) {
        return Characters.endsWord(c) || c == '=' || c == ',';
    }

    private boolean isPart(char c) {
        return Characters.isToken(c) || c == '+' || c == '/' && !url;
    }

    private int padded(int end) {
        int after = end;
        while (after < text.length() && text.charAt(after) == '=') {
            after++;
        }
        return after == text.length() || !Characters.isAlphanumeric(text.charAt(after)) ? after : end;
    }

    private boolean isDigest(int at) {
        for (String before : DIGESTS) {
            if (at >= before.length() && text.startsWith(before, at - before.length())) {
                return true;
            }
        }
        for (String start : INTEGRITIES) {
            if (text.startsWith(start, at)) {
                return true;
            }
        }
        return false;
    }

    /** A dot and a few letters follow, and then the word ends. */
    private boolean isFileName(int end) {
        if (end >= text.length() || text.charAt(end) != '.') {
            return false;
        }
        int after = end + 1;
        while (after < text.length()
                && Characters.isAlphanumeric(text.charAt(after))
                && after <= end + LONGEST_EXTENSION) {
            after++;
        }
        boolean ends = after == text.length() || separates(text.charAt(after)) || text.charAt(after) == '.';
        return after > end + 1 && ends;
    }
}
