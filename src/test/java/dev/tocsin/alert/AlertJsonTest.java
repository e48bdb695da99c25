package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tocsin.reading.Reading;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AlertJsonTest {
    private static final Instant NOON = Instant.parse("2025-10-10T12:01:00Z");

    @Test
    void anAlertIsTheProjectionInItsOrderAndWithoutWhiteSpace() {
        assertThat(json(new Reading("device-B", NOON, 102.1)))
                .isEqualTo("{\"deviceId\":\"device-B\",\"temperature\":102.1,\"timestamp\":\"2025-10-10T12:01:00Z\"}");
    }

    @Test
    void whatTheReadingDoesNotHaveIsNull() {
        assertThat(json(new Reading(null, null, 102.1)))
                .isEqualTo("{\"deviceId\":null,\"temperature\":102.1,\"timestamp\":null}");
    }

    @Test
    void anEmptyNameIsNotNull() {
        assertThat(json(new Reading("", null, 101))).startsWith("{\"deviceId\":\"\",");
    }

    @Test
    void textIsEscapedOnlyWhereJsonAsksForIt() {
        String deviceId = "a\"b\\c/d\u0000\u0001\b\t\n\f\r\u001f\u007f\u2028'<>&";

        assertThat(json(new Reading(deviceId, null, 101)))
                .startsWith("{\"deviceId\":\"a\\\"b\\\\c/d\\u0000\\u0001\\b\\t\\n\\f\\r\\u001F\u007f\u2028'<>&\",");
    }

    @Test
    void textThatIsNotAsciiIsWrittenInUtf8() {
        byte[] json = AlertJson.encode(new Reading("F\u00fchler-\u65e5\u672c-\ud83d\udd14", null, 101));

        assertThat(json)
                .isEqualTo(
                        "{\"deviceId\":\"F\u00fchler-\u65e5\u672c-\ud83d\udd14\",\"temperature\":101.0,\"timestamp\":null}"
                                .getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({
        "100.00000000000001, 100.00000000000001",
        "101, 101.0",
        "-0.0, -0.0",
        "0.001, 0.001",
        "0.0001, 1.0E-4",
        "9999999, 9999999.0",
        "10000000, 1.0E7",
        "123456789.125, 1.23456789125E8",
        "2e-3, 0.002",
        "2e23, 2.0E23",
        "8.41e21, 8.41E21",
        "2.2250738585072014E-308, 2.2250738585072014E-308",
        "4.9e-324, 4.9E-324",
        "1.7976931348623157e308, 1.7976931348623157E308"
    })
    void aTemperatureIsTheShortestDecimalThatReadsBackAsTheSame(double temperature, String written) {
        assertThat(AlertJson.number(temperature)).isEqualTo(written);
    }

    @Property(tries = 2_000)
    void everyTemperatureReadsBackAsItWas(@ForAll double temperature) {
        String written = AlertJson.number(temperature);

        assertThat(Double.parseDouble(written)).isEqualTo(temperature);
        assertThat(new BigDecimal(written).precision())
                .isLessThanOrEqualTo(new BigDecimal(Double.toString(temperature)).precision());
    }

    @ParameterizedTest
    @CsvSource({
        "2025-10-10T12:01:00.000000001Z, 2025-10-10T12:01:00.000000001Z",
        "2025-10-10T12:01:00.123456Z, 2025-10-10T12:01:00.123456Z",
        "2025-10-10T12:01:00.5Z, 2025-10-10T12:01:00.500Z",
        "2025-10-10T14:01:00+02:00, 2025-10-10T12:01:00Z"
    })
    void aTimestampKeepsAllItsDigitsAndIsInUtc(String read, String written) {
        assertThat(json(new Reading(null, Instant.parse(read), 101))).endsWith("\"timestamp\":\"" + written + "\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000-01-01T00:00:00Z",
                "-0001-12-31T23:59:59Z",
                "9999-12-31T23:59:59.999999999Z",
                "+10000-01-01T00:00:00Z",
                "+294247-01-10T04:00:54.775807Z",
                "-290308-12-21T19:59:05.224192Z"
            })
    void farYearsAreWrittenAsIsoDoes(String timestamp) {
        assertThat(json(new Reading(null, Instant.parse(timestamp), 101)))
                .endsWith("\"timestamp\":\"" + timestamp + "\"}");
    }

    @Property(tries = 5_000)
    void anyTimestampIsWrittenAsIsoDoes(
            @ForAll @LongRange(min = -62_200_000_000L, max = 253_500_000_000L) long second,
            @ForAll @IntRange(max = 999) int fraction,
            @ForAll @IntRange(max = 3) int thousands) {
        Instant timestamp = Instant.ofEpochSecond(second, (long) (fraction * Math.pow(1_000, thousands) / 1_000));

        assertThat(json(new Reading(null, timestamp, 101)))
                .endsWith("\"timestamp\":\"" + DateTimeFormatter.ISO_INSTANT.format(timestamp) + "\"}");
    }

    @Property(tries = 500)
    void anyTextReadsBackAsItWas(@ForAll String text) throws IOException {
        String deviceId = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);

        byte[] json = AlertJson.encode(new Reading(deviceId, null, 101));

        assertThat(new ObjectMapper().readTree(json).get("deviceId").textValue())
                .isEqualTo(deviceId);
    }

    private static String json(Reading reading) {
        return new String(AlertJson.encode(reading), StandardCharsets.UTF_8);
    }
}
