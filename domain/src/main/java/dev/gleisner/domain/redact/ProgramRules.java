package dev.gleisner.domain.redact;

/** Options whose letters mean a password with one program and something else with the next. */
final class ProgramRules {
    private ProgramRules() {}

    /** Whether the argument after {@code previous} is a secret of that program. */
    static boolean expectsSecret(String program, String previous) {
        return switch (program) {
            case "sshpass" -> previous.equals("-p");
            case "redis-cli" -> previous.equals("-a");
            case "ldapsearch", "ldapadd", "ldapmodify" -> previous.equals("-w");
            default -> false;
        };
    }

    /** The argument as it may be shown; the same when the program's rules say nothing of it. */
    static String redact(String program, String previous, String word, KeyedDigest keyed) {
        if (expectsSecret(program, previous) && !word.isEmpty()) {
            return keyed.of(word);
        }
        boolean attached = word.startsWith("-p") && word.length() > 2 && word.charAt(2) != '=';
        if (attached && (program.equals("sshpass") || isMysql(program))) {
            return KeyedDigest.end(word, 2) == word.length() ? word : "-p" + keyed.of(word.substring(2));
        }
        if (program.equals("curl")) {
            return curl(previous, word, keyed);
        }
        return word;
    }

    private static boolean isMysql(String program) {
        return program.startsWith("mysql") || program.startsWith("mariadb");
    }

    /** {@code -u user:password}. */
    private static String curl(String previous, String word, KeyedDigest keyed) {
        boolean user = previous.equals("-u")
                || previous.equals("--user")
                || previous.equals("-U")
                || previous.equals("--proxy-user");
        int colon = word.indexOf(':');
        if (!user || colon < 0 || colon + 1 == word.length() || KeyedDigest.end(word, colon + 1) == word.length()) {
            return word;
        }
        return word.substring(0, colon + 1) + keyed.of(word.substring(colon + 1));
    }
}
