package dev.gleisner.adapters.signing;

import dev.gleisner.domain.verify.Policy;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.GleisnerException.BadInput;
import dev.gleisner.ports.GleisnerException.EvidenceRejected;
import dev.gleisner.ports.GleisnerException.StorageFailed;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads a policy. A rule that is misspelt, empty or of the wrong type would be a rule that nobody enforces, so each
 * of these is an error with its place.
 */
final class PolicyReader {
    /** The names of the rules, in the order of {@link Policy}. */
    static final List<String> RULES = List.of(
            "require_sandbox",
            "allowed_profiles",
            "max_session_duration_secs",
            "require_audit_log",
            "allowed_builders",
            "require_materials",
            "require_parent_attestation",
            "max_denial_count",
            "max_lost_events");

    /** The rules fit in a page; more is a mistake. */
    private static final int MAX_BYTES = 1 << 20;

    /** A hundred years, in seconds. */
    private static final BigDecimal LONGEST = BigDecimal.valueOf(100L * 366 * 24 * 60 * 60);

    private static final int MAX_DECIMALS = 9;

    private final Path file;
    private final JsonParser parser;
    private final Set<String> seen = new HashSet<>();
    private Optional<Boolean> sandbox = Optional.empty();
    private Optional<List<String>> profiles = Optional.empty();
    private Optional<BigDecimal> duration = Optional.empty();
    private Optional<Boolean> auditLog = Optional.empty();
    private Optional<List<String>> builders = Optional.empty();
    private Optional<Boolean> materials = Optional.empty();
    private Optional<Boolean> parent = Optional.empty();
    private Optional<Long> denials = Optional.empty();
    private Optional<Long> lost = Optional.empty();

