package dev.tocsin;

import dev.tocsin.config.Configuration;
import dev.tocsin.config.TocsinConfig;
import dev.tocsin.dashboard.Dashboard;
import dev.tocsin.delivery.Deliverer;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Source;
import dev.tocsin.kafka.BrokerWatch;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.sink.console.ConsoleSink;
import dev.tocsin.source.directory.DirectoryEvents;
import dev.tocsin.source.directory.DirectorySource;
import dev.tocsin.source.directory.UnusableLedgerException;
import dev.tocsin.source.kafka.KafkaSource;
import dev.tocsin.telemetry.Telemetry;
import dev.tocsin.trigger.BoundedRun;
import dev.tocsin.trigger.ProgressJson;
import dev.tocsin.trigger.ProgressLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduler;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Puts the parts together as configured, starts them, and stops them in the order in which nothing is lost. */
@ApplicationScoped
public class TocsinService {
    private static final Logger LOG = Logger.getLogger(TocsinService.class);

    /** How long each part may take to end. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /**
     * How long a stop takes at most: the sources, which end at the same time, the delivery, and as long again for what is
     * interrupted then. Less than Kubernetes' default grace period of 30 s; the chart's {@code drainSeconds}.
     */
    static final Duration DRAIN = PATIENCE.multipliedBy(3);

    private static final String SCANNER = "scanner";
    private static final Duration SCAN_TICK_SLACK = Duration.ofMillis(200);

    private final TocsinConfig config;
    private final Instance<KafkaClients> clients;
    private final Instance<AlertPipeline> pipeline;
    private final Telemetry telemetry;
    private final Dashboard dashboard;
    private final Scheduler scheduler;
    private final Timer scans;
    private final ProgressJson progressJson;
    private final ProgressLog progress;
    private final @Nullable JobRun job;
    private final PrintStream out =
            new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    private @Nullable Deliverer delivery;
    private volatile @Nullable BrokerWatch broker;
    private volatile @Nullable KafkaSource topic;
    private volatile @Nullable DirectorySource directory;
    private volatile boolean fatal;
    private volatile @Nullable String reason;

    public TocsinService(
            TocsinConfig config,
            Instance<KafkaClients> clients,
            Instance<AlertPipeline> pipeline,
            MeterRegistry registry,
            Scheduler scheduler,
            Dashboard dashboard) {
        this.config = config;
        this.scheduler = scheduler;
        this.dashboard = dashboard;
        this.clients = clients;
        this.pipeline = pipeline;
        Set<Source> active = Descriptions.sources(config).keySet();
        this.telemetry = new Telemetry(registry, active, Configuration.rules(config));
        this.scans = telemetry.scans();
        this.progressJson = Descriptions.progress(config);
        this.progress = new ProgressLog(progressJson);
        this.job = Configuration.trigger(config).bounded() ? new JobRun(config, active) : null;
    }

    /** What came of the last batches. */
    @Produces
    @Singleton
    ProgressLog progress() {
        return progress;
    }

    /** Writes that as JSON. */
    @Produces
    @Singleton
    ProgressJson progressJson() {
        return progressJson;
    }

    void start(@Observes StartupEvent event) {
        try {
            start(new Wiring(config, clients));
        } catch (IOException e) {
            Main.sayWhyNot(e);
            fatal = true;
            Quarkus.asyncExit(Main.CANNOT_START);
        }
        if (Main.stopAsked()) {
            Quarkus.asyncExit(job == null ? 0 : 1);
        }
    }

    private void start(Wiring wiring) throws IOException {
        if (config.source().kafka().enabled() || config.sink().kafka().enabled()) {
            broker = new BrokerWatch(clients.get());
        }
        Deliverer started = wiring.delivery(
                telemetry::tooLarge, listeners(), e -> stopBecause(Objects.toString(e.getMessage()), e));
        delivery = started;
        started.start();
        AlertPipeline channels = pipeline.get();
        if (config.source().kafka().enabled()) {
            String name = config.source().kafka().topic();
            BoundedRun.Part part = job == null ? null : job.part(Source.KAFKA);
            LongConsumer lost = telemetry.lost(name);
            KafkaSource source = wiring.topic(
                    started,
                    channels::fromTopic,
                    part,
                    part == null ? lost : lost.andThen(part::lost),
                    reason -> stopBecause(reason, null));
            topic = source;
            telemetry.lag(name, source::lag);
            source.start();
        }
        config.source().directory().path().ifPresent(path -> {
            DirectorySource source = wiring.directory(
                    path,
                    started,
                    channels::fromDirectory,
                    new FileEvents(),
                    job == null ? null : job.part(Source.DIRECTORY));
            directory = source;
            source.start();
        });
        if (directory == null) {
            scannerRests(true);
        }
        askBroker(); // after those who have more to ask
        gauges();
        dashboard.started(new ServiceView(config, progress, progressJson, topic, directory, this::problems));
    }

