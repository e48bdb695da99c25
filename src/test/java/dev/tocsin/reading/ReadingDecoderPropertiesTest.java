package dev.tocsin.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class ReadingDecoderPropertiesTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC);

    private final DecoderOracle oracle = new DecoderOracle(CLOCK);
    private final ReadingDecoder decoder = new ReadingDecoder(CLOCK);

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

        assertThat(oracle.differenceToDataBinding(bytes)).isNull();
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
        assertThat(oracle.differenceToStrictParser(record, seed)).isNull();
    }
}
