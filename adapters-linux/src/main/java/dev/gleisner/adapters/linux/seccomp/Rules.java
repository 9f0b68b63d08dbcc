package dev.gleisner.adapters.linux.seccomp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The presets and rules as read from the {@code .tsv} files. */
final class Rules {
    /** How a denied call can be allowed after all. */
    enum Lift {
        NEVER,
        NAMED,
        USERNS
    }

    /** When an argument rule is in force. */
    enum When {
        ALWAYS,
        NO_USERNS,
        NO_NETWORK;

        boolean holdsFor(SeccompPolicy policy) {
            return switch (this) {
                case ALWAYS -> true;
                case NO_USERNS -> !policy.allowUserNamespaces();
                case NO_NETWORK -> !policy.networkAllowed();
            };
        }
    }

    /** A line of {@code denied.tsv}. */
    record Denied(String syscall, Errno errno, Lift lift, boolean kills, String reason) {}

    /** A word of an argument compared with a constant, after masking. */
    record Term(int argument, boolean highWord, int mask, boolean equal, int value) {
        int offset() {
            return Bpf.offsetOfArg(argument, highWord);
        }
    }

    /** A line of {@code arguments.tsv}; it matches when all terms hold. */
    record ArgumentRule(
            String syscall,
            String condition,
            List<Term> terms,
            Verdict verdict,
            When when,
            boolean kills,
            String reason) {
        ArgumentRule {
            terms = List.copyOf(terms);
        }
    }

    private static final Pattern TERM = Pattern.compile("a([0-5])(\\.hi)?(?: & (\\w+))? (==|!=) (\\w+)");
    private static final Rules ALL = new Rules();

    private final Map<String, Denied> denied = new LinkedHashMap<>();
    private final Map<String, List<ArgumentRule>> arguments = new LinkedHashMap<>();
    private final Map<String, String> nodejs;
    private final Map<String, String> custom;

    private Rules() {
        for (Tsv.Row row : Tsv.read("denied.tsv", 5)) {
            Denied rule = new Denied(
                    known(row, row.at(0)),
                    errno(row, row.at(1)),
                    constant(row, Lift.class, row.at(2)),
                    kills(row, row.at(3)),
                    row.at(4));
            if (denied.put(rule.syscall(), rule) != null) {
                throw row.wrong(rule.syscall() + " is there twice");
            }
        }
        Map<String, Integer> constants = constants();
        for (Tsv.Row row : Tsv.read("arguments.tsv", 6)) {
            Verdict verdict = row.at(2).equals("ALLOW")
                    ? new Verdict.Allow()
                    : errno(row, row.at(2)).verdict();
            arguments
                    .computeIfAbsent(known(row, row.at(0)), _ -> new ArrayList<>())
                    .add(new ArgumentRule(
                            row.at(0),
                            row.at(1),
                            terms(row, constants),
                            verdict,
                            constant(row, When.class, row.at(3)),
                            kills(row, row.at(4)),
                            row.at(5)));
        }
        nodejs = allowlist("nodejs.tsv");
        custom = allowlist("custom.tsv");
    }

    static Rules all() {
        return ALL;
    }

    /** Denied calls by name. */
    Map<String, Denied> denied() {
        return denied;
    }

    /** Argument rules by call, in the order they are tried. */
    Map<String, List<ArgumentRule>> arguments() {
        return arguments;
    }

    /** Calls that NODEJS allows, with the reason. */
    Map<String, String> nodejs() {
        return nodejs;
    }

    /** Calls that CUSTOM allows unasked, with the reason. */
    Map<String, String> custom() {
        return custom;
    }

    private Map<String, String> allowlist(String file) {
        Map<String, String> allowed = new LinkedHashMap<>();
        for (Tsv.Row row : Tsv.read(file, 2)) {
            if (denied.containsKey(known(row, row.at(0)))) {
                throw row.wrong(row.at(0) + " is in denied.tsv too");
            }
            if (allowed.put(row.at(0), row.at(1)) != null) {
                throw row.wrong(row.at(0) + " is there twice");
            }
        }
        return allowed;
    }

    private static Map<String, Integer> constants() {
        Map<String, Integer> constants = new HashMap<>();
        for (Tsv.Row row : Tsv.read("constants.tsv", 2)) {
            long value = Long.decode(row.at(1));
            if (value < 0 || value > 0xffffffffL || constants.put(row.at(0), (int) value) != null) {
                throw row.wrong("not 32 bits, or there twice");
            }
        }
        return constants;
    }

    private static List<Term> terms(Tsv.Row row, Map<String, Integer> constants) {
        if (row.at(1).equals("any")) {
            return List.of();
        }
        List<Term> terms = new ArrayList<>();
        for (String text : row.at(1).split(" and ", -1)) {
            Matcher term = TERM.matcher(text);
            if (!term.matches()) {
                throw row.wrong("cannot read the term \"" + text + "\"");
            }
            String mask = term.group(3);
            terms.add(new Term(
                    Integer.parseInt(term.group(1)),
                    term.group(2) != null,
                    mask == null ? -1 : value(row, constants, mask),
                    term.group(4).equals("=="),
                    value(row, constants, term.group(5))));
        }
        return terms;
    }

    private static int value(Tsv.Row row, Map<String, Integer> constants, String name) {
        if (name.equals("0")) {
            return 0;
        }
        Integer value = constants.get(name);
        if (value == null) {
            throw row.wrong(name + " is not in constants.tsv");
        }
        return value;
    }

    private static String known(Tsv.Row row, String name) {
        if (SyscallTable.x86_64().number(name).isEmpty()) {
            throw row.wrong(name + " is not a system call");
        }
        return name;
    }

    private static Errno errno(Tsv.Row row, String name) {
        return Errno.named(name).orElseThrow(() -> row.wrong(name + " is not an errno we know"));
    }

    private static boolean kills(Tsv.Row row, String word) {
        return switch (word) {
            case "kill" -> true;
            case "errno" -> false;
            default -> throw row.wrong("under-kill is kill or errno, not " + word);
        };
    }

    private static <E extends Enum<E>> E constant(Tsv.Row row, Class<E> type, String word) {
        for (E value : type.getEnumConstants()) {
            if (value.name().replace('_', '-').equalsIgnoreCase(word)) {
                return value;
            }
        }
        throw row.wrong(word + " is not one of " + List.of(type.getEnumConstants()));
    }
}
