package dev.gleisner.domain.redact;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Finds secrets in one argument. Every step takes time in proportion to the argument's length. */
final class Arguments {
    private static final List<String> SCHEMES = List.of("bearer", "basic", "token", "digest", "negotiate", "apikey");
    private static final List<String> HARMLESS =
            List.of("true", "false", "yes", "no", "none", "null", "auto", "always", "never", "-");
    private static final int SHORTEST_BEARER = 8;
    /** Longer values are not held against the profile's patterns: that would take time by the square. */
    private static final int LONGEST_MATCHED = 128;

    private static final String PEM_DASHES = "-----";
    private static final String PEM_BEGIN = PEM_DASHES + "BEGIN ";
    private static final String PEM_PRIVATE = "PRIVATE KEY";

    private final KeyedDigest keyed;
    private final List<String> patterns;

    Arguments(KeyedDigest keyed, List<String> patterns) {
        this.keyed = keyed;
        List<String> plain = new ArrayList<>(patterns.size());
        for (String pattern : patterns) {
            plain.add(pattern.substring(dashes(pattern)));
        }
        this.patterns = plain;
    }

    /** The last part of a program's path. */
    static String programName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /**
     * An argument as it may be shown.
     *
     * @param program the name of the program that gets it
     * @param previous the argument before it
     */
    String redact(String program, String previous, String argument) {
        if (argument.isEmpty() || KeyedDigest.end(argument, 0) == argument.length()) {
            return argument;
        }
        String word = keyed.withoutRemembered(argument);
        if (KeyedDigest.end(word, 0) == word.length()) {
            return word;
        }
        if (matchesPattern(word) && !isAssignment(word) || expectsSecret(previous) && canBeValue(word)) {
            return keyed.of(word);
        }
        String shown = ProgramRules.redact(program, previous, word, keyed);
        if (!shown.equals(word)) {
            return shown;
        }
        shown = privateKeys(word);
        shown = assignments(shown, isScript(previous));
        shown = userInformation(shown);
        shown = options(shown);
        return tokens(shown);
    }

    /** The value of a variable. */
    String value(String name, String value) {
        if (value.isEmpty() || KeyedDigest.end(value, 0) == value.length()) {
            return value;
        }
        return isSecretName(name) && !isHarmless(value) || matchesPattern(value)
                ? keyed.of(value)
                : redact("", "", value);
    }

    private boolean isSecretName(String name) {
        return SecretNames.secret(name) && !name.equals("PWD") && !name.equals("OLDPWD")
                || matchesPattern(name.substring(dashes(name)));
    }

    /** {@code NAME=value} with a name that keeps a secret: only the value goes. */
    private boolean isAssignment(String word) {
        int equals = word.indexOf('=');
        return equals > dashes(word) && isSecretName(word.substring(dashes(word), equals));
    }

    private static int dashes(String word) {
        int dashes = 0;
        while (dashes < word.length() && word.charAt(dashes) == '-') {
            dashes++;
        }
        return dashes;
    }

