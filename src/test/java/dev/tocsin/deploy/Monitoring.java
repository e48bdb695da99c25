package dev.tocsin.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The alert rules and the dashboard, and what they ask Prometheus for. */
final class Monitoring {
    static final Path RULES = Chart.DIRECTORY.resolve("monitoring/rules.yaml");
    static final Path RULES_TEST = Chart.DIRECTORY.resolve("monitoring/rules-test.yaml");
    static final Path DASHBOARD = Chart.DIRECTORY.resolve("monitoring/dashboard.json");
    static final Path RUNBOOKS = Path.of("docs/runbooks");

    /** A metric's name, perhaps with matchers of labels; not a function, not a recorded name's part. */
    private static final Pattern SELECTOR =
            Pattern.compile("\\b((?:tocsin|jvm|process|system)_[a-z0-9_]+)\\b(?:\\{([^}]*)})?");

    private static final Pattern MATCHER = Pattern.compile("([a-z_]+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("\\bby \\(([^)]*)\\)");

    private Monitoring() {}

    /** A metric that is asked for, and what its labels are asked for: {@code outcome=~"failed|changed"}. */
    record Selector(String metric, List<Label> labels) {}

    /** A matcher of a label. */
    record Label(String name, String operator, String value) {}

    /** All alert rules. */
    static List<JsonNode> alerts() {
        return rules().stream().filter(rule -> rule.has("alert")).toList();
    }

    /** All rules, those that record among them. */
    static List<JsonNode> rules() {
        List<JsonNode> rules = new ArrayList<>();
        Chart.yaml(Chart.read(RULES)).path("groups").forEach(group -> group.path("rules")
                .forEach(rules::add));
        return rules;
    }

    /** All expressions of the rules. */
    static List<String> expressionsOfRules() {
        return rules().stream().map(rule -> rule.path("expr").asText()).toList();
    }

    /** The dashboard's panels, in the order of their places. */
    static List<JsonNode> panels() {
        List<JsonNode> panels = new ArrayList<>();
        Chart.yaml(Chart.read(DASHBOARD)).path("panels").forEach(panels::add);
        panels.sort(Comparator.comparingInt(
                        (JsonNode panel) -> panel.at("/gridPos/y").asInt())
                .thenComparingInt(panel -> panel.at("/gridPos/x").asInt()));
        return panels;
    }

    /** The expressions of a panel, the dashboard's variables with the values that mean everything. */
    static List<String> expressions(JsonNode panel) {
        List<String> expressions = new ArrayList<>();
        panel.path("targets")
                .forEach(target -> expressions.add(target.path("expr")
                        .asText()
                        .replace("$instance", ".*")
                        .replace("$__rate_interval", "15s")
                        .replace("$__range", "15s")));
        return expressions;
    }

    /** All expressions of the dashboard. */
    static List<String> expressionsOfDashboard() {
        return panels().stream().flatMap(panel -> expressions(panel).stream()).toList();
    }

    static List<Selector> selectors(String expression) {
        List<Selector> selectors = new ArrayList<>();
        Matcher selector = SELECTOR.matcher(expression);
        while (selector.find()) {
            List<Label> labels = new ArrayList<>();
            Matcher label = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
            while (label.find()) {
                labels.add(new Label(label.group(1), label.group(2), label.group(3)));
            }
            selectors.add(new Selector(selector.group(1), labels));
        }
        return selectors;
    }

    /** The labels that results are grouped by. */
    static Set<String> groupings(String expression) {
        Set<String> labels = new LinkedHashSet<>();
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
            labels.addAll(List.of(grouping.group(1).split(" *, *")));
        }
        return labels;
    }
}
