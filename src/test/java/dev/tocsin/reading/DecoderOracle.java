package dev.tocsin.reading;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds the decoder against two others: the strict parser, which must agree in everything, and Jackson's data binding, which
 * shares no code of ours. Quick enough for many millions of records. Not thread-safe.
 */
final class DecoderOracle {
    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF");
    private static final Pattern SHORT_ESCAPE = Pattern.compile("\\\\u00([0-9a-f]{2})");
    private static final Pattern HARMLESS = Pattern.compile("[ -~]{1,100}");

    /** Data binding with all its own machinery; a repeated name keeps the last value. */
    private static final ObjectReader DATABIND = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private final ReadingDecoder decoder;
    private final StrictParser strict;

    DecoderOracle(Clock clock) {
        decoder = new ReadingDecoder(clock);
        strict = new StrictParser(new TimestampParser(clock));
    }

    /** Whether the record decoded last was left to the strict parser. */
    boolean strictlyParsed() {
        return decoder.strictlyParsed();
    }

    /** What the decoder says of a record and the strict parser does not, in words; null where they agree. */
    @Nullable String differenceToStrictParser(byte[] record, long seed) {
        Random random = new Random(seed);
        byte[] buffer = new byte[record.length + 40];
        int offset = random.nextInt(20);
        // what stands around a record must not count, so it is what would complete a cut one
        Arrays.fill(buffer, (byte) "\"}0 ".charAt(random.nextInt(4)));
        System.arraycopy(record, 0, buffer, offset, record.length);

        Decoded decoded = decoder.decode(buffer, offset, record.length);
        Decoded expected = strict.parse(record, 0, record.length);

        if (decoded != expected) {
            return difference("outcome", decoded, expected, record);
        }
        if (decoded == Decoded.READING) {
            Reading reading = new Reading(strict.deviceId(), strict.timestamp(), strict.temperature());
            if (decoder.temperature() != strict.temperature() || !Double.isFinite(decoder.temperature())) {
                return difference("temperature", decoder.temperature(), strict.temperature(), record);
            }
            return decoder.reading().equals(reading) ? null : difference("reading", decoder.reading(), reading, record);
        }
        if (decoded == Decoded.REJECT) {
            if (decoder.reason() != strict.reason() || !decoder.detail().equals(strict.detail())) {
                return difference("reject", decoder.detail(), strict.detail(), record);
            }
            return HARMLESS.matcher(decoder.detail()).matches() ? null : "detail " + decoder.detail();
        }
        return null;
    }

    /** What the decoder says of a record and Jackson's data binding does not, in words; null where they agree. */
    @Nullable String differenceToDataBinding(byte[] record) {
        Decoded decoded = decoder.decode(record, 0, record.length);
        String text = new String(record, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), record)) {
            return rejected(decoded, RejectReason.NOT_UTF8, record);
        }
        JsonNode tree;
        try {
            tree = DATABIND.readTree(text);
        } catch (JsonProcessingException e) {
            return decoded == Decoded.REJECT ? null : difference("outcome", decoded, e.getOriginalMessage(), record);
        }
        if (tree.isMissingNode()) {
            return decoded == Decoded.BLANK ? null : difference("outcome", decoded, "no content", record);
        }
        if (!(tree instanceof ObjectNode object)) {
            return rejected(decoded, RejectReason.NOT_AN_OBJECT, record);
        }
        return repeatsAField(text) ? null : differenceOfFields(object, decoded, record);
    }

    private @Nullable String rejected(Decoded decoded, RejectReason reason, byte[] record) {
        return decoded == Decoded.REJECT && decoder.reason() == reason
                ? null
                : difference("outcome", decoded, reason, record);
    }

    private @Nullable String differenceOfFields(ObjectNode object, Decoded decoded, byte[] record) {
        JsonNode temperature = object.path("temperature");
        if (temperature.isNumber()
                ? !Double.isFinite(temperature.doubleValue())
                : NOT_FINITE.contains(temperature.asText())) {
            return rejected(decoded, RejectReason.NOT_FINITE, record);
        }
        if (decoded != (temperature.isNumber() ? Decoded.READING : Decoded.UNUSABLE)) {
            return difference("outcome", decoded, temperature, record);
        }
        if (decoded == Decoded.UNUSABLE) {
            return null;
        }
        Reading reading = decoder.reading();
        if (reading.temperature() != temperature.doubleValue()) {
            return difference("temperature", reading.temperature(), temperature, record);
        }
        JsonNode deviceId = object.path("deviceId");
        boolean same;
        if (deviceId.isTextual()) {
            same = withoutHalfPairs(deviceId.textValue()).equals(reading.deviceId());
        } else if (deviceId.isMissingNode() || deviceId.isNull()) {
            same = reading.deviceId() == null;
        } else {
            same = deviceId.equals(reread(String.valueOf(reading.deviceId())));
        }
        return same ? null : difference("deviceId", Objects.toString(reading.deviceId()), deviceId, record);
    }

    /** Half a surrogate pair becomes U+FFFD; Java's own encoder would write a question mark. */
    private static String withoutHalfPairs(String text) {
        return text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static JsonNode reread(String json) {
        try {
            return DATABIND.readTree(json);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }

    /** A tree cannot show what an earlier value of the same name was, and that can matter. */
    private static boolean repeatsAField(String text) {
        boolean escapes = text.contains("\\u00");
        String plain = escapes ? SHORT_ESCAPE.matcher(text).replaceAll("x") : text;
        return repeats(plain, "\"deviceId\"")
                || repeats(plain, "\"timestamp\"")
                || repeats(plain, "\"temperature\"")
                || (escapes
                        && (text.contains("\\u0049d")
                                || text.contains("\\u0065rature")
                                || text.contains("\\u0074emperature")));
    }

    private static boolean repeats(String text, String name) {
        return text.indexOf(name) != text.lastIndexOf(name);
    }

    private static String difference(String what, Object decoded, Object expected, byte[] record) {
        return what + ": " + decoded + " instead of " + expected + " for " + new String(record, StandardCharsets.UTF_8);
    }
}