    private boolean matchesPattern(String text) {
        if (text.length() > LONGEST_MATCHED) {
            return false;
        }
        for (String pattern : patterns) {
            if (Glob.matches(pattern, text)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the argument after this one is a secret. */
    private boolean expectsSecret(String previous) {
        if (previous.isEmpty() || previous.indexOf('=') >= 0 || previous.indexOf(' ') >= 0) {
            return false;
        }
        int dashes = dashes(previous);
        String name = previous.substring(dashes);
        if (dashes > 0) {
            return !name.startsWith("no-") && isSecretName(name);
        }
        return SecretNames.secretBareWord(name) || name.length() > 1 && name.endsWith(":") && isSecretName(name);
    }

    private static boolean canBeValue(String word) {
        boolean option = word.startsWith("--") || word.length() == 2 && word.charAt(0) == '-';
        return !option && !isHarmless(word) && !SCHEMES.contains(lower(word));
    }

    /** Words that tell nothing, and names of variables in place of their value. */
    private static boolean isHarmless(String value) {
        if (value.isEmpty() || HARMLESS.contains(value)) {
            return true;
        }
        if (value.charAt(0) != '$' || value.length() == 1) {
            return false;
        }
        boolean braces = value.startsWith("${") && value.endsWith("}");
        for (int i = braces ? 2 : 1; i < value.length() - (braces ? 1 : 0); i++) {
            if (!Characters.isAlphanumeric(value.charAt(i)) && value.charAt(i) != '_') {
                return false;
            }
        }
        return true;
    }

    /** {@code -c}, {@code -lc}, {@code -e}, {@code --eval}: what follows is a program, not one value. */
    private static boolean isScript(String previous) {
        if (previous.equals("--eval") || previous.equals("--command") || previous.equals("-e")) {
            return true;
        }
        return previous.length() >= 2
                && previous.length() <= 5
                && previous.charAt(0) == '-'
                && previous.charAt(1) != '-'
                && previous.endsWith("c");
    }

    /** PEM with its lines, or with {@code \n} in their place. */
    private String privateKeys(String text) {
        StringBuilder out = new StringBuilder();
        int copied = 0;
        int at = text.indexOf(PEM_BEGIN);
        while (at >= 0) {
            int name = at + PEM_BEGIN.length();
            int body = text.indexOf(PEM_DASHES, name);
            if (body < 0) {
                break;
            }
            int end = body + PEM_DASHES.length();
            if (text.startsWith(PEM_PRIVATE, body - PEM_PRIVATE.length())) {
                int last = text.indexOf(PEM_DASHES + "END ", body);
                int close = last < 0 ? -1 : text.indexOf(PEM_DASHES, last + PEM_DASHES.length());
                end = close < 0 ? text.length() : close + PEM_DASHES.length();
                out.append(text, copied, at).append(keyed.of(text.substring(at, end)));
                copied = end;
            }
            at = text.indexOf(PEM_BEGIN, end);
        }
        return copied == 0 ? text : out.append(text, copied, text.length()).toString();
    }

    /** {@code NAME=value}, {@code --name=value}, {@code Name: value}, {@code "name": "value"}. */
    private String assignments(String text, boolean script) {
        StringBuilder out = new StringBuilder();
        int copied = 0;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '=' && c != ':' || c == ':' && text.startsWith("//", i + 1)) {
                continue;
            }
            int nameEnd = i;
            while (nameEnd > copied
                    && (Characters.isQuote(text.charAt(nameEnd - 1)) || text.charAt(nameEnd - 1) == '\\')) {
                nameEnd--;
            }
            int nameStart = nameEnd;
            while (nameStart > copied && Characters.isName(text.charAt(nameStart - 1))) {
                nameStart--;
            }
            String name = text.substring(nameStart, nameEnd);
            boolean secretName = isSecretName(name);
            if (!secretName && patterns.isEmpty()) {
                continue;
            }
            int from = i + 1;
            while (c == ':' && from < text.length() && text.charAt(from) == ' ') {
                from++;
            }
            int most = secretName ? text.length() : Math.min(text.length(), from + LONGEST_MATCHED);
            int to = valueEnd(text, from, most, nameStart == 0 && nameEnd == i && !script, c);
            while (from < to && (Characters.isQuote(text.charAt(from)) || text.charAt(from) == '\\')) {
                from++; // the quote that valueEnd has looked for the other one of
            }
            if (secretName) {
                from = afterScheme(text, from, to);
            }
            String value = text.substring(from, to);
            boolean path = c == ':' && value.startsWith("/");
            boolean wanted = secretName && !path && !isHarmless(value) && !pathOfPwd(name, value);
            if (!value.isEmpty() && KeyedDigest.end(value, 0) == 0 && (wanted || matchesPattern(value))) {
                out.append(text, copied, from).append(keyed.of(value));
                copied = to;
                i = to - 1;
            }
        }
        return copied == 0 ? text : out.append(text, copied, text.length()).toString();
    }

    private static boolean pathOfPwd(String name, String value) {
        return name.equalsIgnoreCase("pwd") && value.startsWith("/");
    }

    private static int valueEnd(String text, int from, int most, boolean whole, char separator) {
        int quote = from;
        while (quote < most && text.charAt(quote) == '\\') {
            quote++;
        }
        if (quote < most && Characters.isQuote(text.charAt(quote))) {
            int end = quote + 1;
            while (end < most && text.charAt(end) != text.charAt(quote)) {
                end += text.charAt(end) == '\\' && quote == from ? 2 : 1;
            }
            return Math.min(end, most);
        }
        if (whole) {
            return most;
        }
        int end = from;
        while (end < most && !endsValue(text.charAt(end), separator)) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        return Math.min(end, most);
    }

    private static boolean endsValue(char c, char separator) {
        return separator == ':'
                ? c == '\n' || Characters.isQuote(c) || c == ',' || c == '}'
                : Characters.endsWord(c) || c == ',' || c == '}' || c == ']';
    }

    /** Leaves {@code Bearer } in front of its token. */
    private static int afterScheme(String text, int from, int to) {
        int space = text.indexOf(' ', from);
        return space > from && space < to && SCHEMES.contains(lower(text.substring(from, space))) ? space + 1 : from;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    /** {@code https://user:password@host}. */
    private String userInformation(String text) {
        StringBuilder out = new StringBuilder();
        int copied = 0;
        for (int at = text.indexOf("://"); at >= 0; at = text.indexOf("://", at + 3)) {
            int host = -1;
            int colon = -1;
            int i = at + 3;
            for (; i < text.length(); i++) {
                char c = text.charAt(i);
                if (c == '/' || c == '?' || c == '#' || Characters.isSpace(c) || Characters.isQuote(c)) {
                    break;
                }
                host = c == '@' ? i : host;
                colon = c == ':' && colon < 0 ? i : colon;
            }
            if (host > colon && colon > 0 && colon + 1 < host && KeyedDigest.end(text, colon + 1) != host) {
                out.append(text, copied, colon + 1).append(keyed.of(text.substring(colon + 1, host)));
                copied = host;
            }
        }
        return copied == 0 ? text : out.append(text, copied, text.length()).toString();
    }

    /** Options and their values in a script or another text: {@code mysql --password hunter2}. */
    private String options(String text) {
        if (!hasSpace(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        String program = "";
        String previous = "";
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (Characters.endsWord(c) && !Characters.isQuote(c)) {
                if (c != ' ' && c != '\t') {
                    program = "";
                    previous = "";
                }
                out.append(c);
                i++;
                continue;
            }
            boolean quoted = Characters.isQuote(c) && takesQuoted(program, previous);
            int from = quoted || Characters.isQuote(c) ? i + 1 : i;
            int to = from;
            while (to < text.length() && (quoted ? text.charAt(to) != c : !Characters.endsWord(text.charAt(to)))) {
                to++;
            }
            String word = text.substring(from, to);
            boolean bearer = lower(previous).equals("bearer") && word.length() >= SHORTEST_BEARER;
            boolean secret = !word.isEmpty()
                    && KeyedDigest.end(word, 0) == 0
                    && (bearer || matchesPattern(word) || expectsSecret(previous) && canBeValue(word));
            out.append(text, i, from)
                    .append(secret ? keyed.of(word) : ProgramRules.redact(program, previous, word, keyed));
            if (!word.isEmpty()) {
                program = program.isEmpty() && word.indexOf('=') < 0 ? programName(word) : program;
                previous = SCHEMES.contains(lower(word)) && expectsSecret(previous) ? previous : word;
            }
            i = Math.max(to, i + 1);
        }
        return out.toString();
    }

    private boolean takesQuoted(String program, String previous) {
        return expectsSecret(previous) || ProgramRules.expectsSecret(program, previous);
    }

    private static boolean hasSpace(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Characters.isSpace(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    /** Tokens of known services, and what looks random. */
    private String tokens(String text) {
        StringBuilder out = new StringBuilder();
        RandomText random = new RandomText(text);
        int copied = 0;
        int i = 0;
        while (i < text.length()) {
            int end = KeyedDigest.end(text, i);
            if (end > i) {
                i = end;
                continue;
            }
            end = KnownTokens.end(text, i);
            end = end == i ? random.end(i) : end;
            if (end > i) {
                out.append(text, copied, i).append(keyed.of(text.substring(i, end)));
                copied = end;
                i = end;
            } else {
                i++;
            }
        }
        return copied == 0 ? text : out.append(text, copied, text.length()).toString();
    }
}
