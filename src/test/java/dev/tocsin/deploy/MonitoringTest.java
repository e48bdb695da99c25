package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

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
        try (Stream<java.nio.file.Path> files = Files.list(Monitoring.RUNBOOKS)) {
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
        for (JsonNode panel : Chart.yaml(Chart.read(Monitoring.DASHBOARD)).path("panels")) {
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
    void whatTheDashboardTakesFromRulesIsRecordedThere() {
        Set<String> recorded = Monitoring.rules().stream()
                .map(rule -> rule.path("record").asText())
                .collect(Collectors.toSet());

        String expressions = String.join("\n", Monitoring.expressionsOfDashboard())
                + String.join("\n", Monitoring.expressionsOfRules());
        Set<String> used = java.util.regex.Pattern.compile("tocsin:[a-z0-9_:]+")
                .matcher(expressions)
                .results()
                .map(java.util.regex.MatchResult::group)
                .collect(Collectors.toSet());

        assertThat(recorded).containsAll(used);
    }
}
