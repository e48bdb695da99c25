package dev.tocsin.reading;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Decodes any record on Jackson's streaming parser and decides all rejects: what {@link FastScanner} does not judge, and
 * its measure in tests.
 *
 * <p>The order of reasons is fixed: bytes that are not UTF-8 come first, wherever they stand; then the top level; then
 * whatever Jackson stops at; then bytes after the object; a temperature that is not finite comes last.
 *
 * <p>Of repeated names the last one counts. As in Spark's {@code JacksonParser} a value that the field cannot take (a
 * temperature that is text, a timestamp that cannot be read) leaves what an earlier one of the same name said; a null
 * does not.
 *
 * <p>Not thread-safe.
 */
final class StrictParser {
    /** Spark's own limit, which is Jackson's. */
    private static final int MAX_DEPTH = StreamReadConstraints.DEFAULT_MAX_DEPTH;

    /**
     * Numbers are limited as Spark's are, to Jackson's 1,000 digits. Names and texts are not: the caller bounds the
     * record. Names are not cached, so that no record can fill a cache.
     */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(StreamReadConstraints.DEFAULT_MAX_NUM_LEN)
                    .maxNameLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    /** Kept between records, unless one was longer. */
    private static final int KEPT_CHARS = 64 * 1024;

    private final TimestampParser timestamps;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final char[] kept = new char[KEPT_CHARS];

    private @Nullable String deviceId;
    private @Nullable Instant timestamp;
    private boolean hasTemperature;
    private double temperature;
    private long temperatureAt;
    private RejectReason reason = RejectReason.MALFORMED;
    private String detail = "";

    StrictParser(TimestampParser timestamps) {
        this.timestamps = timestamps;
    }

    /** As {@link ReadingDecoder#decode}. */
    Decoded parse(byte[] buffer, int offset, int length) {
        deviceId = null;
        timestamp = null;
        hasTemperature = false;
        ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
        CharBuffer decoded = CharBuffer.wrap(length <= KEPT_CHARS ? kept : new char[length]);
        CoderResult result = utf8.reset().decode(bytes, decoded, true);
        if (result.isError()) {
            return reject(
                    RejectReason.NOT_UTF8,
                    "not UTF-8: 0x" + HexFormat.of().withUpperCase().toHexDigits(buffer[bytes.position()]) + " at byte "
                            + (bytes.position() - offset));
        }
        return parse(new RecordText(decoded.array(), decoded.position()));
    }

    /** The temperature of a reading: finite. */
    double temperature() {
        return temperature;
    }

    @Nullable String deviceId() {
        return deviceId;
    }

    @Nullable Instant timestamp() {
        return timestamp;
    }

    RejectReason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }

    private Decoded parse(RecordText text) {
        try (JsonParser json = FACTORY.createParser(text.chars(), 0, text.length())) {
            try {
                JsonToken first = json.nextToken();
                if (first == null) {
                    return Decoded.BLANK;
                }
                if (first != JsonToken.START_OBJECT) {
                    json.finishToken(); // a text without its end is malformed
                    return notAnObject(text, first, json.currentTokenLocation().getCharOffset());
                }
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    field(json, text);
                }
                return verdict(text, Math.toIntExact(json.currentLocation().getCharOffset()));
            } catch (IOException notJson) {
                return malformed(text, json, notJson);
            }
        } catch (IOException notClosed) {
            throw new AssertionError("characters in memory need no input or output", notClosed);
        }
    }

    private void field(JsonParser json, RecordText text) throws IOException {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        switch (name) {
            case "deviceId" -> deviceId = deviceId(json, value, text);
            case "timestamp" -> readTimestamp(json, value);
            case "temperature" -> readTemperature(json, value);
            default -> {}
        }
        json.finishToken();
        json.skipChildren();
    }

    /** Text as it is; anything else as its JSON text, which of arrays and objects lacks the white space. */
    private static @Nullable String deviceId(JsonParser json, JsonToken value, RecordText text) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return RecordText.withoutHalfPairs(json.getText());
        }
        if (!value.isStructStart()) {
            return value == JsonToken.VALUE_NULL ? null : json.getText();
        }
        int start = Math.toIntExact(json.currentTokenLocation().getCharOffset());
        json.skipChildren();
        return text.minified(start, Math.toIntExact(json.currentLocation().getCharOffset()));
    }

    private void readTimestamp(JsonParser json, JsonToken value) throws IOException {
        Instant read = null;
        if (value == JsonToken.VALUE_STRING) {
            read = timestamps.parse(json.getText());
        } else if (value == JsonToken.VALUE_NUMBER_INT) {
            read = epochSecond(json);
        }
        if (read != null || value == JsonToken.VALUE_NULL) {
            timestamp = read;
        }
    }

    private static @Nullable Instant epochSecond(JsonParser json) throws IOException {
        try {
            return TimestampParser.ofEpochSecond(json.getLongValue());
        } catch (InputCoercionException beyondLong) {
            return null;
        }
    }

    private void readTemperature(JsonParser json, JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_NULL) {
            hasTemperature = false;
        } else if (value.isNumeric()) {
            setTemperature(json, json.getDoubleValue());
        } else if (value == JsonToken.VALUE_STRING && isNotFinite(json.getText())) {
            setTemperature(json, Double.NaN);
        }
    }

    private void setTemperature(JsonParser json, double value) {
        hasTemperature = true;
        temperature = value;
        temperatureAt = json.currentTokenLocation().getCharOffset();
    }

    /** The texts that Spark reads as a double: these and no others. */
    private static boolean isNotFinite(String text) {
        return switch (text) {
            case "NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF" -> true;
            default -> false;
        };
    }

    private Decoded verdict(RecordText text, int afterObject) {
        int rest = text.skipWhiteSpace(afterObject);
        if (rest < text.length()) {
            return reject(RejectReason.MALFORMED, "bytes after the object: " + text.characterAt(rest));
        }
        if (!hasTemperature) {
            return Decoded.UNUSABLE;
        }
        if (!Double.isFinite(temperature)) {
            return reject(RejectReason.NOT_FINITE, "temperature is not a finite number" + text.position(temperatureAt));
        }
        return Decoded.READING;
    }

    private Decoded notAnObject(RecordText text, JsonToken first, long at) {
        String what = first == JsonToken.START_ARRAY ? "an array" : "a single value";
        return reject(RejectReason.NOT_AN_OBJECT, "the top level is " + what + text.position(at));
    }

    private Decoded malformed(RecordText text, JsonParser json, IOException notJson) {
        long at = json.currentLocation().getCharOffset();
        if (json.getParsingContext().getNestingDepth() > MAX_DEPTH) {
            return reject(RejectReason.TOO_DEEP, "nested deeper than " + MAX_DEPTH + text.position(at - 1));
        }
        if (notJson instanceof JsonEOFException) {
            return reject(RejectReason.MALFORMED, "ends too early" + text.position(text.length()));
        }
        if (!(notJson instanceof JsonParseException parse) || parse.getLocation() == null) {
            return reject(RejectReason.MALFORMED, "a number of too many digits ends" + text.position(at));
        }
        return reject(
                RejectReason.MALFORMED,
                "unexpected " + text.characterAt(parse.getLocation().getCharOffset()));
    }

    private Decoded reject(RejectReason why, String what) {
        reason = why;
        detail = what;
        return Decoded.REJECT;
    }
}
