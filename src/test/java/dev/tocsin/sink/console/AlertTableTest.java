package dev.tocsin.sink.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.reading.Reading;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The expected tables are what Spark 4 prints, by hand from {@code ConsoleWriter}, {@code showString} and {@code println}. */
class AlertTableTest {
    private static final Instant NOON = Instant.parse("2025-10-10T12:01:00Z");

    @Test
    void aBatchIsPrintedAsSparkPrintsIt() {
        AlertTable table = new AlertTable(0, 20);

        table.add(new Reading("device-B", NOON, 102.1));
        table.add(new Reading("device-C-with-a-long-name", NOON, 1.0E10));

        assertThat(table).hasToString("""
                        -------------------------------------------
                        Batch: 0
                        -------------------------------------------
                        +-------------------------+-----------+-------------------+
                        |deviceId                 |temperature|timestamp          |
                        +-------------------------+-----------+-------------------+
                        |device-B                 |102.1      |2025-10-10 12:01:00|
                        |device-C-with-a-long-name|1.0E10     |2025-10-10 12:01:00|
                        +-------------------------+-----------+-------------------+

                        """);
    }

    @Test
    void columnsAreAtLeastAsWideAsTheirNamesAndMissingFieldsAreNull() {
        AlertTable table = new AlertTable(7, 20);

        table.add(new Reading(null, null, 101));
        table.add(new Reading("", NOON, 101));

        assertThat(table).hasToString("""
                        -------------------------------------------
                        Batch: 7
                        -------------------------------------------
                        +--------+-----------+-------------------+
                        |deviceId|temperature|timestamp          |
                        +--------+-----------+-------------------+
                        |NULL    |101.0      |NULL               |
                        |        |101.0      |2025-10-10 12:01:00|
                        +--------+-----------+-------------------+

                        """);
    }

    @Test
    void fullWidthCharactersCountTwice() {
        AlertTable table = new AlertTable(0, 20);

        table.add(new Reading("\u6e29\u5ea6\u8a08\uff11", null, 101));
        table.add(new Reading("\u6e29\u5ea6\u8a08\uff11\ud55c", null, 101));

        assertThat(table).hasToString("""
                        -------------------------------------------
                        Batch: 0
                        -------------------------------------------
                        +----------+-----------+---------+
                        |deviceId  |temperature|timestamp|
                        +----------+-----------+---------+
                        |\u6e29\u5ea6\u8a08\uff11  |101.0      |NULL     |
                        |\u6e29\u5ea6\u8a08\uff11\ud55c|101.0      |NULL     |
                        +----------+-----------+---------+

                        """);
    }

    /** The ends of each range of {@code SparkStringUtils.fullWidthRegex}, and what lies beside them. */
    @ParameterizedTest
    @CsvSource({
        "10FF,1100", "1160,115F", "2E7F,2E80", "A4D0,A4CF", "ABFF,AC00", "D7A4,D7A3", "F8FF,F900", "FB00,FAFF",
        "FE0F,FE10", "FE1A,FE19", "FE2F,FE30", "FE70,FE6F", "FEFF,FF00", "FF61,FF60", "FFDF,FFE0", "FFE7,FFE6"
    })
    void whichCharactersCountTwiceIsSparksTable(String half, String full) {
        assertThat(widthOf(half)).isEqualTo(9);
        assertThat(widthOf(full)).isEqualTo(18);
    }

    private static int widthOf(String hex) {
        AlertTable table = new AlertTable(0, 20);
        table.add(new Reading(String.valueOf((char) Integer.parseInt(hex, 16)).repeat(9), null, 101));
        String rule = table.toString().lines().skip(3).findFirst().orElseThrow();
        return rule.indexOf('+', 1) - 1;
    }

    /** Spark pads by UTF-16 code units: an emoji is two. */
    @Test
    void aSurrogatePairCountsTwice() {
        AlertTable table = new AlertTable(0, 20);

        table.add(new Reading("bells-\ud83d\udd14\ud83d\udd14", null, 101));

        assertThat(table.toString()).contains("+----------+", "|bells-\ud83d\udd14\ud83d\udd14|", "|deviceId  |");
    }

