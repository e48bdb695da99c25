package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tocsin.rule.Severity;
import dev.tocsin.source.kafka.StartingOffsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertersTest {
    private static final String INTERVAL = "a time greater than zero, such as 500ms, 30s, 10m, 2h, 7d or PT30S";
    private static final String SIZE = "a size from 1Ki to 64Mi, such as 262144, 256Ki or 1Mi";
    private static final String TOPIC = "a topic's name: 1 to 249 letters, digits, '.', '_' and '-'";

    @Test
    void aFlagIsTrueOrFalse() {
        assertThat(new Converters.Flag().convert("true")).isTrue();
        assertThat(new Converters.Flag().convert(" false ")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"True", "TRUE", "yes", "1", "on", "fales", "t"})
    void whatMerelyResemblesAFlagIsRefused(String value) {
        assertRefused(new Converters.Flag(), value, "true or false");
    }

    @ParameterizedTest
    @ValueSource(strings = {"iot_data", "a", "A.b-c_9", "...", "._"})
    void aTopicIsWhatKafkaTakesForOne(String value) {
        assertThat(new Converters.Topic().convert(value)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "iot data", "iot/data", "iot,data", "t\u00e4st", "iot_data\n", "*"})
    void anyOtherTopicIsRefused(String value) {
        assertRefused(new Converters.Topic(), value, TOPIC);
    }

    @Test
    void aTopicHas249CharactersAtMost() {
        assertThat(new Converters.Topic().convert("t".repeat(249))).hasSize(249);
        assertRefused(new Converters.Topic(), "t".repeat(250), TOPIC);
    }

    @Test
    void aGroupHas200CharactersAtMost() {
        assertThat(new Converters.Group().convert("A.b-c_9")).isEqualTo("A.b-c_9");
        assertThat(new Converters.Group().convert("g".repeat(200))).hasSize(200);
        assertRefused(new Converters.Group(), "g".repeat(201), "a group: 1 to 200 letters, digits, '.', '_' and '-'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "a b", "\u00e9"})
    void anyOtherGroupIsRefused(String value) {
        assertRefused(new Converters.Group(), value, "a group: 1 to 200 letters, digits, '.', '_' and '-'");
    }

    @Test
    void startingOffsetsAreReadWhereTheyAreUsed() {
        assertThat(new Converters.Starting().convert("latest")).isEqualTo(StartingOffsets.parse("latest"));
        assertRefused(new Converters.Starting(), "none", StartingOffsets.ALLOWED);
    }

    @Test
    void triggersAndDeliveriesAreWordsWithHyphens() {
        assertThat(new Converters.TriggerMode().convert("available-now")).isEqualTo(TocsinConfig.Mode.AVAILABLE_NOW);
        assertThat(new Converters.DeliveryName().convert("at-least-once"))
                .isEqualTo(TocsinConfig.Delivery.AT_LEAST_ONCE);
        assertRefused(
                new Converters.TriggerMode(),
                "AvailableNow",
                "one of default, processing-time, available-now, once, continuous");
        assertRefused(new Converters.DeliveryName(), "at-most-once", "one of exactly-once, at-least-once");
        assertRefused(new Converters.DataLoss(), "ignore", "one of report, fail");
    }

    @Test
    void aLimitIsOneOrMore() {
        assertThat(new Converters.Count().convert(" 0042 ")).isEqualTo(42);
        assertThat(new Converters.Bytes().convert("512Ki")).isEqualTo(512 << 10);
        assertThat(new Converters.Bytes().convert("10Gi")).isEqualTo(10L << 30);
        assertThat(new Converters.Bytes().convert("123456789012345678")).isEqualTo(123456789012345678L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "1e3", "many", "1234567890123456789"})
    void anyOtherLimitIsRefused(String value) {
        assertRefused(new Converters.Count(), value, "a whole number, 1 or more");
        assertRefused(
                new Converters.Bytes(), value, "a size of one byte or more, such as 1048576, 512Ki, 64Mi or 10Gi");
    }

    @Test
    void aDirectoryIsAPathAndNothingIsNone() {
        assertThat(new Converters.Directory().convert("/data/in")).isEqualTo(Path.of("/data/in"));
        assertThat(new Converters.Directory().convert("in")).isEqualTo(Path.of("in"));
        assertThat(new Converters.Directory().convert(" ")).isNull();
        assertRefused(new Converters.Directory(), "a\0b", "a path (Nul character not allowed)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*.json", "data-?.{json,jsonl}", "[a-c]*", "*"})
    void aGlobIsOfFileNames(String value) {
        assertThat(new Converters.Glob().convert(value)).isEqualTo(value);
    }

    @Test
    void aGlobThatDoesNotCompileOrNamesDirectoriesIsRefused() {
        assertRefused(new Converters.Glob(), "in/*.json", "a glob of file names, without '/'");
        assertRefused(new Converters.Glob(), "**/x", "a glob of file names, without '/'");
        for (String broken : List.of("[a", "{a", "a\\")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Converters.Glob().convert(broken))
                    .withMessageMatching("a glob \\(.+\\)");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "500 ms, PT0.5S",
        "250 milliseconds, PT0.25S",
        "1 millisecond, PT0.001S",
        "30s, PT30S",
        "30 s, PT30S",
        "30S, PT30S",
        "1 second, PT1S",
        "30 seconds, PT30S",
        "30 Seconds, PT30S",
        "PT30S, PT30S",
        "pt30s, PT30S",
        "' 30s ', PT30S",
        "10m, PT10M",
        "1 minute, PT1M",
        "90 minutes, PT1H30M",
        "2h, PT2H",
        "2 hours, PT2H",
        "7d, PT168H",
        "1 day, PT24H",
        "P1D, PT24H",
        "PT1M30S, PT1M30S",
        "36500 days, PT876000H"
    })
    void anIntervalIsWrittenAsSparkOrAsIsoDoes(String value, Duration interval) {
        assertThat(new Converters.Interval().convert(value)).isEqualTo(interval);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "30",
                "s",
                "0s",
                "0 seconds",
                "-1s",
                "PT0S",
                "PT-30S",
                "-PT30S",
                "1.5s",
                "30  s",
                "1 month",
                "1w",
                "1y",
                "36501d",
                "999999999999d",
                "9999999999999s",
                "1h30m",
                "30 sec",
                "P1M",
                "s30",
                "thirty seconds"
            })
    void anyOtherIntervalIsRefused(String value) {
        assertRefused(new Converters.Interval(), value, INTERVAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"30ss", "5mss", "2hs", "7ds", "1ms s", "10 ms s"})
    void aUnitThatIsNoneIsRefused(String value) {
        assertRefused(new Converters.Interval(), value, INTERVAL);
    }

    @ParameterizedTest
    @CsvSource({"keep, KEEP", "archive, ARCHIVE", "' delete', DELETE"})
    void whatBecomesOfAFileIsAWord(String value, TocsinConfig.After after) {
        assertThat(new Converters.AfterReading().convert(value)).isEqualTo(after);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "off", "Keep", "ARCHIVE", "remove"})
    void anyOtherWordForItIsRefused(String value) {
        assertRefused(new Converters.AfterReading(), value, "one of keep, archive, delete");
    }

    @Test
    void theConsoleHasThreeFormats() {
        assertThat(new Converters.ConsoleFormat().convert("table")).isEqualTo(TocsinConfig.Format.TABLE);
        assertThat(new Converters.ConsoleFormat().convert("json")).isEqualTo(TocsinConfig.Format.JSON);
        assertThat(new Converters.ConsoleFormat().convert("none")).isEqualTo(TocsinConfig.Format.NONE);
        assertRefused(new Converters.ConsoleFormat(), "xml", "one of table, json, none");
    }

    @Test
    void aSeverityIsItsLabel() {
        for (Severity severity : Severity.values()) {
            assertThat(new Converters.SeverityName().convert(severity.label())).isEqualTo(severity);
        }
        assertRefused(new Converters.SeverityName(), "fatal", "one of critical, warning, info");
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "100.0, 100", "-18.5, -18.5", "+5, 5", "1e3, 1000", "1.5E-3, 0.0015", "' 7 ', 7", "0, 0"})
    void aThresholdIsADecimalNumber(String value, double threshold) {
        assertThat(new Converters.Threshold().convert(value)).isEqualTo(threshold);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hot",
                "NaN",
                "Infinity",
                "-INF",
                "1e309",
                "-1e999",
                "0x10",
                "100d",
                "100f",
                "1.",
                ".5",
                "1,5",
                "1 000",
                "--1",
                "1e",
                "\u0661"
            })
    void anyOtherThresholdIsRefused(String value) {
        assertRefused(new Converters.Threshold(), value, "a number");
    }

    @Test
    void rowsAreCountedFromOneToAHundredThousand() {
        assertThat(new Converters.Rows().convert("1")).isEqualTo(1);
        assertThat(new Converters.Rows().convert(" 100000 ")).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "100001", "-1", "+5", "1.0", "2147483648", "99999999999999999999", "all"})
    void anyOtherNumberOfRowsIsRefused(String value) {
        assertRefused(new Converters.Rows(), value, "a whole number from 1 to 100000");
    }

    @ParameterizedTest
    @CsvSource({
        "1024, 1024",
        "1Ki, 1024",
        "262144, 262144",
        "256Ki, 262144",
        "1Mi, 1048576",
        "64Mi, 67108864",
        "67108864, 67108864",
        "65536Ki, 67108864",
        "' 1Mi ', 1048576"
    })
    void aSizeIsInBytesOrKibibytesOrMebibytes(String value, int bytes) {
        assertThat(new Converters.RecordSize().convert(value)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "1023",
                "0Ki",
                "0Mi",
                "65Mi",
                "65537Ki",
                "67108865",
                "1Gi",
                "1MiB",
                "1M",
                "1k",
                "1 Ki",
                "-1Ki",
                "1.5Mi",
                "Ki",
                "Mi",
                "4294967296",
                "4194304Ki"
            })
    void anyOtherSizeIsRefused(String value) {
        assertRefused(new Converters.RecordSize(), value, SIZE);
    }

    private static void assertRefused(Converter<?> converter, String value, String allowed) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> converter.convert(value))
                .withMessage(allowed);
    }
}
