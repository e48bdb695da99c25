package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alert rules and dashboard, as far as they can be judged without a running program. */
class MonitoringTest {
    @Test
    void promtoolAcceptsTheRules() {
        Tools.Outcome check = Tools.run("promtool", "check", "rules", Monitoring.RULES.toString());

        assertThat(check.exitCode()).as(check.output()).isZero();
    }

    @Test
    void rulesFireWhenTheyShouldAndOnlyThen() {
        Tools.Outcome test = Tools.run("promtool", "test", "rules", Monitoring.RULES_TEST.toString());

        assertThat(test.exitCode()).as(test.output()).isZero();
    }

    @Test
    void everyAlertIsShownToFireAndNotToFire() {
        Set<String> firing = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        for (JsonNode group : Chart.yaml(Chart.read(Monitoring.RULES_TEST)).path("tests")) {
            for (JsonNode test : group.path("alert_rule_test")) {
                (test.path("exp_alerts").isEmpty() ? silent : firing)
                        .add(test.path("alertname").asText());
            }
        }

        assertThat(firing).isEqualTo(names()).isEqualTo(silent);
    }

    @Test
    void everyAlertHasAPageInTheRunbooksAndNoPageIsLeftOver() throws IOException {
        Set<String> pages;
        try (Stream<Path> files = Files.list(Monitoring.RUNBOOKS)) {
            pages = files.map(file -> file.getFileName().toString().replace(".md", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }

        assertThat(pages).isEqualTo(names());
        for (JsonNode alert : Monitoring.alerts()) {
            String name = alert.path("alert").asText();
            assertThat(alert.at("/annotations/runbook_url").asText()).isEqualTo("docs/runbooks/" + name + ".md");
            assertThat(Chart.read(Monitoring.RUNBOOKS.resolve(name + ".md")))
                    .startsWith("# " + name + "\n")
                    .contains("## Meaning", "## What to do");
            assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning");
        }
    }

    private static Set<String> names() {
        return Monitoring.alerts().stream()
                .map(alert -> alert.path("alert").asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void panelsOfTheDashboardLieBesideEachOtherAndSayWhatTheyShow() {
        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> cells = new HashSet<>();
        for (JsonNode panel : Monitoring.panels()) {
            JsonNode place = panel.path("gridPos");
            for (int x = place.path("x").asInt();
                    x < place.path("x").asInt() + place.path("w").asInt();
                    x++) {
                for (int y = place.path("y").asInt();
                        y < place.path("y").asInt() + place.path("h").asInt();
                        y++) {
                    assertThat(cells.add(List.of(x, y)))
                            .as("%s lies on another", panel.path("title"))
                            .isTrue();
                    assertThat(x).isLessThan(24);
                }
            }
            assertThat(ids.add(panel.path("id").asInt())).isTrue();
            assertThat(panel.path("title").asText()).isNotBlank();
            if (!panel.path("type").asText().equals("row")) {
                assertThat(panel.path("description").asText()).isNotBlank();
                assertThat(panel.path("targets")).isNotEmpty();
            }
        }
    }

    @Test
    void theDashboardBeginsWithServiceLevelAndHasAPanelForEachThingToWatch() {
        assertThat(Monitoring.panels().get(0).path("title").asText()).isEqualTo("Service level");
        assertThat(panel("Alert latency").path("type").asText()).isEqualTo("heatmap");
        Map.of(
                        "Alerts within 1 s", "tocsin_alert_latency_seconds_bucket",
                        "Readings", "sum by (source) (rate(tocsin_readings_total",
                        "Alerts by rule", "sum by (rule, severity) (rate(tocsin_alerts_total",
                        "Rejects by reason", "sum by (reason) (rate(tocsin_rejects_total",
                        "Lag", "sum by (topic) (tocsin_consumer_lag_records",
                        "File backlog", "sum(tocsin_file_backlog_bytes",
                        "Alert latency", "sum by (le) (increase(tocsin_alert_latency_seconds_bucket",
                        "Batches", "sum by (outcome, source) (rate(tocsin_batches_total",
                        "Memory", "jvm_memory_used_bytes")
                .forEach((title, expression) -> assertThat(Monitoring.expressions(panel(title)))
                        .as(title)
                        .anyMatch(shown -> shown.contains(expression)));
    }

    private static JsonNode panel(String title) {
        List<JsonNode> found = Monitoring.panels().stream()
                .filter(panel -> panel.path("title").asText().equals(title))
                .toList();
        assertThat(found).as(title).hasSize(1);
        return found.get(0);
    }

    @Test
    void panelsShowWhatAllInstancesHaveTogetherAndWaitForThoseWithWorkOnly(@TempDir Path directory) throws IOException {
        // a: at work, and stuck for 10 minutes. b: idle for an hour. c: its first work has just come.
        String test = """
                rule_files: ["%s"]
                evaluation_interval: 1m
                tests:
                  - interval: 1m
                    input_series:
                      - series: tocsin_file_backlog_files{instance="a"}
                        values: 3x60
                      - series: tocsin_last_progress_timestamp_seconds{instance="a",source="directory"}
                        values: 3000x60
                      - series: tocsin_consumer_lag_records{instance="b",topic="iot_data",partition="0"}
                        values: 0x60
                      - series: tocsin_last_progress_timestamp_seconds{instance="b",source="kafka"}
                        values: 60x60
                      - series: tocsin_file_backlog_files{instance="c"}
                        values: 0x58 2x2
                      - series: tocsin_last_progress_timestamp_seconds{instance="c",source="directory"}
                        values: 0x60
                    promql_expr_test:
                      - expr: %s
                        eval_time: 60m
                        exp_samples: [{labels: '{source="directory"}', value: 600}, {labels: '{source="kafka"}', value: 0}]
                      - expr: %s
                        eval_time: 60m
                        exp_samples: [{labels: '{}', value: 5}]
                """.formatted(
                        Monitoring.RULES.toAbsolutePath(),
                        Monitoring.expressions(panel("Since last progress")).get(0),
                        Monitoring.expressions(panel("File backlog")).get(1));

        Tools.Outcome outcome = Tools.run(
                "promtool",
                "test",
                "rules",
                Files.writeString(directory.resolve("panels.yaml"), test).toString());

        assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    }

    @Test
    void whatTheDashboardTakesFromRulesIsRecordedThere() {
        Set<String> recorded = Monitoring.rules().stream()
                .map(rule -> rule.path("record").asText())
                .collect(Collectors.toSet());

        String expressions = String.join("\n", Monitoring.expressionsOfDashboard())
                + String.join("\n", Monitoring.expressionsOfRules());
        Set<String> used = Pattern.compile("tocsin:[a-z0-9_:]+")
                .matcher(expressions)
                .results()
                .map(MatchResult::group)
                .collect(Collectors.toSet());

        assertThat(recorded).containsAll(used);
    }

    @Test
    void metricsOfTheRuntimeThatAreUsedAreThoseOfTheDocumentation() {
        Set<String> used = Monitoring.expressionsOfDashboard().stream()
                .flatMap(expression -> Monitoring.selectors(expression).stream())
                .map(Monitoring.Selector::metric)
                .filter(metric -> !metric.startsWith("tocsin_"))
                .collect(Collectors.toSet());

        assertThat(Pattern.compile("`((?:jvm|process|system)_\\w+)`")
                        .matcher(Chart.read(Path.of("docs/metrics.md")))
                        .results()
                        .map(found -> found.group(1)))
                .containsExactlyInAnyOrderElementsOf(used);
    }
}