    private PolicyReader(Path file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /** Reads a policy file. */
    static Policy read(Path file) throws GleisnerException {
        byte[] bytes;
        try {
            if (!Files.isRegularFile(file)) {
                throw new BadInput(
                        "the policy " + file, "there is no such regular file", "give the path of a JSON file");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw new BadInput(
                        "the policy " + file,
                        "it is larger than " + MAX_BYTES + " bytes",
                        "give a file with the rules and no more");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new StorageFailed(
                    "reading the policy " + file, String.valueOf(e.getMessage()), "make it readable for you", e);
        }
        return read(file, bytes);
    }

    /** Reads the bytes of a policy; {@code file} is its name in errors. */
    static Policy read(Path file, byte[] bytes) throws BadInput {
        String text;
        try {
            text = StrictJson.text("the policy", bytes);
        } catch (EvidenceRejected e) {
            throw new BadInput("the policy " + file, String.valueOf(e.getMessage()), "write it as UTF-8 text");
        }
        try (JsonParser parser = StrictJson.parser(text)) {
            return new PolicyReader(file, parser).policy();
        } catch (JacksonException e) {
            throw new BadInput(
                    "the policy " + file + ", line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr(),
                    e.getOriginalMessage(),
                    "correct the JSON there");
        }
    }

    private Policy policy() throws BadInput {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw wrong("a policy is one JSON object", "write { \"require_sandbox\": true }");
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String rule = parser.currentName();
            if (!seen.add(rule)) {
                throw wrong("the rule \"" + rule + "\" is given twice", "keep one of the two");
            }
            rule(rule);
        }
        if (parser.nextToken() != null) {
            throw wrong("something follows the policy", "delete what comes after the closing brace");
        }
        Policy policy = new Policy(sandbox, profiles, duration, auditLog, builders, materials, parent, denials, lost);
        if (policy.asksNothing()) {
            throw new BadInput(
                    "the policy " + file,
                    "a policy without rules accepts everything",
                    "add a rule, such as \"require_sandbox\": true, or verify without --policy");
        }
        return policy;
    }

    private void rule(String rule) throws BadInput {
        switch (rule) {
            case "require_sandbox" -> sandbox = Optional.of(truth(rule));
            case "allowed_profiles" -> profiles = Optional.of(names(rule));
            case "max_session_duration_secs" -> duration = Optional.of(seconds(rule));
            case "require_audit_log" -> auditLog = Optional.of(truth(rule));
            case "allowed_builders" -> builders = Optional.of(names(rule));
            case "require_materials" -> materials = Optional.of(truth(rule));
            case "require_parent_attestation" -> parent = Optional.of(truth(rule));
            case "max_denial_count" -> denials = Optional.of(count(rule));
            case "max_lost_events" -> lost = Optional.of(count(rule));
            default -> throw wrong("there is no rule \"" + rule + "\"", suggestion(rule));
        }
    }

    private boolean truth(String rule) throws BadInput {
        JsonToken token = parser.nextToken();
        if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw wrong(rule + " is true or false, found " + found(token), "write \"" + rule + "\": true");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private List<String> names(String rule) throws BadInput {
        String fix = "write \"" + rule + "\": [\"...\"] with each name that is allowed";
        JsonToken token = parser.nextToken();
        if (token != JsonToken.START_ARRAY) {
            throw wrong(rule + " is a list of strings, found " + found(token), fix);
        }
        List<String> names = new ArrayList<>();
        for (token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            if (token != JsonToken.VALUE_STRING) {
                throw wrong(rule + " is a list of strings, found " + found(token) + " in it", fix);
            }
            String name = parser.getString();
            if (name.isBlank()) {
                throw wrong(rule + " has an empty name in it", "delete it: an empty name allows nothing");
            }
            if (names.contains(name)) {
                throw wrong(rule + " names \"" + name + "\" twice", "keep one of the two");
            }
            names.add(name);
        }
        if (names.isEmpty()) {
            throw wrong(rule + " is an empty list, which nothing can satisfy", fix + ", or leave the rule out");
        }
        return names;
    }

    private BigDecimal seconds(String rule) throws BadInput {
        String fix = "write \"" + rule + "\": 3600, a number of seconds above 0";
        JsonToken token = parser.nextToken();
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw wrong(rule + " is a number of seconds, found " + found(token), fix);
        }
        BigDecimal seconds = parser.getDecimalValue();
        // Precision and scale first: comparing 1e999999999 would write out all its digits.
        if (seconds.signum() <= 0) {
            throw wrong(rule + " is not above 0", fix);
        }
        if (seconds.scale() > MAX_DECIMALS
                || seconds.precision() - seconds.scale() > LONGEST.precision()
                || seconds.compareTo(LONGEST) > 0) {
            throw wrong(rule + " is beyond 100 years or finer than a nanosecond", fix);
        }
        return seconds;
    }

    private long count(String rule) throws BadInput {
        String fix = "write \"" + rule + "\": 0, a whole number that is not negative";
        JsonToken token = parser.nextToken();
        if (token != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(rule + " is a whole number, found " + found(token), fix);
        }
        if (parser.getBigIntegerValue().signum() < 0
                || parser.getBigIntegerValue().bitLength() > 53) {
            throw wrong(rule + " is negative or too large", fix);
        }
        return parser.getLongValue();
    }

    private String found(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number " + parser.getString();
            case VALUE_TRUE, VALUE_FALSE -> token == JsonToken.VALUE_TRUE ? "true" : "false";
            case VALUE_NULL -> "null";
            case START_ARRAY -> "a list";
            case START_OBJECT -> "an object";
            case END_ARRAY, END_OBJECT, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "nothing";
        };
    }

    private BadInput wrong(String why, String fix) {
        return new BadInput(
                "the policy " + file + ", line " + parser.currentTokenLocation().getLineNr() + ", column "
                        + parser.currentTokenLocation().getColumnNr(),
                why,
                fix);
    }

    private static String suggestion(String rule) {
        String nearest = "";
        int best = Integer.MAX_VALUE;
        for (String each : RULES) {
            int distance = distance(rule, each);
            if (distance < best) {
                best = distance;
                nearest = each;
            }
        }
        return best <= Math.max(3, nearest.length() / 2)
                ? "did you mean \"" + nearest + "\"?"
                : "the rules are " + String.join(", ", RULES);
    }

    /** How many characters must be added, dropped or changed to make one of the other (Levenshtein). */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(diagonal, row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
