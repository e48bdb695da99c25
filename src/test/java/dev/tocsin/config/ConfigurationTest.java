package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import dev.tocsin.rule.Severity;
import dev.tocsin.source.kafka.StartingOffsets;
import dev.tocsin.trigger.Trigger;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {
    @TempDir
    Path temporary;

    @Test
    void whatIsNotSetIsAsDocumented() {
        TocsinConfig settings = settings();

        assertThatCode(() -> Configuration.check(settings)).doesNotThrowAnyException();
        assertThat(settings.source().kafka().enabled()).isTrue();
        assertThat(settings.source().kafka().topic()).isEqualTo("iot_data");
        assertThat(settings.source().kafka().group()).isEqualTo("tocsin");
        assertThat(settings.source().kafka().startingOffsets()).isEqualTo(StartingOffsets.parse("earliest"));
        assertThat(settings.source().directory().path()).isEmpty();
        assertThat(settings.source().directory().pattern()).containsExactly("*.json", "*.json.gz", "*.json.zst");
        assertThat(settings.source().directory().recursive()).isFalse();
        assertThat(settings.source().directory().latestFirst()).isFalse();
        assertThat(settings.source().directory().scanInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.source().directory().settle()).isEqualTo(Duration.ofSeconds(1));
        assertThat(settings.source().directory().growthWindow()).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.source().directory().after()).isEqualTo(TocsinConfig.After.KEEP);
        assertThat(settings.source().directory().afterDelay()).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.source().directory().archivePath()).isEmpty();
        assertThat(settings.reading().maxBytes()).isEqualTo(256 * 1024);
        assertThat(settings.sink().kafka().enabled()).isTrue();
        assertThat(settings.sink().kafka().alertsTopic()).isEqualTo("iot_alerts");
        assertThat(settings.sink().kafka().rejectsTopic()).isEqualTo("iot_rejects");
        assertThat(settings.sink().file().directory()).isEmpty();
        assertThat(settings.sink().file().metadata()).isFalse();
        assertThat(settings.sink().console().format()).isEqualTo(TocsinConfig.Format.TABLE);
        assertThat(settings.sink().console().rows()).isEqualTo(20);
        assertThat(settings.ledger().topic()).isEqualTo("tocsin_ledger");
        assertThat(settings.ledger().retention()).isEqualTo(Duration.ofDays(7));
        assertThat(settings.checkpoint().directory()).isEqualTo(Path.of(".tocsin"));
        assertThat(Configuration.rules(settings).all()).containsExactly(Rules.DEFAULT);
    }

    @Test
    void aDashboardWithBasicAuthenticationNeedsAUserAndNeverSaysThePassword() {
        assertThat(settings().dashboard().enabled()).isTrue();
        assertThat(settings().dashboard().auth()).isEqualTo(TocsinConfig.Auth.NONE);
        assertAccepted(
                "tocsin.dashboard.auth", "basic", "tocsin.dashboard.username", "u", "tocsin.dashboard.password", "p:w");
        assertRefused(
                "tocsin.dashboard.username is not set, and tocsin.dashboard.auth = basic needs it",
                "tocsin.dashboard.auth",
                "basic");
        assertRefused(
                "tocsin.dashboard.password is not set, and tocsin.dashboard.auth = basic needs it",
                "tocsin.dashboard.auth",
                "basic",
                "tocsin.dashboard.username",
                "u");
        assertRefused(
                "tocsin.dashboard.username = a:b: must be without ':', which ends a user name",
                "tocsin.dashboard.auth",
                "basic",
                "tocsin.dashboard.username",
                "a:b",
                "tocsin.dashboard.password",
                "secret");
        assertRefused(
                "tocsin.dashboard.password: is used only with tocsin.dashboard.auth = basic,"
                        + " and without it anyone may look",
                "tocsin.dashboard.password",
                "secret");
    }

    @Test
    void rulesTakeThePlaceOfTheDefaultInTheOrderOfTheirNames() {
        TocsinConfig settings = settings(
                "tocsin.rules.warm.above", "80",
                "tocsin.rules.warm.severity", "warning",
                "tocsin.rules.out-of-range.above", "8",
                "tocsin.rules.out-of-range.below", "2.5",
                "tocsin.rules.out-of-range.severity", "info",
                "tocsin.rules.frost.below", "0");

        assertThat(Configuration.rules(settings).all())
                .containsExactly(
                        new Rule("frost", null, 0.0, Severity.CRITICAL),
                        new Rule("out-of-range", 8.0, 2.5, Severity.INFO),
                        new Rule("warm", 80.0, null, Severity.WARNING));
    }

    @Test
    void aRuleThatCannotBeIsNamed() {
        assertRefused(
                "tocsin.rules.warm: needs a threshold: above, below or both", "tocsin.rules.warm.severity", "warning");
        assertRefused(
                "tocsin.rules.Warm: a rule's name is 1 to 63 lower-case letters, digits and inner hyphens, not 'Warm'",
                "tocsin.rules.Warm.above",
                "80");
        assertRefused(
                "tocsin.rules.warm: with both, below (9.0) must not exceed above (8.0):"
                        + " the rule is met outside the range between them",
                "tocsin.rules.warm.above",
                "8",
                "tocsin.rules.warm.below",
                "9");
    }

    @Test
    void theTriggerIsWhatItsSettingsComeTo() {
        assertThat(Configuration.trigger(settings())).isEqualTo(new Trigger.Default());
        assertThat(Configuration.trigger(
                        settings("tocsin.trigger.mode", "processing-time", "tocsin.trigger.interval", "30 seconds")))
                .isEqualTo(new Trigger.ProcessingTime(Duration.ofSeconds(30)));
        assertThat(Configuration.trigger(settings("tocsin.trigger.mode", "available-now")))
                .isEqualTo(new Trigger.AvailableNow(false));
        assertThat(Configuration.trigger(settings("tocsin.trigger.mode", "once")))
                .isEqualTo(new Trigger.AvailableNow(true));
        assertThat(Configuration.trigger(settings("tocsin.trigger.mode", "continuous")))
                .isEqualTo(new Trigger.Continuous(Duration.ofSeconds(1)));
        assertThat(Configuration.trigger(
                        settings("tocsin.trigger.mode", "continuous", "tocsin.trigger.checkpoint-interval", "PT0.25S")))
                .isEqualTo(new Trigger.Continuous(Duration.ofMillis(250)));
    }

    @Test
    void deliveryIsExactlyOnceUnlessTheTriggerIsContinuous() {
        assertThat(Configuration.exactlyOnce(settings())).isTrue();
        assertThat(Configuration.exactlyOnce(settings("tocsin.delivery", "at-least-once")))
                .isFalse();
        assertThat(Configuration.exactlyOnce(settings("tocsin.trigger.mode", "continuous")))
                .isFalse();
    }

    @Test
    void settingsOfTheTriggerThatContradictEachOtherAreRefused() {
        assertRefused(
                "tocsin.trigger.interval is not set, and tocsin.trigger.mode = processing-time needs it",
                "tocsin.trigger.mode",
                "processing-time");
        assertRefused(
                "tocsin.trigger.interval = 30s: is used only with tocsin.trigger.mode = processing-time",
                "tocsin.trigger.interval",
                "30s");
        assertRefused(
                "tocsin.trigger.checkpoint-interval = 0.5s: is used only with tocsin.trigger.mode = continuous",
                "tocsin.trigger.mode",
                "available-now",
                "tocsin.trigger.checkpoint-interval",
                "500ms");
        assertRefused(
                "tocsin.trigger.interval = 0.0001s: must be a millisecond or more",
                "tocsin.trigger.mode",
                "processing-time",
                "tocsin.trigger.interval",
                "PT0.0001S");
        assertRefused(
                "tocsin.delivery = exactly-once: is not possible with tocsin.trigger.mode = continuous,"
                        + " which is at-least-once",
                "tocsin.trigger.mode",
                "continuous",
                "tocsin.delivery",
                "exactly-once");
        assertRefused(
                "tocsin.delivery = exactly-once: is not possible with the console as the only sink,"
                        + " which is at-least-once",
                "tocsin.sink.kafka.enabled",
                "false",
                "tocsin.delivery",
                "exactly-once");
        assertRefused(
                "tocsin.trigger.mode = continuous: is not possible with tocsin.sink.file.directory,"
                        + " whose files appear whole, with their positions",
                "tocsin.trigger.mode",
                "continuous",
                "tocsin.sink.kafka.enabled",
                "false",
                "tocsin.sink.file.directory",
                temporary.toString());
        assertRefused(
                "tocsin.source.kafka.max-records-per-trigger = 5: bounds a batch, and tocsin.trigger.mode ="
                        + " continuous has none",
                "tocsin.trigger.mode",
                "continuous",
                "tocsin.source.kafka.max-records-per-trigger",
                "5");
    }

    @Test
    void onceIgnoresLimitsAsSparkDoes() {
        assertAccepted("tocsin.trigger.mode", "once", "tocsin.source.kafka.max-records-per-trigger", "5");
    }

    @Test
    void thereMustBeASource() {
        assertRefused(
                "no source: tocsin.source.kafka.enabled is false and tocsin.source.directory.path is not set;"
                        + " one of them is needed",
                "tocsin.source.kafka.enabled",
                "false");
        assertAccepted("tocsin.source.kafka.enabled", "false", "tocsin.source.directory.path", temporary.toString());
    }

    @Test
    void thereMustBeASink() {
        assertRefused(
                "no sink: tocsin.sink.kafka.enabled is false, tocsin.sink.file.directory is not set and"
                        + " tocsin.sink.console.format is none; one of them is needed",
                "tocsin.sink.kafka.enabled",
                "false",
                "tocsin.sink.console.format",
                "none");
        assertAccepted("tocsin.sink.kafka.enabled", "false", "tocsin.sink.console.format", "json");
        assertAccepted("tocsin.sink.console.format", "none");
        assertAccepted(
                "tocsin.sink.kafka.enabled",
                "false",
                "tocsin.sink.console.format",
                "none",
                "tocsin.sink.file.directory",
                temporary.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "tocsin.sink.kafka.alerts-topic, iot_data, tocsin.source.kafka.topic",
        "tocsin.sink.kafka.rejects-topic, iot_alerts, tocsin.sink.kafka.alerts-topic",
        "tocsin.sink.kafka.rejects-topic, iot_data, tocsin.source.kafka.topic",
        "tocsin.ledger.topic, iot_data, tocsin.source.kafka.topic",
        "tocsin.ledger.topic, iot_rejects, tocsin.sink.kafka.rejects-topic"
    })
    void eachTopicHasOnePurpose(String key, String topic, String other) {
        assertRefused(key + " = " + topic + ": is the topic of " + other + " already; each needs its own", key, topic);
    }

    @Test
    void topicsThatAreNotUsedMayBeTheSame() {
        assertAccepted("tocsin.sink.kafka.enabled", "false", "tocsin.sink.kafka.alerts-topic", "iot_data");
        assertAccepted(
                "tocsin.source.kafka.enabled",
                "false",
                "tocsin.source.directory.path",
                temporary.toString(),
                "tocsin.sink.kafka.alerts-topic",
                "iot_data");
    }

    @Test
    void archivingNeedsAPlaceAndAPlaceNeedsArchiving() {
        assertRefused(
                "tocsin.source.directory.archive-path is not set, and tocsin.source.directory.after = archive needs it",
                "tocsin.source.directory.path",
                "in",
                "tocsin.source.directory.after",
                "archive");
        assertRefused(
                "tocsin.source.directory.archive-path = done: is used only with tocsin.source.directory.after = archive",
                "tocsin.source.directory.path",
                "in",
                "tocsin.source.directory.archive-path",
                "done");
        assertRefused(
                "tocsin.source.directory.archive-path = done: is used only with tocsin.source.directory.after = archive",
                "tocsin.source.directory.path",
                "in",
                "tocsin.source.directory.after",
                "delete",
                "tocsin.source.directory.archive-path",
                "done");
    }

    @Test
    void whatIsWrittenIsNotReadAgain() {
        assertRefused(
                "tocsin.source.directory.archive-path = in/../in: lies inside the watched directory in",
                "tocsin.source.directory.path",
                "in",
                "tocsin.source.directory.after",
                "archive",
                "tocsin.source.directory.archive-path",
                "in/../in");
        assertRefused(
                "tocsin.sink.file.directory = in/out: lies inside the watched directory in",
                "tocsin.source.directory.path",
                "in",
                "tocsin.source.directory.recursive",
                "true",
                "tocsin.sink.file.directory",
                "in/out");
        assertRefused(
                "tocsin.sink.file.directory = in: lies inside the watched directory in",
                "tocsin.source.directory.path",
                "in",
                "tocsin.sink.file.directory",
                "in");
        assertAccepted(
                "tocsin.sink.kafka.enabled",
                "false",
                "tocsin.source.directory.path",
                "in",
                "tocsin.source.directory.after",
                "archive",
                "tocsin.source.directory.archive-path",
                "in/archive",
                "tocsin.sink.file.directory",
                "in-out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tocsin.source.directory.path", "tocsin.sink.file.directory", "tocsin.checkpoint.directory"})
    void aDirectoryIsNotAFileAndNeedNotBeThereYet(String key) throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertRefused(key + " = " + file + ": is not a directory", key, file.toString());
        assertAccepted(key, temporary.toString(), "tocsin.sink.kafka.enabled", "false");
        assertAccepted(key, temporary.resolve("none/yet").toString(), "tocsin.sink.kafka.enabled", "false");
    }

    @Test
    void theArchiveIsNotAFileEither() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertRefused(
                "tocsin.source.directory.archive-path = " + file + ": is not a directory",
                "tocsin.source.directory.path",
                "in",
                "tocsin.source.directory.after",
                "archive",
                "tocsin.source.directory.archive-path",
                file.toString());
    }

    @Test
    void theDirectoryIsNotListedMoreOftenThanTheSchedulerCan() {
        assertRefused(
                "tocsin.source.directory.scan-interval = 999ms: must be 1s or more",
                "tocsin.source.directory.scan-interval",
                "999ms");
        assertAccepted("tocsin.source.directory.scan-interval", "1000ms");
    }

    @Test
    void patternsAreAList() {
        assertThat(settings("tocsin.source.directory.pattern", "*.log,data-?.json")
                        .source()
                        .directory()
                        .pattern())
                .containsExactly("*.log", "data-?.json");
    }

    /** The environment: what is a setting takes effect, what is none is refused; nothing is passed over in silence. */
    @Nested
    class Environment {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "TOCSIN_SOURCE_KAFKA_TOPIC",
                    "TOCSIN_SOURCE_DIRECTORY_MAX_BYTES_OR_SO",
                    "TOCSIN_SINK_CONSOLE_FORMATS",
                    "TOCSIN_RULES",
                    "TOCSIN_RULES_WARM",
                    "TOCSIN_RULES_WARM_OVER",
                    "TOCSIN_",
                    "TOCSIN_READING_MAX_BYTE"
                })
        void isTakenOrRefused(String variable) {
            boolean setting = variable.equals("TOCSIN_SOURCE_KAFKA_TOPIC");
            if (setting) {
                assertThatCode(() -> Configuration.checkEnvironment(Set.of(variable)))
                        .doesNotThrowAnyException();
            } else {
                assertThatExceptionOfType(InvalidConfigurationException.class)
                        .isThrownBy(() -> Configuration.checkEnvironment(Set.of("PATH", variable)))
                        .withMessage("the environment variable " + variable + " is not a setting of Tocsin");
            }
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "TOCSIN_SOURCE_DIRECTORY_PATH",
                    "TOCSIN_SOURCE_DIRECTORY_ARCHIVE_PATH",
                    "TOCSIN_SOURCE_DIRECTORY_PATTERN",
                    "TOCSIN_SOURCE_DIRECTORY_PATTERN_0_",
                    "TOCSIN_SOURCE_DIRECTORY_PATTERN_12_",
                    "TOCSIN_READING_MAX_BYTES",
                    "TOCSIN_RULES_WARM_ABOVE",
                    "TOCSIN_RULES__OUT_OF_RANGE__SEVERITY",
                    "TOCSIN_LEDGER_RETENTION",
                    "TOCSIN_CHECKPOINT_DIRECTORY",
                    "QUARKUS_HTTP_PORT",
                    "KAFKA_BOOTSTRAP_SERVERS",
                    "TOCSINX",
                    "tocsin_nothing"
                })
        void ofSettingsAndOfOthersIsAccepted(String variable) {
            assertThatCode(() -> Configuration.checkEnvironment(Set.of(variable)))
                    .doesNotThrowAnyException();
        }

        /** As Kubernetes sets them beside services of the names tocsin, tocsin-prod and tocsin-kafka. */
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "TOCSIN_SERVICE_HOST",
                    "TOCSIN_SERVICE_PORT",
                    "TOCSIN_SERVICE_PORT_HTTP",
                    "TOCSIN_PORT",
                    "TOCSIN_PORT_8080_TCP",
                    "TOCSIN_PORT_8080_TCP_PROTO",
                    "TOCSIN_PORT_8080_TCP_PORT",
                    "TOCSIN_PORT_8080_TCP_ADDR",
                    "TOCSIN_PROD_SERVICE_HOST",
                    "TOCSIN_PROD_SERVICE_PORT",
                    "TOCSIN_PROD_SERVICE_PORT_HTTP",
                    "TOCSIN_PROD_PORT",
                    "TOCSIN_PROD_PORT_8080_TCP",
                    "TOCSIN_KAFKA_PORT_9092_TCP_ADDR"
                })
        void ofServiceLinksIsAccepted(String variable) {
            assertThatCode(() -> Configuration.checkEnvironment(Set.of(variable)))
                    .doesNotThrowAnyException();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "TOCSIN_RULES_WARM_ABOVE",
                    "TOCSIN_RULES__WARM__ABOVE",
                    "TOCSIN_RULES__HIGH_TEMPERATURE__ABOVE",
                    "TOCSIN_RULES_HIGH_TEMPERATURE_ABOVE"
                })
        void thatIsAcceptedAsARuleTakesEffect(String variable) {
            Set<String> variables = Set.of(variable);
            Rules rules;
            try {
                Configuration.checkEnvironment(variables);
                rules = Configuration.rules(builder(Map.of())
                        .withSources(new EnvConfigSource(Map.of(variable, "55"), 300))
                        .build()
                        .getConfigMapping(TocsinConfig.class));
            } catch (InvalidConfigurationException e) {
                return; // refused is fine; passed over is not
            }
            assertThat(rules.all()).singleElement().satisfies(found -> assertThat(found.above())
                    .isEqualTo(55.0));
        }
    }

    /** What is said of a value that does not convert; the whole way, over system properties. */
    @Nested
    class Loading {
        private final Map<String, String> before = new HashMap<>();

        @AfterEach
        void restore() {
            before.forEach((key, value) -> {
                if (value == null) {
                    System.clearProperty(key);
                } else {
                    System.setProperty(key, value);
                }
            });
        }

        @Test
        void takesSettingsFromWhereTheServiceDoes() {
            set("tocsin.source.kafka.topic", "readings");

            assertThat(Configuration.load().source().kafka().topic()).isEqualTo("readings");
        }

        @ParameterizedTest
        @CsvSource({
            "tocsin.source.kafka.enabled, yes, true or false",
            "tocsin.source.directory.settle, soon, 'a time greater than zero, such as 500ms, 30s, 10m, 2h, 7d or PT30S'",
            "tocsin.sink.console.rows, 0, a whole number from 1 to 100000",
            "tocsin.sink.console.format, xml, 'one of table, json, none'",
            "tocsin.source.directory.after, burn, 'one of keep, archive, delete'",
            "tocsin.rules.warm.above, very, a number",
            "tocsin.rules.warm.severity, bad, 'one of critical, warning, info'",
            "tocsin.reading.max-bytes, 1Gi, 'a size from 1Ki to 64Mi, such as 262144, 256Ki or 1Mi'",
            "tocsin.source.kafka.topic, a b, 'a topic''s name: 1 to 249 letters, digits, ''.'', ''_'' and ''-'''"
        })
        void namesKeyValueAndWhatIsAllowedInOneLine(String key, String value, String allowed) {
            set(key, value);

            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(Configuration::load)
                    .withMessage(key + " = " + value + ": must be " + allowed);
        }

        @Test
        void refusesAKeyThatIsNone() {
            set("tocsin.source.kafka.topics", "a");

            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(Configuration::load)
                    .withMessage("tocsin.source.kafka.topics: is not a setting of Tocsin");
        }

        @ParameterizedTest
        @ValueSource(strings = {"tocsin.source.kafka.topic", "tocsin.sink.console.rows", "tocsin.checkpoint.directory"})
        void speaksOfAnEmptyValueInItsOwnWords(String key) {
            set(key, "");

            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(Configuration::load)
                    .satisfies(e -> assertThat(e.getMessage())
                            .startsWith(key)
                            .doesNotContain("SRCFG")
                            .doesNotContain("\n"));
        }

        @Test
        void ofPatternsSpeaksOfTheOneThatIsWrong() {
            set("tocsin.source.directory.pattern", "*.json,in/*.json");

            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(Configuration::load)
                    .withMessage("tocsin.source.directory.pattern = *.json,in/*.json:"
                            + " must be a glob of file names, without '/'");
        }

        @ParameterizedTest
        @CsvSource({"kafka.acks, banana", "kafka.max.poll.records, many", "kafka.security.protocol, none"})
        void asksKafkasClientsWhetherTheyTakeTheirSettings(String key, String value) {
            set(key, value);

            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(Configuration::load)
                    .withMessageStartingWith(key + " = " + value + ": Invalid value " + value);
        }

        @Test
        void leavesKafkasSettingsAloneWhereNothingNeedsABroker() {
            set("kafka.acks", "banana");
            set("tocsin.source.kafka.enabled", "false");
            set("tocsin.sink.kafka.enabled", "false");
            set("tocsin.source.directory.path", "target");

            assertThatCode(Configuration::load).doesNotThrowAnyException();
        }

        private void set(String key, String value) {
            before.put(key, System.getProperty(key));
            System.setProperty(key, value);
        }
    }

    @Test
    void aMessageIsOneLineWhateverItQuotes() {
        assertThat(new InvalidConfigurationException("a\n  b\r\nc")).hasMessage("a b c");
    }

    private static SmallRyeConfigBuilder builder(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .withMapping(TocsinConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100));
    }

    private static TocsinConfig settings(String... pairs) {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            properties.put(pairs[i], pairs[i + 1]);
        }
        return builder(properties).build().getConfigMapping(TocsinConfig.class);
    }

    private static void assertAccepted(String... pairs) {
        assertThatCode(() -> Configuration.check(settings(pairs))).doesNotThrowAnyException();
    }

    private static void assertRefused(String message, String... pairs) {
        TocsinConfig settings = settings(pairs);
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> Configuration.check(settings))
                .withMessage(message);
    }
}
