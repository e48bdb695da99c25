package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The catalogue of metrics, from the start. */
@BrokerTest
class MetricsIT {
    private static final Set<String> SOURCES = Set.of("kafka", "directory");
    private static final Set<String> REASONS =
            Set.of("malformed", "not_an_object", "not_utf8", "not_finite", "too_long", "too_deep", "too_large");
    private static final Set<String> FILE_OUTCOMES =
            Set.of("done", "failed", "changed", "skipped", "archived", "deleted", "forgotten");

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    @Test
    void allMetricsAreThereFromTheStartAtZeroAndNoOthers(KafkaUnderTest kafka) throws IOException {
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
        Set<String> series = own.keySet().stream()
                .filter(name -> !name.contains("_bucket{"))
                .map(name -> name.replaceAll("(commit|version)=\"[^\"]+\"", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(series).containsExactlyInAnyOrderElementsOf(expected(deployment.readings()));
        assertThat(own.keySet())
                .contains(
                        "tocsin_alert_latency_seconds_bucket{le=\"+Inf\"}",
                        "tocsin_batch_duration_seconds_bucket{source=\"kafka\",le=\"+Inf\"}",
                        "tocsin_batch_duration_seconds_bucket{source=\"directory\",le=\"+Inf\"}",
                        "tocsin_file_scan_duration_seconds_bucket{le=\"+Inf\"}");
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

    private static Set<String> expected(String topic) {
        Stream<String> plain = Stream.of(
                "tocsin_file_backlog_files",
                "tocsin_file_backlog_bytes",
                "tocsin_ready",
                "tocsin_trigger_interval_seconds",
                "tocsin_build_info{commit,version}",
                "tocsin_lost_records_total{topic=\"" + topic + "\"}",
                "tocsin_consumer_lag_records{partition=\"0\",topic=\"" + topic + "\"}");
        Stream<String> histograms = Stream.of("count", "sum", "max")
                .flatMap(part -> Stream.concat(
                        Stream.of("tocsin_alert_latency_seconds_" + part, "tocsin_file_scan_duration_seconds_" + part),
                        SOURCES.stream().map(source -> of("tocsin_batch_duration_seconds_" + part, source))));
        Stream<String> ofSources = SOURCES.stream().flatMap(source -> Stream.of(
                        Stream.of(
                                        "tocsin_readings_total",
                                        "tocsin_bytes_total",
                                        "tocsin_blank_lines_total",
                                        "tocsin_unusable_total",
                                        "tocsin_last_progress_timestamp_seconds")
                                .map(name -> of(name, source)),
                        REASONS.stream()
                                .map(reason ->
                                        "tocsin_rejects_total{reason=\"" + reason + "\",source=\"" + source + "\"}"),
                        Stream.of("committed", "failed")
                                .map(outcome ->
                                        "tocsin_batches_total{outcome=\"" + outcome + "\",source=\"" + source + "\"}"),
                        Stream.of(alerts("hot", "critical", source), alerts("cold", "info", source)))
                .flatMap(names -> names));
        Stream<String> files = FILE_OUTCOMES.stream().map(outcome -> "tocsin_files_total{outcome=\"" + outcome + "\"}");
        return Stream.of(plain, histograms, ofSources, files)
                .flatMap(names -> names)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String of(String name, String source) {
        return name + "{source=\"" + source + "\"}";
    }

    private static String alerts(String rule, String severity, String source) {
        return "tocsin_alerts_total{rule=\"" + rule + "\",severity=\"" + severity + "\",source=\"" + source + "\"}";
    }
}
