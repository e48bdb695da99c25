package dev.tocsin.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Source;
import dev.tocsin.reading.Reading;
import dev.tocsin.reading.RejectReason;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import dev.tocsin.rule.Severity;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TelemetryTest {
    private static final Rule WARM = new Rule("warm", 80.0, null, Severity.WARNING);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Telemetry telemetry =
            new Telemetry(registry, EnumSet.allOf(Source.class), new Rules(List.of(Rules.DEFAULT, WARM)));
    private final Batch batch = ChunkBuilder.batch(0, Source.DIRECTORY);

    @Test
    void everySeriesIsThereFromTheStartAtZero() {
        Set<String> expected = Stream.of("kafka", "directory")
                .flatMap(source -> Stream.concat(
                        Stream.of(
                                "tocsin.readings{source=" + source + "}",
                                "tocsin.bytes{source=" + source + "}",
                                "tocsin.blank.lines{source=" + source + "}",
                                "tocsin.unusable{source=" + source + "}",
                                "tocsin.batches{outcome=committed,source=" + source + "}",
                                "tocsin.batches{outcome=failed,source=" + source + "}",
                                "tocsin.alerts{rule=high-temperature,severity=critical,source=" + source + "}",
                                "tocsin.alerts{rule=warm,severity=warning,source=" + source + "}"),
                        Stream.of(
                                        "malformed",
                                        "not_an_object",
                                        "not_utf8",
                                        "not_finite",
                                        "too_long",
                                        "too_deep",
                                        "too_large")
                                .map(reason -> "tocsin.rejects{reason=" + reason + ",source=" + source + "}")))
                .collect(Collectors.toSet());
        Stream.of("done", "failed", "changed", "skipped", "archived", "deleted", "forgotten")
                .forEach(outcome -> expected.add("tocsin.files{outcome=" + outcome + "}"));

        assertThat(counters().keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(counters().values()).containsOnly(0.0);
        assertThat(registry.get("tocsin.alert.latency").timer().count()).isZero();
        for (Source source : Source.values()) {
            assertThat(durations(source).count()).isZero();
            assertThat(lastProgress(source)).isZero();
        }
    }

    /** The framework adds its exporter to the registry after the start. */
    @Test
    void whatIsCountedBeforeThereIsAnExporterIsExported() {
        CompositeMeterRegistry framework = new CompositeMeterRegistry();
        Telemetry early = new Telemetry(framework, Set.of(Source.DIRECTORY), new Rules(List.of(Rules.DEFAULT)));
        early.committed(List.of(
                ChunkBuilder.from(Source.DIRECTORY).of(batch).alerts("a", "b").build()));
        early.file(FileOutcome.DONE);
        early.lost("t").accept(3);

        SimpleMeterRegistry exporter = new SimpleMeterRegistry();
        framework.add(exporter);

        assertThat(exporter.get("tocsin.alerts").functionCounter().count()).isEqualTo(2);
        assertThat(exporter.get("tocsin.files")
                        .tag("outcome", "done")
                        .functionCounter()
                        .count())
                .isEqualTo(1);
        assertThat(exporter.get("tocsin.lost.records").functionCounter().count())
                .isEqualTo(3);
    }

    @Test
    void aSourceThatIsOffHasNoSeries() {
        SimpleMeterRegistry one = new SimpleMeterRegistry();
        Telemetry ofTopic = new Telemetry(one, Set.of(Source.KAFKA), new Rules(List.of(Rules.DEFAULT)));

        ofTopic.committed(List.of(
                ChunkBuilder.from(Source.DIRECTORY).of(batch).alerts("a").build()));
        ofTopic.failed(List.of(
                ChunkBuilder.from(Source.DIRECTORY).of(batch).alerts("a").build()));

        assertThat(one.getMeters())
                .extracting(meter -> meter.getId().getTag("source"))
                .contains("kafka")
                .doesNotContain("directory");
    }

    @Test
    void everythingHasADescription() {
        telemetry.scans();
        telemetry.build("1", "abc");
        telemetry.lag("iot_data", Map::of);

        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .filteredOn(id -> !id.getName().endsWith(".histogram")) // the registry's own, for buckets
                .allSatisfy(
                        id -> assertThat(id.getDescription()).as(id.getName()).isNotBlank());
    }

    @Test
    void whatWasCommittedIsCounted() {
        telemetry.committed(List.of(
                ChunkBuilder.from(Source.DIRECTORY)
                        .of(batch)
                        .alerts("a", "b")
                        .alert(WARM, new Reading("c", null, 90))
                        .reject(RejectReason.MALFORMED, "x")
                        .reject(RejectReason.MALFORMED, "y")
                        .reject(RejectReason.TOO_DEEP, "z")
                        .cold(100, 4)
                        .blank(5)
                        .bytes(9000)
                        .build(),
                ChunkBuilder.from(Source.DIRECTORY)
                        .lastOf(batch)
                        .cold(10, 0)
                        .bytes(1000)
                        .build()));

        Map<String, Double> moved = counters();
        moved.values().removeIf(value -> value == 0);
        assertThat(moved)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "tocsin.readings{source=directory}", 113.0,
                        "tocsin.bytes{source=directory}", 10_000.0,
                        "tocsin.blank.lines{source=directory}", 5.0,
                        "tocsin.unusable{source=directory}", 4.0,
                        "tocsin.alerts{rule=high-temperature,severity=critical,source=directory}", 2.0,
                        "tocsin.alerts{rule=warm,severity=warning,source=directory}", 1.0,
                        "tocsin.rejects{reason=malformed,source=directory}", 2.0,
                        "tocsin.rejects{reason=too_deep,source=directory}", 1.0,
                        "tocsin.batches{outcome=committed,source=directory}", 1.0));
    }

    @Test
    void aBatchCountsWithItsLastChunk() {
        telemetry.committed(List.of(
                ChunkBuilder.from(Source.DIRECTORY).of(batch).alerts("a").build()));
        assertThat(counters()).containsEntry("tocsin.batches{outcome=committed,source=directory}", 0.0);
        assertThat(durations(Source.DIRECTORY).count()).isZero();

        telemetry.committed(
                List.of(ChunkBuilder.from(Source.DIRECTORY).lastOf(batch).build()));

        assertThat(counters()).containsEntry("tocsin.batches{outcome=committed,source=directory}", 1.0);
        assertThat(durations(Source.DIRECTORY).count()).isEqualTo(1);
    }

    @Test
    void latencyIsMeasuredFromTheReadOnceForEachAlert() {
        long before = System.nanoTime();
        telemetry.committed(List.of(
                ChunkBuilder.from(Source.KAFKA)
                        .readAt(before - TimeUnit.SECONDS.toNanos(3))
                        .alerts("a", "b")
                        .build(),
                ChunkBuilder.from(Source.KAFKA).cold(1000, 0).build()));
        double passed = (System.nanoTime() - before) / 1e9;

        Timer latency = registry.get("tocsin.alert.latency").timer();
        assertThat(latency.count()).isEqualTo(2);
        assertThat(latency.max(TimeUnit.SECONDS)).isBetween(3.0, 3.0 + passed);
        assertThat(latency.takeSnapshot().histogramCounts()).hasSize(13);
    }

    @Test
    void progressIsTheTimeOfTheLastCommitOfThatSource() {
        double before = System.currentTimeMillis() / 1000.0;

        telemetry.committed(List.of(ChunkBuilder.from(Source.KAFKA).cold(1, 0).build()));

        assertThat(lastProgress(Source.KAFKA)).isBetween(before, System.currentTimeMillis() / 1000.0);
        assertThat(lastProgress(Source.DIRECTORY)).isZero();
    }

    @Test
    void ofWhatFailedOnlyTheBatchesAreCounted() {
        Batch other = ChunkBuilder.batch(1, Source.DIRECTORY);
        Evaluated[] chunks = {
            ChunkBuilder.from(Source.DIRECTORY)
                    .of(batch)
                    .alerts("a")
                    .cold(7, 1)
                    .blank(1)
                    .bytes(9)
                    .build(),
            ChunkBuilder.from(Source.DIRECTORY)
                    .lastOf(batch)
                    .reject(RejectReason.MALFORMED, "x")
                    .build(),
            ChunkBuilder.from(Source.DIRECTORY).of(other).alerts("b").build(),
            ChunkBuilder.from(Source.DIRECTORY).urgent().build()
        };

        telemetry.failed(List.of(chunks));

        Map<String, Double> moved = counters();
        moved.values().removeIf(value -> value == 0);
        assertThat(moved).containsExactly(Map.entry("tocsin.batches{outcome=failed,source=directory}", 2.0));
        assertThat(registry.get("tocsin.alert.latency").timer().count()).isZero();
        assertThat(lastProgress(Source.DIRECTORY)).isZero();
    }

    @Test
    void whatATopicDoesNotTakeIsAReject() {
        telemetry.tooLarge(Source.KAFKA);
        new Telemetry(new SimpleMeterRegistry(), Set.of(), new Rules(List.of(Rules.DEFAULT))).tooLarge(Source.KAFKA);

        assertThat(counters()).containsEntry("tocsin.rejects{reason=too_large,source=kafka}", 1.0);
    }

    @Test
    void everyOutcomeOfAFileHasACounter() {
        for (FileOutcome outcome : FileOutcome.values()) {
            telemetry.file(outcome);
            telemetry.file(outcome);
        }

        assertThat(counters().entrySet().stream().filter(entry -> entry.getKey().startsWith("tocsin.files")))
                .hasSize(FileOutcome.values().length)
                .allSatisfy(entry -> assertThat(entry.getValue()).isEqualTo(2));
    }

    @Test
    void lagIsAGaugeForEachPartitionThatIsRead() {
        Map<Integer, Long> lags = new HashMap<>();
        telemetry.lag("iot_data", () -> lags);
        assertThat(lag(0)).isZero();

        lags.put(0, 5L);
        lags.put(2, 7L);
        telemetry.refresh();
        telemetry.refresh();

        assertThat(lag(0)).isEqualTo(5);
        assertThat(lag(2)).isEqualTo(7);
        assertThat(registry.find("tocsin.consumer.lag.records").gauges()).hasSize(2);
        lags.remove(2);
        assertThat(lag(2)).isZero();
    }

    @Test
    void refreshingWithoutATopicDoesNothing() {
        telemetry.refresh();

        assertThat(registry.find("tocsin.consumer.lag.records").gauges()).isEmpty();
    }

    @Test
    void gaugesAreReadWhenTheMetricsAreAndAreNotCollected() {
        AtomicInteger files = new AtomicInteger(3);
        telemetry.gauge("tocsin.file.backlog.files", "Files that wait", () -> files.get());
        telemetry.build("1.2.3", "abcdef");
        System.gc();

        files.set(4);

        assertThat(registry.get("tocsin.file.backlog.files").gauge().value()).isEqualTo(4);
        assertThat(registry.get("tocsin.build.info")
                        .tags("version", "1.2.3", "commit", "abcdef")
                        .gauge()
                        .value())
                .isEqualTo(1);
    }

    private Map<String, Double> counters() {
        Map<String, Double> counters = new TreeMap<>();
        for (Meter meter : registry.getMeters()) {
            if (meter instanceof FunctionCounter counter) {
                String labels = meter.getId().getTags().stream()
                        .map(tag -> tag.getKey() + "=" + tag.getValue())
                        .collect(Collectors.joining(","));
                counters.put(meter.getId().getName() + "{" + labels + "}", counter.count());
            }
        }
        return counters;
    }

    private Timer durations(Source source) {
        return registry.get("tocsin.batch.duration")
                .tag("source", source.label())
                .timer();
    }

    private double lastProgress(Source source) {
        return registry.get("tocsin.last.progress.timestamp.seconds")
                .tag("source", source.label())
                .gauge()
                .value();
    }

    private double lag(int partition) {
        return registry.get("tocsin.consumer.lag.records")
                .tags("topic", "iot_data", "partition", Integer.toString(partition))
                .gauge()
                .value();
    }
}
