package dev.tocsin.telemetry;

import dev.tocsin.alert.Alert;
import dev.tocsin.alert.Evaluation;
import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Source;
import dev.tocsin.reading.Reject;
import dev.tocsin.reading.RejectReason;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue of Tocsin's own metrics. All exist from the start, at zero; counters move after the commit, once per
 * chunk. No label has values that come from readings or files.
 */
public final class Telemetry implements DeliveryListener {
    private static final Duration[] LATENCIES = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final Map<Source, OfSource> sources = new EnumMap<>(Source.class);
    private final Map<FileOutcome, LongAdder> files = new EnumMap<>(FileOutcome.class);
    private final Timer latency;
    private volatile String topic = "";
    private volatile @Nullable Supplier<Map<Integer, Long>> lags;
    private final Set<Integer> lagging = ConcurrentHashMap.newKeySet();

    /** @param active the sources that are configured */
    public Telemetry(MeterRegistry registry, Set<Source> active, Rules rules) {
        this.registry = registry;
        for (Source source : active) {
            sources.put(source, new OfSource(registry, source, rules));
        }
        for (FileOutcome outcome : FileOutcome.values()) {
            files.put(
                    outcome,
                    counter(registry, "tocsin.files", "Files, by what became of them", "outcome", outcome.label()));
        }
        this.latency = Timer.builder("tocsin.alert.latency")
                .description("From the poll or read that brought a reading to the commit of its alert")
                .serviceLevelObjectives(LATENCIES)
                .register(registry);
    }

    /**
     * A count that is kept here and read by the registry. The framework connects that to its exporter as the last step of the start,
     * behind the event that starts us, and what a counter of the registry's own had counted until then would be lost.
     */
    private static LongAdder counter(MeterRegistry registry, String name, String description, String... tags) {
        LongAdder count = new LongAdder();
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .tags(tags)
                .register(registry);
        return count;
    }

    /** Adds a gauge, read when the metrics are. */
    public void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /**
     * The consumer's lag, a gauge for each partition that this instance reads.
     *
     * @param lags asked each time the metrics are read; records behind the last stable offset, by partition
     */
    public void lag(String topic, Supplier<Map<Integer, Long>> lags) {
        this.topic = topic;
        this.lags = lags;
        lagging.add(0);
        lagOf(topic, 0, lags);
    }

    /** Adds gauges for partitions that came since. */
    public void refresh() {
        Supplier<Map<Integer, Long>> read = lags;
        if (read != null) {
            for (int partition : read.get().keySet()) {
                if (lagging.add(partition)) {
                    lagOf(topic, partition, read);
                }
            }
        }
    }

    private void lagOf(String topic, int partition, Supplier<Map<Integer, Long>> lags) {
        Gauge.builder("tocsin.consumer.lag.records", lags, read -> read.get().getOrDefault(partition, 0L))
                .description("Records that wait in a partition that this instance reads")
                .tag("topic", topic)
                .tag("partition", Integer.toString(partition))
                .strongReference(true)
                .register(registry);
    }

    /** Counts records of a topic that were gone before they were read; takes how many. */
    public LongConsumer lost(String topic) {
        return counter(
                registry,
                "tocsin.lost.records",
                "Records that were gone from the topic before they were read",
                "topic",
                topic)::add;
    }

    /** The timer of directory scans. */
    public Timer scans() {
        return Timer.builder("tocsin.file.scan.duration")
                .description("How long it takes to look at the directory")
                .serviceLevelObjectives(LATENCIES)
                .register(registry);
    }

    /** Says which build this is. */
    public void build(String version, String commit) {
        Gauge.builder("tocsin.build.info", () -> 1)
                .description("Always 1; the labels say which build runs")
                .tag("version", version)
                .tag("commit", commit)
                .strongReference(true)
                .register(registry);
    }

    /** Counts a record that its topic does not take, and that went to the rejects instead. */
    public void tooLarge(Source source) {
        OfSource meters = sources.get(source);
        if (meters != null) {
            count(meters.rejects.get(RejectReason.TOO_LARGE));
        }
    }

