package dev.gleisner.profiles;

import dev.gleisner.domain.profile.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of a profile. Each question names a key; {@link #done} then reports the keys that nobody asked for. A
 * wrong answer is put on the list of mistakes and replaced by something harmless, so that reading goes on.
 */
final class Section {
    private static final String REASON = "reason";
    private static final String VALUE = "value";
    private static final int LONGEST_TEXT = 4096;

    /** A rule and where its value stands in the file. */
    record Found<T>(Rule<T> rule, TomlPosition at) {
        static <T> List<Rule<T>> rules(List<Found<T>> found) {
            List<Rule<T>> rules = new ArrayList<>(found.size());
            for (Found<T> each : found) {
                rules.add(each.rule());
            }
            return rules;
        }
    }

    /** A value without its wrapping. */
    private record Raw(Object value, String reason, TomlPosition at) {}

    private final String name;
    private final @Nullable TomlTable table;
    private final TomlPosition at;
    private final Mistakes mistakes;
    private final String reason;
    private final Set<String> asked = new TreeSet<>();

    private Section(String name, @Nullable TomlTable table, TomlPosition at, Mistakes mistakes, String outerReason) {
        this.name = name;
        this.table = table;
        this.at = at;
        this.mistakes = mistakes;
        String own = name.isEmpty() ? "" : reasonIn(table, at);
        this.reason = own.isEmpty() ? outerReason : own;
    }

    static Section root(TomlTable table, Mistakes mistakes) {
        return new Section("", table, TomlPosition.positionAt(1, 1), mistakes, "");
    }

    /** The table below that key; when it is not there every question to it gets the default answer. */
    Section child(String key, boolean required) {
        asked.add(key);
        Object value = get(key);
        String childName = name.isEmpty() ? key : name + "." + key;
        if (value instanceof TomlTable below) {
            return new Section(childName, below, positionOf(key), mistakes, reason);
        }
        if (value != null) {
            mistakes.add(positionOf(key), key + " is " + typeOf(value) + "; it must be the table [" + childName + "]");
        } else if (required && table != null) {
            mistakes.add(at, "the table [" + childName + "] is missing");
        }
        return new Section(childName, null, at, mistakes, reason);
    }

    boolean has(String key) {
        return get(key) != null;
    }

    /** Where that key stands, or where the table starts. */
    TomlPosition positionOf(String key) {
        if (table == null) {
            return at;
        }
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? at : position;
    }

    /** Text that is not a rule: a name, a description. */
    String text(String key) {
        asked.add(key);
        Object value = get(key);
        if (value == null) {
            missing(key);
            return "";
        }
        return asText(key, value, positionOf(key)).orElse("");
    }

    /** A rule that is true or false. */
    Rule<Boolean> flag(String key, boolean otherwise) {
        Raw raw = raw(key);
        if (raw == null) {
            return new Rule<>(otherwise, reason);
        }
        if (raw.value() instanceof Boolean value) {
            return new Rule<>(value, raw.reason());
        }
        wrongType(key, raw, "true or false");
        return new Rule<>(otherwise, raw.reason());
    }

    /** A rule that is a whole number; the key must be there. */
    Rule<Long> number(String key, long most) {
        Raw raw = raw(key);
        if (raw == null) {
            missing(key);
            return new Rule<>(1L, reason);
        }
        return new Rule<>(asNumber(key, raw, most), raw.reason());
    }

    /** A rule that is one of these words; {@code otherwise} when the key is not there, required when that is empty. */
    Rule<String> word(String key, Collection<String> words, String otherwise) {
        Raw raw = raw(key);
        if (raw == null) {
            if (otherwise.isEmpty()) {
                missing(key);
            }
            return new Rule<>(otherwise, reason);
        }
        Optional<String> written = asText(key, raw.value(), raw.at());
        if (written.isPresent() && !words.contains(written.get())) {
            mistakes.add(
                    raw.at(),
                    key + " is \"" + written.get() + "\"; it must be one of " + String.join(", ", words)
                            + NearestName.suggestion(written.get(), words));
            return new Rule<>(otherwise, raw.reason());
        }
        return new Rule<>(written.orElse(otherwise), raw.reason());
    }

    /** A list of texts; empty when the key is not there. */
    List<Found<String>> texts(String key) {
        List<Found<String>> texts = new ArrayList<>();
        for (Raw item : items(key)) {
            asText("an item of " + key, item.value(), item.at())
                    .ifPresent(text -> texts.add(new Found<>(new Rule<>(text, item.reason()), item.at())));
        }
        duplicates(key, texts);
        return texts;
    }

    /** A list of whole numbers; empty when the key is not there. */
    List<Found<Integer>> numbers(String key, int most) {
        List<Found<Integer>> numbers = new ArrayList<>();
        for (Raw item : items(key)) {
            int number = (int) asNumber("an item of " + key, item, most);
            numbers.add(new Found<>(new Rule<>(number, item.reason()), item.at()));
        }
        duplicates(key, numbers);
        return numbers;
    }

    /** A list of tables; empty when the key is not there. */
    List<Section> tables(String key) {
        asked.add(key);
        List<Section> tables = new ArrayList<>();
        Object value = get(key);
        if (value instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                if (array.get(i) instanceof TomlTable item) {
                    tables.add(new Section(key, item, array.inputPositionOf(i), mistakes, reason));
                } else {
                    mistakes.add(
                            array.inputPositionOf(i),
                            "an item of " + key + " is " + typeOf(array.get(i)) + "; it must be a table");
                }
            }
        } else if (value != null) {
            mistakes.add(positionOf(key), key + " is " + typeOf(value) + "; it must be a list of tables");
        }
        return tables;
    }

    /** The reason that this table gives for all that is in it. */
    String reason() {
        return reason;
    }

    TomlPosition position() {
        return at;
    }

    /** Reports every key that was not asked for. */
    void done() {
        if (table == null) {
            return;
        }
        asked.add(REASON);
        if (name.isEmpty()) {
            asked.remove(REASON);
        }
        for (String key : table.keySet()) {
            if (!asked.contains(key)) {
                mistakes.add(
                        positionOf(key),
                        "unknown " + (table.get(List.of(key)) instanceof TomlTable && name.isEmpty() ? "table" : "key")
                                + " \"" + key + "\"" + (name.isEmpty() ? "" : " in " + name)
                                + NearestName.suggestion(key, asked));
            }
        }
    }

    private @Nullable Object get(String key) {
        return table == null ? null : table.get(List.of(key));
    }

    private void missing(String key) {
        if (table != null) {
            mistakes.add(at, "the key \"" + key + "\" is missing" + (name.isEmpty() ? "" : " in " + name));
        }
    }

    private @Nullable Raw raw(String key) {
        asked.add(key);
        Object value = get(key);
        return value == null ? null : unwrap(key, value, positionOf(key), reason);
    }

    /** Takes the value out of {@code { value = …, reason = "…" }}. */
    private Raw unwrap(String what, Object value, TomlPosition position, String outerReason) {
        if (!(value instanceof TomlTable wrapped)) {
            return new Raw(value, outerReason, position);
        }
        Set<String> known = new HashSet<>(List.of(VALUE, REASON));
        for (String key : wrapped.keySet()) {
            if (!known.contains(key)) {
                mistakes.add(
                        or(wrapped.inputPositionOf(List.of(key)), position),
                        "unknown key \"" + key + "\" in " + what + NearestName.suggestion(key, known));
            }
        }
        String own = reasonIn(wrapped, position);
        Object inner = wrapped.get(List.of(VALUE));
        if (inner == null) {
            mistakes.add(position, what + " has no \"value\"");
            inner = wrapped;
        }
        return new Raw(inner, own.isEmpty() ? outerReason : own, position);
    }

    private String reasonIn(@Nullable TomlTable wrapped, TomlPosition position) {
        Object written = wrapped == null ? null : wrapped.get(List.of(REASON));
        if (wrapped == null || written == null) {
            return "";
        }
        TomlPosition where = or(wrapped.inputPositionOf(List.of(REASON)), position);
        String text = asText(REASON, written, where).orElse("");
        if (written instanceof String && text.isBlank()) {
            mistakes.add(where, "the reason is empty; say why or leave it out");
        }
        return text;
    }

    private List<Raw> items(String key) {
        Raw list = raw(key);
        List<Raw> items = new ArrayList<>();
        if (list == null) {
            return items;
        }
        if (!(list.value() instanceof TomlArray array)) {
            wrongType(key, list, "a list");
            return items;
        }
        for (int i = 0; i < array.size(); i++) {
            items.add(
                    unwrap("an item of " + key, array.get(i), or(array.inputPositionOf(i), list.at()), list.reason()));
        }
        return items;
    }

    private <T> void duplicates(String key, List<Found<T>> list) {
        Set<T> seen = new HashSet<>();
        for (Found<T> each : list) {
            if (!seen.add(each.rule().value())) {
                mistakes.add(each.at(), each.rule().value() + " is in " + key + " twice");
            }
        }
    }

    private long asNumber(String what, Raw raw, long most) {
        if (!(raw.value() instanceof Long value)) {
            wrongType(what, raw, "a whole number");
            return 1;
        }
        if (value < 1 || value > most) {
            mistakes.add(raw.at(), what + " is " + value + "; it must be from 1 to " + most);
            return 1;
        }
        return value;
    }

    private Optional<String> asText(String what, Object value, TomlPosition position) {
        if (!(value instanceof String text)) {
            wrongType(what, new Raw(value, "", position), "a text in quotes");
            return Optional.empty();
        }
        if (text.length() > LONGEST_TEXT) {
            mistakes.add(position, what + " has " + text.length() + " characters; at most " + LONGEST_TEXT);
            return Optional.empty();
        }
        return Optional.of(text);
    }

    private void wrongType(String what, Raw raw, String wanted) {
        // A table without a value was reported when it was unwrapped.
        if (!(raw.value() instanceof TomlTable)) {
            mistakes.add(raw.at(), what + " is " + typeOf(raw.value()) + "; it must be " + wanted);
        } else if (what.equals(REASON)) {
            mistakes.add(raw.at(), "the reason is a table; it must be " + wanted);
        }
    }

    private static TomlPosition or(@Nullable TomlPosition position, TomlPosition otherwise) {
        return position == null ? otherwise : position;
    }

    private static String typeOf(Object value) {
        if (value instanceof String) {
            return "a text";
        }
        if (value instanceof Long) {
            return "a number";
        }
        if (value instanceof Boolean) {
            return "true or false";
        }
        if (value instanceof Double) {
            return "a fraction";
        }
        if (value instanceof TomlArray) {
            return "a list";
        }
        if (value instanceof TomlTable) {
            return "a table";
        }
        return "a date or time";
    }
}
