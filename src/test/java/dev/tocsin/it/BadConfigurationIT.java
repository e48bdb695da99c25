package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot work as configured ends at once: exit code 2, one line on standard error that names the key, and nothing else. */
class BadConfigurationIT {
    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    @BeforeEach
    void directories() throws IOException {
        Files.createDirectories(home.resolve("in/sub"));
        Files.createFile(home.resolve("a-file"));
    }

    private PackagedProgram.Builder tocsin() {
        return PackagedProgram.in(home).withoutKafka().with("tocsin.source.directory.path", "in");
    }

    /** Settings are separated by blanks; the last one is the one that the line has to name, and where it has a value that too. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "tocsin.no-such-key=1",
                "tocsin.source.directory.recursiv=true",
                "tocsin.rules.hot.above=warm",
                "tocsin.rules.hot.above=NaN",
                "tocsin.rules.hot.above=1 tocsin.rules.hot.severity=catastrophic",
                "tocsin.source.directory.path=a-file",
                "tocsin.sink.file.directory=a-file",
                "tocsin.checkpoint.directory=a-file",
                "tocsin.source.directory.after=shred",
                "tocsin.source.directory.scan-interval=0s",
                "tocsin.source.directory.settle=-1s",
                "tocsin.source.directory.growth-window=soon",
                "tocsin.source.directory.pattern=[",
                "tocsin.source.kafka.enabled=yes",
                "tocsin.source.kafka.starting-offsets=newest",
                "tocsin.source.kafka.on-data-loss=ignore",
                "tocsin.source.kafka.max-records-per-trigger=0",
                "tocsin.source.directory.max-files-per-trigger=-1",
                "tocsin.source.directory.max-bytes-per-trigger=1T",
                "tocsin.trigger.mode=sometimes",
                "tocsin.trigger.mode=processing-time tocsin.trigger.interval=0s",
                "tocsin.trigger.mode=processing-time tocsin.trigger.interval=-30s",
                "tocsin.trigger.mode=processing-time tocsin.trigger.interval=soon",
                "tocsin.trigger.interval=30s",
                "tocsin.trigger.mode=available-now tocsin.trigger.checkpoint-interval=1s",
                "tocsin.delivery=at-most-once",
                "tocsin.delivery=exactly-once",
                "tocsin.sink.kafka.enabled=true tocsin.trigger.mode=continuous tocsin.delivery=exactly-once",
                "tocsin.trigger.mode=continuous tocsin.source.directory.max-files-per-trigger=3",
                "tocsin.sink.console.rows=0",
                "tocsin.sink.console.format=xml",
                "tocsin.reading.max-bytes=1Ti",
                "tocsin.source.directory.recursive=true tocsin.sink.file.directory=in/sub",
                "tocsin.source.directory.after=archive tocsin.source.directory.recursive=true"
                        + " tocsin.source.directory.archive-path=in/sub",
                "tocsin.source.directory.after=archive tocsin.source.directory.archive-path=in",
                "tocsin.source.kafka.enabled=true kafka.security.protocol=banana",
                "tocsin.sink.kafka.enabled=true kafka.max.poll.records=many",
            })
    void oneLineNamesTheKeyAndTheValue(String settings) {
        PackagedProgram.Builder tocsin = tocsin();
        String key = "";
        String value = "";
        for (String setting : settings.split(" ")) {
            key = setting.substring(0, setting.indexOf('='));
            value = setting.substring(key.length() + 1);
            tocsin.with(key, value);
        }

        isRefused(tocsin, key.endsWith("key") || key.endsWith("recursiv") ? List.of(key) : List.of(key, value));
    }

    @Test
    void aRuleNeedsAThreshold() {
        isRefused(tocsin().with("tocsin.rules.hot.severity", "info"), List.of("tocsin.rules.hot"));
    }

    @Test
    void archivingNeedsAPath() {
        isRefused(
                tocsin().with("tocsin.source.directory.after", "archive"),
                List.of("tocsin.source.directory.archive-path"));
    }

    @Test
    void thereHasToBeASource() {
        isRefused(
                PackagedProgram.in(home).withoutKafka(),
                List.of("tocsin.source.kafka.enabled", "tocsin.source.directory.path"));
    }

    @Test
    void thereHasToBeASink() {
        isRefused(
                tocsin().with("tocsin.sink.console.format", "none"),
                List.of("tocsin.sink.kafka.enabled", "tocsin.sink.file.directory", "tocsin.sink.console.format"));
    }

    @Test
    void aTopicHasOnePurpose() {
        isRefused(
                PackagedProgram.in(home).with("tocsin.sink.kafka.rejects-topic", "iot_alerts"),
                List.of("tocsin.sink.kafka.rejects-topic", "tocsin.sink.kafka.alerts-topic", "iot_alerts"));
    }

    @Test
    void anUnknownKeyIsSeenInAPropertiesFile() throws IOException {
        Path file = Files.writeString(home.resolve("tocsin.properties"), "tocsin.rules.hot.abov=1\n");

        isRefused(tocsin().with("quarkus.config.locations", file), List.of("tocsin.rules.hot.abov"));
    }

    @Test
    void anUnknownKeyIsSeenInAYamlFile() throws IOException {
        Path file = Files.writeString(home.resolve("tocsin.yaml"), "tocsin:\n  sink:\n    kafka:\n      topic: t\n");

        isRefused(tocsin().with("quarkus.config.locations", file), List.of("tocsin.sink.kafka.topic"));
    }

    @Test
    void aWrongValueIsSeenInAYamlFile() throws IOException {
        Path file = Files.writeString(home.resolve("tocsin.yaml"), "tocsin:\n  rules:\n    hot:\n      above: warm\n");

        isRefused(tocsin().with("quarkus.config.locations", file), List.of("tocsin.rules.hot.above", "warm"));
    }

    @Test
    void anUnknownKeyIsSeenInTheEnvironment() {
        isRefused(tocsin().environment("TOCSIN_SOURCE_DIRECTORY_PAHT", "in"), List.of("TOCSIN_SOURCE_DIRECTORY_PAHT"));
    }

    @Test
    void aWrongValueIsSeenInTheEnvironment() {
        isRefused(tocsin().environment("TOCSIN_RULES_HOT_ABOVE", "warm"), List.of("tocsin.rules.hot.above", "warm"));
    }

    private void isRefused(PackagedProgram.Builder builder, List<String> named) {
        PackagedProgram tocsin = programs.start(builder);

        assertThat(tocsin.awaitExit()).isEqualTo(2);
        assertThat(tocsin.stderr().lines()).singleElement().asString().contains(named);
        assertThat(tocsin.stdout()).isEmpty();
        assertThat(home.resolve(".tocsin")).doesNotExist();
    }
}
