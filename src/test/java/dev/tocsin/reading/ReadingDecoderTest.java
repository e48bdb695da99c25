package dev.tocsin.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingDecoderTest {
    private final ReadingDecoder decoder = new ReadingDecoder();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"deviceId\": \"device-B\", \"timestamp\": \"2025-10-10T12:01:00Z\", \"temperature\": 102.1}",
                "{\"deviceId\": \"device-B\", \"timestamp\": \"2025-10-10T12:01:00Z\", \"temperature\": 102.1}\r",
                "{\"temperature\":102.1,\"timestamp\":\"2025-10-10T12:01:00Z\",\"deviceId\":\"device-B\"}",
                " {\"site\" : {\"room\": \"\\u0042-12\", \"temperature\": 999.9, \"tags\": [1, {\"x\": null}, \"}\"]} ,\t"
                        + "\"timestamp\": \"2025-10-10T12:01:00Z\" , \"deviceId\" : \"device-B\",  \"temperature\" :  1021e-1 } ",
                "{\"deviceId\":\"device-B\",\"ok\":true,\"unit\":\"\u00b0C\",\"timestamp\":\"2025-10-10T12:01:00Z\","
                        + "\"temperature\":102.1,\"x\":[]}"
            })
    void anOrdinaryReadingIsDecodedInOnePass(String record) {
        assertThat(decode(record)).isEqualTo(Decoded.READING);

        assertThat(decoder.strictlyParsed()).isFalse();
        assertThat(decoder.reading()).isEqualTo(new Reading("device-B", Instant.parse("2025-10-10T12:01:00Z"), 102.1));
        assertThat(decoder.strictlyParsed()).isFalse();
    }

    @Test
    void theDeviceIdMayBeEscapedAndIsOnlyThenParsedTwice() {
        assertThat(decode("{\"deviceId\": \"f\u00fchler-\\\"7\\\"\", \"temperature\": 102.1}"))
                .isEqualTo(Decoded.READING);
        assertThat(decoder.strictlyParsed()).isFalse();

        assertThat(decoder.reading()).isEqualTo(new Reading("f\u00fchler-\"7\"", null, 102.1));
        assertThat(decoder.temperature()).isEqualTo(102.1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5|5",
                "1e3|1e3",
                "-0|-0",
                "NaN|NaN",
                "true|true",
                "[1, 2, {\"a b\" : 1e3 , \"c\\\" \" : \"\\u00e9 \\/\"}]|[1,2,{\"a b\":1e3,\"c\\\" \":\"\\u00e9 \\/\"}]",
                "{ }|{}",
                "\"\\ud83d\"|\uFFFD",
                "\"\\ude00\\ud83d x\"|\uFFFD\uFFFD x",
                "\"\\ud83d\\ude00\"|\ud83d\ude00",
                "[\"\\ud83d\"]|[\"\\ud83d\"]",
                "null|",
            })
    void aDeviceIdThatIsNotTextIsItsJsonTextWithoutWhiteSpace(String json, String deviceId) {
        assertThat(decode("{\"deviceId\": " + json + ", \"temperature\": 102.5}"))
                .isEqualTo(Decoded.READING);
        assertThat(decoder.reading().deviceId()).isEqualTo(deviceId);
    }

    /** Each as Spark 4.2.0 has it, through files and through from_json. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "3, \"temperature\": 102.5|102.5",
                "102.5, \"temperature\": 3|3",
                "102.5, \"temperature\": null|",
                "null, \"temperature\": 102.5|102.5",
                "102.5, \"temperature\": \"x\"|102.5",
                "102.5, \"temperature\": true|102.5",
                "102.5, \"temperature\": [1]|102.5",
                "102.5, \"temperature\": \"\"|102.5",
                "NaN, \"temperature\": 102.5|102.5",
            })
    void theLastTemperatureThatIsANumberOrNullCounts(String values, Double temperature) {
        Decoded decoded = decode("{\"temperature\": " + values + "}");

        assertThat(decoded).isEqualTo(temperature == null ? Decoded.UNUSABLE : Decoded.READING);
        if (temperature != null) {
            assertThat(decoder.temperature()).isEqualTo(temperature);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1760097660|2025-10-10T12:01:00Z",
                "-1|1969-12-31T23:59:59Z",
                "1760097660.5|",
                "1e3|",
                "9223372036854775808|",
                "1760097660000000|",
                "\"2025-10-10T12:01:00\\u005a\"|2025-10-10T12:01:00Z",
                "\"2025-10-10\", \"timestamp\": \"yesterday\"|2025-10-10T00:00:00Z",
                "\"2025-10-10\", \"timestamp\": [1]|2025-10-10T00:00:00Z",
                "\"2025-10-10\", \"timestamp\": null|",
                "true|",
            })
    void aTimestampIsTextOrWholeSeconds(String json, Instant timestamp) {
        assertThat(decode("{\"timestamp\": " + json + ", \"temperature\": 102.5}"))
                .isEqualTo(Decoded.READING);
        assertThat(decoder.reading()).isEqualTo(new Reading(null, timestamp, 102.5));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1|malformed|ends too early at byte 6",
                "{\"a\":1,}|malformed|unexpected 0x7D at byte 7",
                "{\"\u00e9\":x}|malformed|unexpected 0x78 at byte 6",
                "{\"a\":\u20ac}|malformed|unexpected U+20AC at byte 5",
                "{\"a\":\ud83d\ude00}|malformed|unexpected U+1F600 at byte 5",
                "{\"\ud83d\ude00\":012}|malformed|unexpected 0x31 at byte 9",
                "{} x|malformed|bytes after the object: 0x78 at byte 3",
                "{}{}|malformed|bytes after the object: 0x7B at byte 2",
                "{\"a\":\"\\q\"}|malformed|unexpected 0x71 at byte 7",
                "{\"a\":\"\u0007\"}|malformed|unexpected 0x07 at byte 6",
                "\ufeff{}|malformed|unexpected U+FEFF at byte 0",
                "{\u00a0}|malformed|unexpected U+00A0 at byte 1",
                "\"unterminated|malformed|ends too early at byte 13",
                "nullx|malformed|unexpected 0x6E at byte 0",
                "<xml/>|malformed|unexpected 0x3C at byte 0",
                "// x|malformed|unexpected 0x2F at byte 0",
                "[|not_an_object|the top level is an array at byte 0",
                "` null`|not_an_object|the top level is a single value at byte 1",
                "NaN|not_an_object|the top level is a single value at byte 0",
                "{\"temperature\": -INF}|not_finite|temperature is not a finite number at byte 16",
                "{\"temperature\": \"NaN\"}|not_finite|temperature is not a finite number at byte 16",
                "{\"temperature\": 1, \"temperature\": 1e999}|not_finite|temperature is not a finite number at byte 34",
            })
    void aRejectSaysWhyAndAtWhichByte(String record, String reason, String detail) {
        assertThat(decode(record)).isEqualTo(Decoded.REJECT);
        assertThat(decoder.reason().code()).isEqualTo(reason);
        assertThat(decoder.detail()).isEqualTo(detail);
    }

    @Test
    void bytesThatAreNotUtf8AreTheReasonWhateverElseIsWrong() {
        byte[] record = "{\"a\":'\u00e9'} x".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(decoder.decode(record, 0, record.length)).isEqualTo(Decoded.REJECT);
        assertThat(decoder.reason()).isEqualTo(RejectReason.NOT_UTF8);
        assertThat(decoder.detail()).isEqualTo("not UTF-8: 0xE9 at byte 6");
    }

    @Test
    void textThatLooksLikeInfinityButIsNotForSparkIsUnusable() {
        assertThat(decode("{\"temperature\": \"INF\"}")).isEqualTo(Decoded.UNUSABLE);
        assertThat(decode("{\"temperature\": \"nan\"}")).isEqualTo(Decoded.UNUSABLE);
        assertThat(decode("{\"temperature\": \"+102.5\"}")).isEqualTo(Decoded.UNUSABLE);
        assertThat(decode("{\"temperature\": \"\\u004eaN\"}")).isEqualTo(Decoded.REJECT);
        assertThat(decode("{\"x\": [NaN, -INF], \"temperature\": 5}")).isEqualTo(Decoded.READING);
    }

    @Test
    void aThousandLevelsAreReadAndOneMoreIsTooDeep() {
        assertThat(decode(nested(999))).isEqualTo(Decoded.READING);

        assertThat(decode(nested(1000))).isEqualTo(Decoded.REJECT);
        assertThat(decoder.reason()).isEqualTo(RejectReason.TOO_DEEP);
        assertThat(decoder.detail()).isEqualTo("nested deeper than 1000 at byte 1026");

        assertThat(decode(nested(100_000))).isEqualTo(Decoded.REJECT);
        assertThat(decoder.reason()).isEqualTo(RejectReason.TOO_DEEP);
    }

    @Test
    void aNumberMayHaveAThousandDigitsAnywhere() {
        assertThat(decode("{\"x\": " + "1".repeat(1000) + ", \"temperature\": 5}"))
                .isEqualTo(Decoded.READING);
        assertThat(decode("{\"temperature\": 5." + "1".repeat(900) + "}")).isEqualTo(Decoded.READING);
        assertThat(decode("{\"temperature\": 0.5e-" + "0".repeat(900) + "}")).isEqualTo(Decoded.READING);

        assertThat(decode("{\"x\": " + "1".repeat(1001) + ", \"temperature\": 5}"))
                .isEqualTo(Decoded.REJECT);
        assertThat(decoder.reason()).isEqualTo(RejectReason.MALFORMED);
        assertThat(decoder.detail()).isEqualTo("a number of too many digits ends at byte 1007");
    }

    @Test
    void aLongRecordIsReadWhole() {
        String text = "\u20ac".repeat(100_000);

        assertThat(decode("{\"" + text + "\\n\": 1, \"deviceId\": \"" + text + "\", \"temperature\": 5}"))
                .isEqualTo(Decoded.READING);
        assertThat(decoder.strictlyParsed()).isTrue();
        assertThat(decoder.reading().deviceId()).isEqualTo(text);
    }

    @Test
    void onlyTheGivenBytesCount() {
        byte[] buffer = "xx{\"temperature\": 10}5}\"".getBytes(StandardCharsets.US_ASCII);

        assertThat(decoder.decode(buffer, 2, 19)).isEqualTo(Decoded.READING);
        assertThat(decoder.temperature()).isEqualTo(10);
        assertThat(decoder.decode(buffer, 2, 18)).isEqualTo(Decoded.REJECT);
        assertThat(decoder.decode(buffer, 2, 0)).isEqualTo(Decoded.BLANK);
    }

    @Test
    void aByteOrderMarkIsThreeBytesForTheCallerToStrip() {
        byte[] record = "\ufeff{\"temperature\": 10}".getBytes(StandardCharsets.UTF_8);

        assertThat(ReadingDecoder.bomLength(record, 0, record.length)).isEqualTo(3);
        assertThat(ReadingDecoder.bomLength(record, 0, 2)).isZero();
        assertThat(ReadingDecoder.bomLength(record, 1, record.length - 1)).isZero();
        assertThat(decoder.decode(record, 0, record.length)).isEqualTo(Decoded.REJECT);
        assertThat(decoder.decode(record, 3, record.length - 3)).isEqualTo(Decoded.READING);
    }

    @Test
    void askingForWhatTheRecordIsNotIsAMistakeOfTheCaller() {
        decode("{}");
        assertThatIllegalStateException().isThrownBy(decoder::temperature);
        assertThatIllegalStateException().isThrownBy(decoder::reading);
        assertThatIllegalStateException().isThrownBy(decoder::reason);
        decode("{\"temperature\": 1}");
        assertThatIllegalStateException().isThrownBy(decoder::detail);
    }

    private Decoded decode(String record) {
        byte[] bytes = record.getBytes(StandardCharsets.UTF_8);
        return decoder.decode(bytes, 0, bytes.length);
    }

    /** A reading with so many arrays inside each other in an extra field. */
    private static String nested(int arrays) {
        return "{\"temperature\": 102.5, \"x\":" + "[".repeat(arrays) + "]".repeat(arrays) + "}";
    }
}