    @Test
    void charactersThatSteerATerminalAreEscapedAndCountAsTheyAreWritten() {
        AlertTable table = new AlertTable(0, 20);

        table.add(new Reading("a\u001b[2J\nb", null, 101));

        assertThat(table.toString()).contains("+-------------+", "|a\\u001b[2J\\nb|");
    }

    @Test
    void moreRowsThanShownAreSaidAndNotCountedForTheWidths() {
        AlertTable table = new AlertTable(3, 2);

        table.add(new Reading("a", null, 101));
        table.add(new Reading("b", null, 102));
        table.add(new Reading("a-name-that-is-not-shown", null, 103));
        table.add(new Reading("d", null, 104));

        assertThat(table).hasToString("""
                        -------------------------------------------
                        Batch: 3
                        -------------------------------------------
                        +--------+-----------+---------+
                        |deviceId|temperature|timestamp|
                        +--------+-----------+---------+
                        |a       |101.0      |NULL     |
                        |b       |102.0      |NULL     |
                        +--------+-----------+---------+
                        only showing top 2 rows
                        """);
    }

    @Test
    void oneRowOfMoreIsSaidInTheSingular() {
        AlertTable table = new AlertTable(0, 1);

        table.add(new Reading("a", null, 101));
        table.add(new Reading("b", null, 102));

        assertThat(table.toString()).endsWith("---------+\nonly showing top 1 row\n");
    }

    @Test
    void asManyRowsAsAreShownNeedNoRemark() {
        AlertTable table = new AlertTable(0, 1);

        table.add(new Reading("a", null, 101));

        assertThat(table.toString()).endsWith("|a       |101.0      |NULL     |\n+--------+-----------+---------+\n\n");
    }

    @ParameterizedTest
    @CsvSource({
        "2025-10-10T12:01:00Z, 2025-10-10 12:01:00",
        "2025-10-10T12:01:00.5Z, 2025-10-10 12:01:00.5",
        "2025-10-10T12:01:00.120Z, 2025-10-10 12:01:00.12",
        "2025-10-10T12:01:00.000001Z, 2025-10-10 12:01:00.000001",
        "2025-10-10T12:01:00.123456789Z, 2025-10-10 12:01:00.123456789",
        "2025-10-10T14:01:00+02:00, 2025-10-10 12:01:00",
        "0001-01-01T00:00:00Z, 0001-01-01 00:00:00",
        "0000-01-01T00:00:00Z, 0000-01-01 00:00:00",
        "-0001-01-01T00:00:00Z, -0001-01-01 00:00:00",
        "+10000-01-01T00:00:00Z, +10000-01-01 00:00:00",
        "+294247-01-10T04:00:54.775807Z, +294247-01-10 04:00:54.775807",
        "-290308-12-21T19:59:05.224192Z, -290308-12-21 19:59:05.224192"
    })
    void timestampsAreInUtcWithoutZerosAtTheEndOfTheFraction(String timestamp, String shown) {
        AlertTable table = new AlertTable(0, 20);

        table.add(new Reading("a", Instant.parse(timestamp), 101));

        assertThat(table.toString()).contains("|a       |101.0      |" + shown + "|\n");
    }

    @ParameterizedTest
    @ValueSource(doubles = {100.00000000000001, 1.0E-4, 1.7976931348623157E308, 4.9E-324, -0.0})
    void temperaturesAreWrittenAsInTheAlert(double temperature) {
        AlertTable table = new AlertTable(0, 20);

        table.add(new Reading("a", null, temperature));

        assertThat(table.toString()).contains("|a       |" + temperature);
    }

    @Test
    void aTableWithoutRowsIsEmpty() {
        AlertTable table = new AlertTable(0, 1);
        assertThat(table.isEmpty()).isTrue();

        table.add(new Reading("a", null, 101));

        assertThat(table.isEmpty()).isFalse();
        assertThat(table.batch()).isZero();
    }
}
