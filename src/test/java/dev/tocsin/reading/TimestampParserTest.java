package dev.tocsin.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each of these was put to Spark 4.2.0, through files and through from_json, and read the same but for the nanoseconds. */
class TimestampParserTest {
    private static final Instant NOW = Instant.parse("2026-02-03T23:30:00Z");

    private final TimestampParser parser = new TimestampParser(Clock.fixed(NOW, ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "2025-10-10T12:01:00Z|2025-10-10T12:01:00Z",
                "2025|2025-01-01T00:00:00Z",
                "2025-10|2025-10-01T00:00:00Z",
                "2025-1-2|2025-01-02T00:00:00Z",
                "2025-10-10 |2025-10-10T00:00:00Z",
                "2025-10-10T12|2025-10-10T12:00:00Z",
                "2025-10-10 12:01|2025-10-10T12:01:00Z",
                "2025-1-1T1:1:1Z|2025-01-01T01:01:01Z",
                " 2025-10-10 12:01:00\t|2025-10-10T12:01:00Z",
                "\u00002025-10-10T12:01:00\u007f|2025-10-10T12:01:00Z",
                "2025-10-10T12:01:00.|2025-10-10T12:01:00Z",
                "2025-10-10T12:01:00.Z|2025-10-10T12:01:00Z",
                "2025-10-10T12:01:00.5|2025-10-10T12:01:00.5Z",
                "2025-10-10T12:01:00.000000001Z|2025-10-10T12:01:00.000000001Z",
                "2025-10-10T12:01:00.1234567891|2025-10-10T12:01:00.123456789Z",
                "2025-10-10T12:01:00.9999999999999999999|2025-10-10T12:01:00.999999999Z",
                "2025-10-10T12:01:00+02:00|2025-10-10T10:01:00Z",
                "2025-10-10T12:01:00+0200|2025-10-10T10:01:00Z",
                "2025-10-10T12:01:00-05:30|2025-10-10T17:31:00Z",
                "2025-10-10T12:01:00+2|2025-10-10T10:01:00Z",
                "2025-10-10T12:01:00+1:0|2025-10-10T11:01:00Z",
                "2025-10-10T12:01:00.5+00:00:30|2025-10-10T12:00:30.5Z",
                "2025-10-10T12:01:00UTC+5|2025-10-10T07:01:00Z",
                "2025-10-10T12:01:00GMT+1:00|2025-10-10T11:01:00Z",
                "2025-10-10T12:01:00 Europe/Paris|2025-10-10T10:01:00Z",
                "2025-10-10T12:01:00Europe/Paris|2025-10-10T10:01:00Z",
                "2025-10-10T12:01:00 PST|2025-10-10T19:01:00Z",
                "2025-10-10T12:01:00EST|2025-10-10T17:01:00Z",
                "2025-10-10GMT|2025-10-10T00:00:00Z",
                "2025-03-30T02:30:00 Europe/Paris|2025-03-30T01:30:00Z",
                "2025-10-26T02:30:00 Europe/Paris|2025-10-26T00:30:00Z",
                "0000-01-01|0000-01-01T00:00:00Z",
                "-0001-01-01T00:00:00Z|-0001-01-01T00:00:00Z",
                "+10000-01-01T00:00:00Z|+10000-01-01T00:00:00Z",
                "294247-01-10T04:00:54.775807Z|+294247-01-10T04:00:54.775807Z",
                "-290308-12-21T19:59:05.224192Z|-290308-12-21T19:59:05.224192Z",
            })
    void aTimestampIsReadAsSparkCastsIt(String text, Instant instant) {
        assertThat(parser.parse(text)).isEqualTo(instant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u0000",
                "yesterday",
                "12",
                "123",
                "1760097660",
                "1234567-01-01",
                "202-01-01",
                "2025-",
                "2025-13-10T12:01:00Z",
                "2025-02-29T12:01:00Z",
                "2025-100-10",
                "2025-10-10T",
                "2025-10-10x",
                "2025-10-10Z",
                "2025/10/10",
                "10/10/2025",
                "20251010T120100Z",
                "2025-10-10t12:01:00Z",
                "2025-10-10T12:01:00z",
                "2025-10-10T12:01Z",
                "2025-10-10T12:",
                "2025-10-10T12:01:",
                "2025-10-10T123:01:00",
                "2025-10-10T24:00:00Z",
                "2025-10-10T12:60:00Z",
                "2025-10-10T12:01:60Z",
                "2025-10-10T12:01:00..5",
                "2025-10-10T12:01:00+18:30",
                "2025-10-10T12:01:00+",
                "2025-10-10T12:01:00\u00a0",
                "2025-10-10T12:01:00 Europe/Nowhere",
                "2025-10-10T12:01:00 ../../etc/passwd",
                "+12:01:00",
                "123:01:00",
                " T12:00",
                "T",
                "\u0661\u0662\u0663\u0664",
                "999999-01-01",
                "294247-01-10T04:00:54.775808Z",
                "-290308-12-21T19:59:05.224191Z",
                "GMT",
                "GMTGMT",
            })
    void whatSparkCannotCastIsNoTimestamp(String text) {
        assertThat(parser.parse(text)).isNull();
    }

    @Test
    void aTimeWithoutADateIsTodayInItsZone() {
        assertThat(parser.parse("12:01:00")).isEqualTo("2026-02-03T12:01:00Z");
        assertThat(parser.parse(" 1:2")).isEqualTo("2026-02-03T01:02:00Z");
        assertThat(parser.parse("T12")).isEqualTo("2026-02-03T12:00:00Z");
        assertThat(parser.parse("T12:01:00.25+02:00")).isEqualTo("2026-02-04T10:01:00.25Z");
    }

    @Test
    void aHostileZoneNameIsNoTimestampAndIsNotEvenLookedUp() {
        assertThat(parser.parse("2025-10-10T12:01:00" + "A".repeat(100_000))).isNull();
        assertThat(parser.parse("2025-10-10T12:01:00+" + "1".repeat(100_000))).isNull();
        assertThat(parser.parse("2025-10-10T12:01:00" + " ".repeat(100_000) + "UTC"))
                .isEqualTo("2025-10-10T12:01:00Z");
        assertThat(parser.parse("9".repeat(100_000))).isNull();
        assertThat(parser.parse("2025-10-10T12:01:00." + "9".repeat(100_000)))
                .isEqualTo("2025-10-10T12:01:00.999999999Z");
    }

    @Test
    void secondsBeyondSparksRangeAreNoTimestamp() {
        assertThat(TimestampParser.ofEpochSecond(-1)).isEqualTo("1969-12-31T23:59:59Z");
        assertThat(TimestampParser.ofEpochSecond(9_223_372_036_854L)).isEqualTo("+294247-01-10T04:00:54Z");
        assertThat(TimestampParser.ofEpochSecond(9_223_372_036_855L)).isNull();
        assertThat(TimestampParser.ofEpochSecond(-9_223_372_036_854L)).isEqualTo("-290308-12-21T19:59:06Z");
        assertThat(TimestampParser.ofEpochSecond(-9_223_372_036_855L)).isNull();
        assertThat(TimestampParser.ofEpochSecond(Long.MAX_VALUE)).isNull();
        assertThat(TimestampParser.ofEpochSecond(Long.MIN_VALUE)).isNull();
    }
}