    /** Counts a file. */
    public void file(FileOutcome outcome) {
        count(files.get(outcome));
    }

    private static void count(@Nullable LongAdder counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void committed(List<Evaluated> chunks) {
        long now = System.nanoTime();
        for (Evaluated chunk : chunks) {
            OfSource source = sources.get(chunk.source());
            if (source != null) {
                source.committed(chunk, now);
            }
            for (int i = 0; i < chunk.evaluation().alerts().size(); i++) {
                latency.record(now - chunk.readNanos(), TimeUnit.NANOSECONDS);
            }
        }
    }

    @Override
    public void failed(List<Evaluated> chunks) {
        chunks.stream()
                .map(Evaluated::batch)
                .filter(batch -> batch != null)
                .distinct()
                .forEach(batch -> {
                    OfSource source = sources.get(batch.source());
                    if (source != null) {
                        source.failedBatches.increment();
                    }
                });
    }

    /** The meters of one source. */
    private static final class OfSource {
        private final LongAdder readings;
        private final LongAdder bytes;
        private final LongAdder blank;
        private final LongAdder unusable;
        private final LongAdder committedBatches;
        private final LongAdder failedBatches;
        private final Timer batchDuration;
        private final Map<RejectReason, LongAdder> rejects = new EnumMap<>(RejectReason.class);
        private final Map<Rule, LongAdder> alerts = new HashMap<>();
        private final AtomicLong lastProgressMillis = new AtomicLong();

        OfSource(MeterRegistry registry, Source source, Rules rules) {
            String label = source.label();
            readings =
                    counter(registry, "tocsin.readings", "Decoded readings, the unusable among them", "source", label);
            bytes = counter(registry, "tocsin.bytes", "Bytes of all records, without newlines", "source", label);
            blank = counter(registry, "tocsin.blank.lines", "Records of nothing but white space", "source", label);
            unusable = counter(registry, "tocsin.unusable", "Readings without a numeric temperature", "source", label);
            committedBatches = batches(registry, label, "committed");
            failedBatches = batches(registry, label, "failed");
            batchDuration = Timer.builder("tocsin.batch.duration")
                    .description("From the begin of a batch to the commit of its last chunk")
                    .tag("source", label)
                    .serviceLevelObjectives(LATENCIES)
                    .register(registry);
            for (RejectReason reason : RejectReason.values()) {
                rejects.put(
                        reason,
                        counter(
                                registry,
                                "tocsin.rejects",
                                "Records that are not readings, by reason",
                                "source",
                                label,
                                "reason",
                                reason.code()));
            }
            for (Rule rule : rules.all()) {
                alerts.put(
                        rule,
                        counter(
                                registry,
                                "tocsin.alerts",
                                "Alerts, by rule",
                                "rule",
                                rule.name(),
                                "severity",
                                rule.severity().label(),
                                "source",
                                label));
            }
            Gauge.builder("tocsin.last.progress.timestamp.seconds", lastProgressMillis, millis -> millis.get() / 1000.0)
                    .description("When a position was committed last, in seconds since the epoch; 0: not yet")
                    .tag("source", label)
                    .register(registry);
        }

        private static LongAdder batches(MeterRegistry registry, String source, String outcome) {
            return counter(
                    registry, "tocsin.batches", "Batches, by how they ended", "source", source, "outcome", outcome);
        }

        void committed(Evaluated chunk, long now) {
            Evaluation evaluation = chunk.evaluation();
            readings.add(evaluation.readings());
            bytes.add(evaluation.bytes());
            blank.add(evaluation.blank());
            unusable.add(evaluation.unusable());
            for (Reject reject : evaluation.rejects()) {
                count(rejects.get(reject.reason()));
            }
            for (Alert alert : evaluation.alerts()) {
                count(alerts.get(alert.rule()));
            }
            lastProgressMillis.set(System.currentTimeMillis());
            Batch batch = chunk.batch();
            if (batch != null && chunk.lastOfBatch()) {
                committedBatches.increment();
                batchDuration.record(now - batch.startedNanos(), TimeUnit.NANOSECONDS);
            }
        }
    }
}
