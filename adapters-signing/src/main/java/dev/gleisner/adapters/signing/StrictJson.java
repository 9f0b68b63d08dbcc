package dev.gleisner.adapters.signing;

import dev.gleisner.domain.json.Json;
import dev.gleisner.ports.GleisnerException.EvidenceRejected;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON from strangers into our own immutable tree. Refuses whatever two readers could understand in two ways:
 * members given twice, bytes that are no UTF-8, numbers that not every reader keeps, a second value after the first.
 *
 * @spec https://www.rfc-editor.org/rfc/rfc7493 RFC 7493 (I-JSON)
 */
final class StrictJson {
    /** Deepest nesting; a statement of ours has nine levels. */
    static final int MAX_DEPTH = 64;

    /** Most values and names in one document; with less than ten bytes each, a tree of them would not fit in memory. */
    private static final long MAX_TOKENS = 6_000_000;

    /** Longest number; more digits than a double has are not kept anyway. */
    private static final int MAX_NUMBER = 64;

    /** Longest member name; the longest that specifications of ours know has 30 characters. */
    private static final int MAX_NAME = 4096;

    private static final BigInteger LARGEST = BigInteger.valueOf(Json.MAX_SAFE_INTEGER);

    private final String what;
    private final JsonParser parser;

    private StrictJson(String what, JsonParser parser) {
        this.what = what;
        this.parser = parser;
    }

    /** Reads one value that fills all of {@code bytes}; {@code what} names it in errors. */
    static Json read(String what, byte[] bytes) throws EvidenceRejected {
        try (JsonParser parser = parser(text(what, bytes))) {
            StrictJson reader = new StrictJson(what, parser);
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw Rejection.JSON_SYNTAX.because(what, "it is empty");
            }
            Json value = reader.value(first, 1);
            reader.finish();
            return value;
        } catch (StreamConstraintsException e) {
            throw Rejection.JSON_LIMIT.because(what, e.getOriginalMessage());
        } catch (JacksonException e) {
            throw Rejection.JSON_SYNTAX.because(
                    what,
                    e.getOriginalMessage() + " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        }
    }

    /** A parser with our limits. */
    static JsonParser parser(String text) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH + 1) // one more, so that our own check answers first
                        .maxStringLength(Dsse.MAX_BUNDLE_BYTES)
                        .maxNumberLength(MAX_NUMBER)
                        .maxNameLength(MAX_NAME)
                        .maxTokenCount(MAX_TOKENS)
                        .build())
                .build()
                .createParser(ObjectReadContext.empty(), text);
    }

    /** The text of a document; the bytes are refused when they are not strict UTF-8. */
    static String text(String what, byte[] bytes) throws EvidenceRejected {
        if (bytes.length > Dsse.MAX_BUNDLE_BYTES) {
            throw Rejection.JSON_TOO_LARGE.because(
                    what, bytes.length + " bytes are more than " + Dsse.MAX_BUNDLE_BYTES);
        }
        String text;
        try {
            // Not the parser's own decoder: it takes UTF-16 and UTF-32 for granted and lets overlong forms pass.
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Rejection.JSON_NOT_UTF8.because(what, "its bytes are not UTF-8 (" + e.getMessage() + ")");
        }
        if (text.startsWith("\ufeff")) {
            throw Rejection.JSON_SYNTAX.because(what, "it starts with a byte order mark (RFC 8259, section 8.1)");
        }
        return text;
    }

    private void finish() throws EvidenceRejected {
        try {
            if (parser.nextToken() == null) {
                return;
            }
        } catch (JacksonException _) {
            // Not even JSON: trailing content all the same.
        }
        throw Rejection.JSON_TRAILING_CONTENT.because(what, "something follows the JSON value");
    }

    private Json value(JsonToken token, int depth) throws EvidenceRejected {
        return switch (token) {
            case START_OBJECT -> object(depth);
            case START_ARRAY -> array(depth);
            case VALUE_STRING -> Json.of(wellFormed(parser.getString()));
            case VALUE_NUMBER_INT -> integer();
            case VALUE_TRUE -> Json.of(true);
            case VALUE_FALSE -> Json.of(false);
            case VALUE_NULL -> Json.Null.NULL;
            case VALUE_NUMBER_FLOAT ->
                throw Rejection.JSON_FRACTION.because(
                        what, "the number " + parser.getString() + where() + " has a fraction or an exponent");
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw Rejection.JSON_SYNTAX.because(what, "no value" + where());
        };
    }

    private Json object(int depth) throws EvidenceRejected {
        refuseDeeper(depth);
        Map<String, Json> members = new LinkedHashMap<>();
        while (next() == JsonToken.PROPERTY_NAME) {
            String name = wellFormed(parser.currentName());
            if (members.containsKey(name)) {
                throw Rejection.JSON_DUPLICATE_MEMBER.because(
                        what, "the member \"" + name + "\"" + where() + " is given twice");
            }
            members.put(name, value(next(), depth + 1));
        }
        return new Json.Obj(members);
    }

    private Json array(int depth) throws EvidenceRejected {
        refuseDeeper(depth);
        List<Json> elements = new ArrayList<>();
        for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
            elements.add(value(token, depth + 1));
        }
        return new Json.Arr(elements);
    }

    private void refuseDeeper(int depth) throws EvidenceRejected {
        if (depth > MAX_DEPTH) {
            throw Rejection.JSON_TOO_DEEP.because(what, "nested deeper than " + MAX_DEPTH + " levels" + where());
        }
    }

    private Json integer() throws EvidenceRejected {
        BigInteger number = parser.getBigIntegerValue();
        if (number.abs().compareTo(LARGEST) > 0) {
            throw Rejection.JSON_NUMBER_TOO_LARGE.because(
                    what, "the number " + number + where() + " is beyond 2^53-1, which not every reader keeps");
        }
        return Json.of(number.longValueExact());
    }

    private String wellFormed(String text) throws EvidenceRejected {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                throw Rejection.JSON_LONE_SURROGATE.because(what, "half of a surrogate pair in the string" + where());
            }
        }
        return text;
    }

    private JsonToken next() throws EvidenceRejected {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw Rejection.JSON_SYNTAX.because(what, "it ends too early" + where());
        }
        return token;
    }

    private String where() {
        return " at line " + parser.currentTokenLocation().getLineNr() + ", column "
                + parser.currentTokenLocation().getColumnNr();
    }
}
