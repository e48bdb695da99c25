package dev.tocsin.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class ReadingDecoderPropertiesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);
    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "+Infinity", "-Infinity", "+INF", "-INF");

    /** Data binding with all its own machinery; a repeated name keeps the last value. */
    private static final ObjectReader DATABIND = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private final ReadingDecoder decoder = new ReadingDecoder(CLOCK);
    private final StrictParser strict = new StrictParser(new TimestampParser(CLOCK));

    @Property(tries = 6_000)
    void theFastPathDecodesARecordAsTheStrictParserDoes(@ForAll long seed) {
        compareWithStrictParser(RecordGenerator.record(seed), seed);
    }

    @Property(tries = 10_000)
    void theFastPathDecodesADamagedRecordAsTheStrictParserDoes(@ForAll long seed) {
        compareWithStrictParser(RecordGenerator.damaged(seed), seed);
    }

    @Property(tries = 2_000)
    void theFastPathDecodesAnyBytesAsTheStrictParserDoes(@ForAll @Size(max = 40) byte[] bytes, @ForAll long seed) {
        compareWithStrictParser(bytes, seed);
    }

    @Property(tries = 2_000)
    void anyBytesInsideAStringAreJudgedAsTheStrictParserDoes(@ForAll("fewBytes") byte[] bytes, @ForAll long seed) {
        byte[] head = "{\"temperature\":102.5,\"deviceId\":\"ab".getBytes(StandardCharsets.US_ASCII);
        byte[] record = Arrays.copyOf(head, head.length + bytes.length + 2);
        System.arraycopy(bytes, 0, record, head.length, bytes.length);
        record[record.length - 2] = '"';
        record[record.length - 1] = '}';
        compareWithStrictParser(record, seed);
    }

    @Property(tries = 10_000)
    void aRecordDecodesAsDataBindingReadsIt(@ForAll long seed) {
        byte[] bytes = seed % 2 == 0 ? RecordGenerator.record(seed) : RecordGenerator.damaged(seed);

        Decoded decoded = decoder.decode(bytes, 0, bytes.length);

        String text = new String(bytes, StandardCharsets.UTF_8);
        if (!Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
            assertThat(decoded).isEqualTo(Decoded.REJECT);
            assertThat(decoder.reason()).isEqualTo(RejectReason.NOT_UTF8);
            return;
        }
        JsonNode tree;
        try {
            tree = DATABIND.readTree(text);
        } catch (JsonProcessingException e) {
            assertThat(decoded).as(text).isEqualTo(Decoded.REJECT);
            return;
        }
        if (tree.isMissingNode()) {
            assertThat(decoded).isEqualTo(Decoded.BLANK);
        } else if (!(tree instanceof ObjectNode object)) {
            assertThat(decoder.reason()).isEqualTo(RejectReason.NOT_AN_OBJECT);
        } else if (!repeatsAField(text)) {
            assertFieldsOf(object, decoded, text);
        }
    }

    @Property(tries = 5_000)
    void aTemperatureIsTheNearestDouble(@ForAll("decimals") String decimal) {
        byte[] bytes = ("{\"temperature\":" + decimal + "}").getBytes(StandardCharsets.US_ASCII);
        double expected = Double.parseDouble(decimal);

        Decoded decoded = decoder.decode(bytes, 0, bytes.length);

        assertThat(decoded).isEqualTo(Double.isFinite(expected) ? Decoded.READING : Decoded.REJECT);
        if (decoded == Decoded.READING) {
            assertThat(decoder.temperature()).isEqualTo(expected);
        }
    }

    @Property(tries = 2_000)
    void anInstantThatJavaWritesIsReadBack(
            @ForAll @LongRange(min = -62_135_596_800L, max = 253_402_300_799L) long second,
            @ForAll @LongRange(min = 0, max = 999_999_999) long nanos) {
        Instant instant = Instant.ofEpochSecond(second, nanos);
        TimestampParser parser = new TimestampParser(CLOCK);
        ZoneOffset offset = ZoneOffset.ofTotalSeconds((int) (second % (18 * 3600)));

        String withOffset = DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant.atOffset(offset));

        assertThat(parser.parse(instant.toString())).isEqualTo(instant);
        assertThat(parser.parse(withOffset)).as(withOffset).isEqualTo(instant);
    }

    @Property(tries = 2_000)
    void anyTextIsATimestampOrIsNot(@ForAll("timestampLike") String text) {
        Instant instant = new TimestampParser(CLOCK).parse(text);

        assertThat(instant == null || instant.getEpochSecond() < 10_000_000_000_000L)
                .isTrue();
    }

    @Provide
    Arbitrary<String> timestampLike() {
        return Arbitraries.strings()
                .withChars("0123456789-+: TZ.GMUCEurope/Pasi\u00e9\t")
                .ofMaxLength(30);
    }

    @Provide
    Arbitrary<byte[]> fewBytes() {
        return Arbitraries.integers()
                .between(0, 255)
                .map(Integer::byteValue)
                .array(Byte[].class)
                .ofMaxSize(12)
                .map(boxed -> {
                    byte[] bytes = new byte[boxed.length];
                    for (int i = 0; i < boxed.length; i++) {
                        bytes[i] = boxed[i];
                    }
                    return bytes;
                });
    }

    @Provide
    Arbitrary<String> decimals() {
        Arbitrary<String> written = Arbitraries.oneOf(
                Arbitraries.doubles().filter(Double::isFinite).map(d -> Double.toString(d)),
                Arbitraries.longs().map(i -> Long.toString(i)),
                Arbitraries.bigDecimals().map(d -> d.toPlainString()));
        Arbitrary<String> exponents = Arbitraries.integers().between(-330, 330).map(e -> "e" + e);
        return Arbitraries.oneOf(
                written,
                written.filter(w -> w.indexOf('E') < 0).flatMap(w -> exponents.map(e -> w + e)),
                Arbitraries.integers().between(-2000, 2000).map(i -> Double.toString(i / 10.0)));
    }

    private void compareWithStrictParser(byte[] record, long seed) {
        Random random = new Random(seed);
        byte[] buffer = new byte[record.length + 40];
        int offset = random.nextInt(20);
        // what stands around a record must not count, so it is what would complete a cut one
        Arrays.fill(buffer, (byte) "\"}0 ".charAt(random.nextInt(4)));
        System.arraycopy(record, 0, buffer, offset, record.length);

        Decoded decoded = decoder.decode(buffer, offset, record.length);
        Decoded expected = strict.parse(record, 0, record.length);

        assertThat(decoded).as(() -> new String(record, StandardCharsets.UTF_8)).isEqualTo(expected);
        if (decoded == Decoded.READING) {
            assertThat(decoder.temperature()).isEqualTo(strict.temperature()).isFinite();
            assertThat(decoder.reading())
                    .isEqualTo(new Reading(strict.deviceId(), strict.timestamp(), strict.temperature()));
        } else if (decoded == Decoded.REJECT) {
            assertThat(decoder.reason()).isEqualTo(strict.reason());
            assertThat(decoder.detail()).isEqualTo(strict.detail()).matches("[ -~]{1,100}");
        }
    }

    private void assertFieldsOf(ObjectNode object, Decoded decoded, String text) {
        JsonNode temperature = object.path("temperature");
        if (temperature.isNumber()
                ? !Double.isFinite(temperature.doubleValue())
                : NOT_FINITE.contains(temperature.asText())) {
            assertThat(decoded).as(text).isEqualTo(Decoded.REJECT);
            assertThat(decoder.reason()).isEqualTo(RejectReason.NOT_FINITE);
            return;
        }
        assertThat(decoded).as(text).isEqualTo(temperature.isNumber() ? Decoded.READING : Decoded.UNUSABLE);
        if (decoded == Decoded.READING) {
            Reading reading = decoder.reading();
            assertThat(reading.temperature()).as(text).isEqualTo(temperature.doubleValue());
            JsonNode deviceId = object.path("deviceId");
            if (deviceId.isTextual()) {
                assertThat(reading.deviceId()).isEqualTo(withoutHalfPairs(deviceId.textValue()));
            } else if (deviceId.isMissingNode() || deviceId.isNull()) {
                assertThat(reading.deviceId()).isNull();
            } else {
                assertThat(reread(reading.deviceId())).as(text).isEqualTo(deviceId);
            }
        }
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
        String plain = text.replaceAll("\\\\u00([0-9a-f]{2})", "x");
        return Set.of("deviceId", "timestamp", "temperature").stream()
                .anyMatch(name -> plain.indexOf('"' + name + '"') != plain.lastIndexOf('"' + name + '"')
                        || text.contains("\\u0049d")
                        || text.contains("\\u0065rature")
                        || text.contains("\\u0074emperature"));
    }
}
