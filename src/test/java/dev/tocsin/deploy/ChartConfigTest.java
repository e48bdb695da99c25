package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tocsin.config.ProgramStart;
import dev.tocsin.config.TocsinConfig;
import io.smallrye.config.ConfigMappings;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
