package dev.gleisner.domain.json;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An immutable JSON value as our records use it: no fractions, no exponents.
 *
 * <p>Evidence must have one byte form only, and numbers with fractions are where JSON writers differ, so a
 * duration is an integer number of milliseconds or nanoseconds and never a decimal fraction.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc8259 RFC 8259
 */
public sealed interface Json {

    /** The largest integer that every JSON reader keeps exactly: 2^53 - 1 (RFC 7493, section 2.2). */
    long MAX_SAFE_INTEGER = (1L << 53) - 1;

    /** An object; the order of its members is kept until it is written in canonical form. */
    record Obj(Map<String, Json> members) implements Json {
        public Obj {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        /** The member of that name, if there is one. */
        public Optional<Json> get(String name) {
            return Optional.ofNullable(members.get(name));
        }

        /** The text of the member of that name, if it is there and is a string. */
        public Optional<String> text(String name) {
            return get(name).filter(Str.class::isInstance).map(value -> ((Str) value).value());
        }

        /** The number in the member of that name, if it is there and is an integer. */
        public Optional<Long> integer(String name) {
            return get(name).filter(Int.class::isInstance).map(value -> ((Int) value).value());
        }

        /** The truth value of the member of that name, if it is there and is one. */
        public Optional<Boolean> bool(String name) {
            return get(name).filter(Bool.class::isInstance).map(value -> ((Bool) value).value());
        }

        /** The object in the member of that name; an empty one when it is not there or is no object. */
        public Obj object(String name) {
            return get(name).orElse(EMPTY) instanceof Obj found ? found : EMPTY;
        }

        /** The elements of the array in that member; none when it is not there or is no array. */
        public List<Json> array(String name) {
            return get(name).orElse(Null.NULL) instanceof Arr found ? found.elements() : List.of();
        }
    }

    /** An array. */
    record Arr(List<Json> elements) implements Json {
        public Arr {
            elements = List.copyOf(elements);
        }
    }

    /** A string. */
    record Str(String value) implements Json {}

    /** An integer between -(2^53-1) and 2^53-1. */
    record Int(long value) implements Json {
        public Int {
            if (value > MAX_SAFE_INTEGER || value < -MAX_SAFE_INTEGER) {
                throw new IllegalArgumentException(
                        value + " does not survive every JSON reader; write integers beyond 2^53-1 as strings");
            }
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Json {}

    /** The value {@code null}. */
    enum Null implements Json {
        /** The only one. */
        NULL
    }

    /** The object without members. */
    Obj EMPTY = new Obj(Map.of());

    /** A string value. */
    static Json of(String value) {
        return new Str(value);
    }

    /** An integer value. */
    static Json of(long value) {
        return new Int(value);
    }

    /** A truth value. */
    static Json of(boolean value) {
        return new Bool(value);
    }

    /** An array of strings. */
    static Arr strings(Collection<String> values) {
        return array(values, Json::of);
    }

    /** An array with one element for each value. */
    static <T> Arr array(Collection<T> values, Function<? super T, ? extends Json> element) {
        return new Arr(values.stream().<Json>map(element).toList());
    }

    /** Starts an object. */
    static Builder object() {
        return new Builder();
    }

    /** Collects the members of an object; a name given twice is a mistake of the program. */
    final class Builder {
        private final Map<String, Json> members = new LinkedHashMap<>();

        private Builder() {}

        /** Adds a member. */
        public Builder put(String name, Json value) {
            if (members.putIfAbsent(name, value) != null) {
                throw new IllegalArgumentException("member \"" + name + "\" is given twice");
            }
            return this;
        }

        /** Adds a string. */
        public Builder put(String name, String value) {
            return put(name, Json.of(value));
        }

        /** Adds an integer. */
        public Builder put(String name, long value) {
            return put(name, Json.of(value));
        }

        /** Adds a truth value. */
        public Builder put(String name, boolean value) {
            return put(name, Json.of(value));
        }

        /** Adds an object. */
        public Builder put(String name, Builder value) {
            return put(name, value.build());
        }

        /** Adds a member when there is a value. */
        public Builder put(String name, Optional<? extends Json> value) {
            value.ifPresent(present -> put(name, present));
            return this;
        }

        /** The object. */
        public Obj build() {
            return new Obj(members);
        }
    }
}
