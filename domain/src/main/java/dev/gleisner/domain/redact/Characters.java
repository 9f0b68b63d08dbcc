package dev.gleisner.domain.redact;

/** Kinds of characters in secrets; all of them are ASCII. */
final class Characters {
    private Characters() {}

    static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    static boolean isUpper(char c) {
        return c >= 'A' && c <= 'Z';
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHex(char c) {
        return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
    }

    static boolean isAlphanumeric(char c) {
        return isLower(c) || isUpper(c) || isDigit(c);
    }

    /** Letters, digits, {@code _} and {@code -}: what most services make their tokens of. */
    static boolean isToken(char c) {
        return isAlphanumeric(c) || c == '_' || c == '-';
    }

    /** What a name of an option, variable, header or member is made of. */
    static boolean isName(char c) {
        return isToken(c) || c == '.';
    }

    static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    static boolean isQuote(char c) {
        return c == '"' || c == '\'' || c == '`';
    }

    /** Where a word of a shell ends. */
    static boolean endsWord(char c) {
        return isSpace(c)
                || isQuote(c)
                || c == ';'
                || c == '|'
                || c == '&'
                || c == '('
                || c == ')'
                || c == '<'
                || c == '>';
    }
}