    private List<DeliveryListener> listeners() {
        List<DeliveryListener> listeners = new ArrayList<>();
        TocsinConfig.Console console = config.sink().console();
        if (console.format() != TocsinConfig.Format.NONE) {
            listeners.add(new ConsoleSink(out, console.format(), console.rows()));
        }
        listeners.add(telemetry);
        listeners.add(progress);
        if (job != null) {
            listeners.add(job.summary());
        }
        listeners.addAll(dashboard.listeners());
        return listeners;
    }

    private void count(FileOutcome outcome) {
        telemetry.file(outcome);
        if (job != null) {
            job.summary().file(outcome);
        }
    }

    private void gauges() {
        DirectorySource files = directory;
        telemetry.gauge(
                "tocsin.file.backlog.files",
                "Files that wait to be read, by the last look",
                () -> files == null ? 0 : files.backlogFiles());
        telemetry.gauge(
                "tocsin.file.backlog.bytes",
                "Bytes that wait to be read, by the last look",
                () -> files == null ? 0 : files.backlogBytes());
        double interval = Configuration.trigger(config).interval().toMillis() / 1000.0;
        telemetry.gauge(
                "tocsin.trigger.interval.seconds",
                "Time between batches, or between commits with continuous; else 0",
                () -> interval);
        telemetry.gauge(
                "tocsin.ready",
                "1 while every source and sink is reached, else 0",
                () -> problems().isEmpty() ? 1 : 0);
        telemetry.build(Build.version(), Build.commit());
    }

    /** Sources first, then what is still in flight. Before the channels are taken down. */
    void stop(@Observes @Priority(1) ShutdownEvent event) throws InterruptedException {
        if (topic != null) {
            topic.stop();
        }
        if (directory != null) {
            directory.stop();
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos(); // of both, as they end at the same time
        if (topic != null) {
            topic.join(PATIENCE);
        }
        if (directory != null) {
            directory.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
        if (delivery != null) {
            delivery.stop(PATIENCE);
        }
        dashboard.stop();
        if (broker != null) {
            broker.close();
        }
        if (job != null && delivery != null) {
            job.print(out, reason);
        }
    }

    /** Tells of files what the outside is to know. */
    private final class FileEvents implements DirectoryEvents {
        @Override
        public void file(FileOutcome outcome) {
            count(outcome);
        }

        @Override
        public void scanned(Duration time) {
            scans.record(time);
        }

        @Override
        public void resting(boolean resting) {
            scannerRests(resting);
        }

        @Override
        public void unusable(UnusableLedgerException why) {
            fatal = true;
            Main.sayWhyNot(why);
            Quarkus.asyncExit(Main.CANNOT_START);
        }
    }

    /**
     * The directory scanner: says that it is time to look at the directory when its interval has passed. It rests while there is no
     * directory, or the system gives notice of what comes, because each beat costs, idle or not. The scheduler goes by the wall
     * clock: where that is put back, and it falls silent, the source goes on by itself.
     */
    @Scheduled(identity = SCANNER, every = "1s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void scan() {
        DirectorySource files = directory;
        Duration interval = config.source().directory().scanInterval().minus(SCAN_TICK_SLACK);
        if (files != null && files.sinceScan().compareTo(interval) >= 0) {
            files.scan();
        }
    }

    private void scannerRests(boolean rests) {
        if (rests) {
            scheduler.pause(SCANNER);
        } else {
            scheduler.resume(SCANNER);
        }
    }

    /** Asks the broker whether it is there, and takes up partitions that were assigned since. Does not wait for the answer. */
    @Scheduled(every = BrokerWatch.INTERVAL_SECONDS + "s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void askBroker() {
        BrokerWatch watch = broker;
        if (watch != null) {
            watch.ask();
            telemetry.refresh();
        }
    }

    Deliverer delivery() {
        return Objects.requireNonNull(delivery, "started");
    }

    /** Stops the service with exit code 1, saying why in one line. */
    void stopBecause(String why, @Nullable Throwable cause) {
        fatal = true;
        reason = why;
        LOG.errorf("Stopping: %s", why);
        LOG.debug("The cause", cause);
        Quarkus.asyncExit(1);
    }

    /** What keeps readings from being read or delivered, one line each; empty when all is well. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (broker != null && !broker.up()) {
            problems.add("kafka: " + broker.problem());
        }
        if (topic != null && !topic.problem().isEmpty()) {
            problems.add(topic.problem());
        }
        if (directory != null && !directory.problem().isEmpty()) {
            problems.add(directory.problem());
        }
        if (delivery != null && !delivery.problem().isEmpty()) {
            problems.add(delivery.problem());
        }
        return problems;
    }

    /** Whether every thread that should be at work is. */
    boolean alive() {
        return !fatal && (topic == null || topic.alive()) && (directory == null || directory.alive());
    }
}
