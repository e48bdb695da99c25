package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tocsin.config.InvalidConfigurationException;
import dev.tocsin.config.ProgramStart;
import dev.tocsin.config.TocsinConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigValidationException;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart's settings are the program's own. */
class ChartConfigTest {
    private static final Set<String> FROM_SECRETS = Set.of("tocsin.dashboard.username", "tocsin.dashboard.password");

    @Test
    void valuesHaveEverySettingOfTheProgramWithItsDefaultAndNoOther() {
        Map<String, String> program =
                ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(TocsinConfig.class))
                        .entrySet()
                        .stream()
                        .filter(setting -> !setting.getKey().startsWith("tocsin.rules."))
                        .filter(setting -> !setting.getKey().endsWith("[*]"))
                        .filter(setting -> !FROM_SECRETS.contains(setting.getKey()))
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                setting -> {
                                    String value = setting.getValue().getDefaultValue();
                                    return value == null ? "" : value;
                                },
                                (one, other) -> one,
                                TreeMap::new));
        Map<String, String> chart = new TreeMap<>();
        flatten("tocsin", Chart.defaults().path("config"), chart);
        chart.remove("tocsin.rules");

        assertThat(chart).isEqualTo(program);
    }

    private static void flatten(String prefix, JsonNode node, Map<String, String> into) {
        node.fields().forEachRemaining(field -> {
            String key = prefix + "." + field.getKey();
            if (field.getValue().isObject() && !field.getValue().isEmpty()) {
                flatten(key, field.getValue(), into);
            } else {
                into.put(key, field.getValue().isNull() ? "" : field.getValue().asText());
            }
        });
    }

    @ParameterizedTest
    @MethodSource("dev.tocsin.deploy.ChartTest#values")
    void theProgramTakesWhatTheChartMountsAndKnowsEveryKey(String values) {
        Manifests manifests = Chart.render(values);

        assertThat(load(manifests)).isNotNull();
    }

    /** Each of the values that stand for {@code %s}, some good, some bad. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {source: {directory: {scan-interval: %s}}} | [1s, 1000 ms, 999ms, 0s, PT1S, PT0.9S, P1DT2H3M4.5S, P, PT, P1DT, Psoon, 1 hour, 1 hours, 2 years, 36500d, 36501d, PT900000H, 10, s, -1s]
            {source: {directory: {settle: %s}}} | [1ms, 0s, 0d, PT0S, PT0.5S, 1.5s, 1D]
            {trigger: {mode: processing-time, interval: %s}} | [30s, 0ms, PT0.001S, PT0.0009S]
            {trigger: {mode: continuous, checkpoint-interval: %s}} | [1s, 0s]
            {reading: {max-bytes: %s}} | [1Ki, 0Ki, 1024, 1023, '1024', 64Mi, 65Mi, 67108864, 67108865, 1Gi, 0, -1, 1MB, 1.5Mi]
            {source: {directory: {max-bytes-per-trigger: %s}}} | [1, 0, '0', 0Ki, 10Gi, 999999999Gi, 1000000000Gi, 1Ti, -1]
            {source: {kafka: {max-records-per-trigger: %s}}} | [1, 0]
            {source: {kafka: {topic: %s}}} | [a.b, ., .., '...', .a, a/b, a b]
            {source: {kafka: {group: %s}}} | [a.b, ., a/b, a b]
            {source: {kafka: {starting-offsets: %s}}} | [earliest, 1760097600000, 4711, '0=4711,*=latest', '*=4711', '0=oldest', '0=1, 0 =2', '0=1,1=1,*=latest', '2025-10-10T12:00:00Z', '2025-10-10T12:00+02:00', '2025-13-10T12:00:00Z', '2025-10-10T25:00:00Z', '2025-10-10']
            {source: {directory: {pattern: %s}}} | ['*.json', 'in/*.json', '*.json,in/*.json']
            {source: {directory: {path: /data/in, after: archive, archive-path: %s}}} | [/data/done, /data/in, /data/in/, /data/x/../in, /data/in/done]
            {source: {directory: {path: /data/in, recursive: true, after: archive, archive-path: %s}}} | [/data/done, /data/in, /data/in/done, /data/in2]
            {source: {directory: {path: /data/in, recursive: true}}, sink: {file: {directory: %s}}} | [/data/out, /data/in, /data/in/out]
            {dashboard: {enabled: false, auth: %s}} | [none, basic]
            {rules: {hot: {above: 1, below: %s}}} | [0, 1, 2]
            {sink: {console: {rows: %s}}} | [0, 1, 100000, 100001]
            """)
    void theChartRefusesWhatTheProgramRefuses(String config, String values) {
        for (JsonNode value : Chart.yaml(values)) {
            JsonNode tree = Chart.yaml(config.replace("%s", value.toString()));

            assertThat(chartTakes(tree)).as("%s", tree).isEqualTo(programTakes(tree));
        }
    }

    @ParameterizedTest
    @CsvSource({"source, kafka, topic, 249", "source, kafka, group, 200", "sink, kafka, alerts-topic, 249"})
    void namesMayBeAsLongAsTheProgramTakesThem(String of, String what, String key, int most) {
        for (int length : List.of(most, most + 1)) {
            JsonNode tree = Chart.yaml("{%s: {%s: {%s: %s}}}".formatted(of, what, key, "a".repeat(length)));

            assertThat(programTakes(tree)).isEqualTo(length == most);
            assertThat(chartTakes(tree)).isEqualTo(length == most);
        }
    }

    private static boolean chartTakes(JsonNode config) {
        try {
            Chart.render("""
                    kafka: {bootstrapServers: 'kafka:9092'}
                    config: %s
                    storage: {data: {mountPath: /data, claim: {size: 1Gi}}}
                    """.formatted(config));
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static boolean programTakes(JsonNode config) {
        Map<String, String> settings = new TreeMap<>();
        flatten("tocsin", config, settings);
        try {
            ProgramStart.check(settings, Map.of());
            return true;
        } catch (ConfigValidationException | InvalidConfigurationException e) {
            return false;
        }
    }

    @Test
    void valuesArriveInTheProgramAsTheyWereWritten() {
        Manifests manifests = Chart.render("""
                kafka: {bootstrapServers: 'kafka:9092'}
                config:
                  source: {directory: {path: '/data/in coming', pattern: ['*.json', 'a\\b*.json']}}
                  rules: {hot: {above: 1000000}, cold: {below: -0.5, severity: info}}
                storage: {data: {mountPath: /data, existingClaim: c}}
                """);

        TocsinConfig config = load(manifests);
        assertThat(config.source().directory().path().orElseThrow()).hasToString("/data/in coming");
        assertThat(config.source().directory().pattern()).containsExactly("*.json", "a\\b*.json");
        assertThat(config.rules().get("hot").above()).contains(1_000_000.0);
        assertThat(config.rules().get("cold").below()).contains(-0.5);
    }

    /** As the program does it, with something in every secret. */
    static TocsinConfig load(Manifests manifests) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(manifests.applicationProperties()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Map<String, String> settings = properties.stringPropertyNames().stream()
                .collect(Collectors.toMap(key -> key, properties::getProperty));
        Map<String, String> environment = new TreeMap<>();
        for (JsonNode variable : manifests.container().path("env")) {
            environment.put(
                    variable.path("name").asText(), variable.path("value").asText("secret"));
        }
        return ProgramStart.check(settings, environment);
    }
}
