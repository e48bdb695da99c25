package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The metrics are those of {@code docs/metrics.md}, from the start. */
@BrokerTest
class MetricsIT {
    private static final Pattern SERIES = Pattern.compile("(tocsin_\\w+?)(_bucket|_count|_sum|_max)?(?:\\{(.*)})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    /** A metric, as the documentation or the program has it. */
    record Metric(Set<String> labels, boolean histogram) {}

    @Test
    void allMetricsOfTheDocumentationAreThereFromTheStartAtZeroAndNoOthers(KafkaUnderTest kafka) throws IOException {
        Deployment deployment = Deployment.on(kafka);
        Path in = Files.createDirectory(home.resolve("in"));

        PackagedProgram tocsin = programs.start(PackagedProgram.in(home)
                .with(deployment.settings())
                .with("tocsin.source.directory.path", in)
                .with("tocsin.rules.hot.above", 100)
                .with("tocsin.rules.cold.below", 0)
                .with("tocsin.rules.cold.severity", "info"));

        Map<String, Double> own = tocsin.metrics().entrySet().stream()
                .filter(series -> series.getKey().startsWith("tocsin_"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        Map<String, List<String>> documented = documented();
        assertThat(exposed(own.keySet())).isEqualTo(metrics(documented));
        assertThat(values(own.keySet(), "tocsin_rejects_total", "reason"))
                .isEqualTo(rows("docs/readings.md", "| reason |").keySet());
        for (String metric : Set.of("tocsin_files_total", "tocsin_batches_total")) {
            assertThat(values(own.keySet(), metric, "outcome"))
                    .isEqualTo(codes(documented.get(metric).get(1)));
        }
        for (String source : Set.of("kafka", "directory")) {
            assertThat(own.keySet())
                    .contains(
                            "tocsin_alerts_total{rule=\"hot\",severity=\"critical\",source=\"" + source + "\"}",
                            "tocsin_alerts_total{rule=\"cold\",severity=\"info\",source=\"" + source + "\"}");
        }
        assertThat(ofSource("kafka", own.keySet())).isEqualTo(ofSource("directory", own.keySet()));
        own.forEach((name, value) -> {
            if (name.startsWith("tocsin_build_info")) {
                assertThat(value).as(name).isEqualTo(1);
            } else if (name.equals("tocsin_ready")) {
                assertThat(value).as(name).isBetween(0.0, 1.0);
            } else if (!name.startsWith("tocsin_file_scan_duration_seconds")) {
                assertThat(value).as(name).isZero();
            }
        });
    }

    /** The metrics of the documentation by name, each with the cells of its labels and its meaning. */
    private static Map<String, List<String>> documented() throws IOException {
        return rows("docs/metrics.md", "| metric |");
    }

    /** The rows of the table that begins so, by what is code in the first column. */
    private static Map<String, List<String>> rows(String page, String head) throws IOException {
        Map<String, List<String>> rows = new TreeMap<>();
        Files.readAllLines(Path.of(page)).stream()
                .dropWhile(line -> !line.startsWith(head))
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> List.of(line.split(" *\\| *", -1)))
                .forEach(cells -> codes(cells.get(1)).forEach(code -> rows.put(code, cells.subList(2, cells.size()))));
        return rows;
    }

    private static Set<String> codes(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, Metric> metrics(Map<String, List<String>> documented) {
        Map<String, Metric> metrics = new TreeMap<>();
        documented.forEach((name, cells) ->
                metrics.put(name, new Metric(codes(cells.get(0)), cells.get(1).startsWith("histogram"))));
        return metrics;
    }

    private static Map<String, Metric> exposed(Set<String> series) {
        Map<String, Metric> metrics = new TreeMap<>();
        for (String each : series) {
            MatchResult parts = parts(each);
            Set<String> labels = new TreeSet<>(labels(parts).keySet());
            labels.remove("le");
            Metric metric = new Metric(labels, parts.group(2) != null);
            Metric other = metrics.put(parts.group(1), metric);
            assertThat(other).as(each).isIn(null, metric);
        }
        return metrics;
    }

    /** The values that a label of a metric has. */
    private static Set<String> values(Set<String> series, String metric, String label) {
        return series.stream()
                .map(MetricsIT::parts)
                .filter(parts -> parts.group(1).equals(metric))
                .map(parts -> labels(parts).get(label))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The series of a source, without its name. */
    private static Set<String> ofSource(String source, Set<String> series) {
        String label = "source=\"" + source + "\"";
        return series.stream()
                .filter(each -> each.contains(label))
                .map(each -> each.replace(label, "source"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A metric's name, the part of a histogram, and the labels. */
    private static MatchResult parts(String series) {
        Matcher parts = SERIES.matcher(series);
        assertThat(parts.matches()).as(series).isTrue();
        return parts;
    }

    private static Map<String, String> labels(MatchResult parts) {
        return parts.group(3) == null
                ? Map.of()
                : LABEL.matcher(parts.group(3))
                        .results()
                        .collect(Collectors.toMap(label -> label.group(1), label -> label.group(2)));
    }
}
