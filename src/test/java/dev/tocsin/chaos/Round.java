package dev.tocsin.chaos;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One scenario being played: the feeders, the instances and the output of a deployment of its own. An instance that ends by
 * itself is started again, as an orchestrator would, and that is told.
 */
final class Round implements AutoCloseable {
    /** How long nothing new may come out while something is due: a killed member and its transaction cost 20 s. */
    private static final Duration STUCK = Duration.ofSeconds(90);

    /** How long after the session timeout, in which a dead member is missed, another has gone on with its work. */
    private static final Duration TAKEOVER = Duration.ofSeconds(10);

    /** What a process that does not handle SIGTERM ends with. */
    private static final int TERMINATED = 143;

    private static final int OUTPUT_PARTITIONS = 2;
    private static final int READINGS_PER_SECOND = 3_000;

    private final Path home;
    private final BrokerProcess broker;
    private final String name;
    private final SplittableRandom random;
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<String> ends = new ArrayList<>();
    private final Path input;
    private @Nullable TopicFeeder topic;
    private @Nullable FileFeeder files;
    private Output output = new NoOutput();
    private final long seed;
    private @Nullable AutoCloseable resource;
    private int started;
    private int faults;
    private boolean steadfast;
    private boolean jobs;
    private Duration sessionTimeout = Duration.ofSeconds(3);
    private long killedNanos;

    /** @param home of this round alone; {@code name} that no other round on the broker has */
    Round(Path home, BrokerProcess broker, String name, long seed) {
        this.home = home;
        this.broker = broker;
        this.name = name;
        this.seed = seed;
        this.random = new SplittableRandom(seed ^ 0x5DEECE66DL);
        this.input = home.resolve("in");
        try {
            Files.createDirectories(input);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        settings.put("quarkus.http.host", "127.0.0.1");
        settings.put("quarkus.http.port", "0");
        settings.put("tocsin.sink.console.format", "none");
        settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
        settings.put("tocsin.source.kafka.topic", name + "-data");
        settings.put("tocsin.source.kafka.group", name);
        settings.put("tocsin.sink.kafka.alerts-topic", name + "-alerts");
        settings.put("tocsin.sink.kafka.rejects-topic", name + "-rejects");
        settings.put("tocsin.ledger.topic", name + "-ledger");
        withSessionTimeout(Duration.ofSeconds(3));
    }

    /** With the group protocol of KIP-848 the broker's word counts: {@link BrokerMain}. */
    Round withSessionTimeout(Duration timeout) {
        sessionTimeout = timeout;
        return with("session.timeout.ms", String.valueOf(timeout.toMillis()))
                .with("heartbeat.interval.ms", String.valueOf(timeout.toMillis() / 3));
    }

    /** The instances are jobs: one does what is there, ends with exit code 0, and is started again. */
    Round asJobs() {
        jobs = true;
        return withTocsin("trigger.mode", "available-now");
    }

    /** No fault of the round is a reason for an instance to end. */
    Round steadfast() {
        steadfast = true;
        return this;
    }

    BrokerProcess broker() {
        return broker;
    }

    SplittableRandom random() {
        return random;
    }

    Path home() {
        return home;
    }

    /** A setting of Kafka's clients. */
    Round with(String key, String value) {
        settings.put("kafka." + key, value);
        return this;
    }

    /** A setting of Tocsin. */
    Round withTocsin(String key, Object value) {
        settings.put("tocsin." + key, value.toString());
        return this;
    }

    /** The instances speak the group protocol of KIP-848. */
    Round withConsumerProtocol() {
        settings.keySet().removeAll(Set.of("kafka.session.timeout.ms", "kafka.heartbeat.interval.ms"));
        return with("group.protocol", "consumer");
    }

    Round withCooperativeAssignment() {
        return with("partition.assignment.strategy", "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
    }

    /** The instances reach the broker through its proxy. */
    Round throughProxy() {
        return with("bootstrap.servers", "127.0.0.1:" + broker.proxy().port());
    }

    /** Readings come from a topic. */
    Round feedTopic() {
        create(name + "-data", TopicFeeder.PARTITIONS);
        TopicFeeder feeder = new TopicFeeder(seed, broker.bootstrapServers(), name + "-data", READINGS_PER_SECOND);
        topic = feeder;
        feeder.start();
        return this;
    }

    /** Readings come from a directory. */
    Round feedDirectory(boolean changing) {
        withTocsin("source.directory.path", input.toAbsolutePath());
        FileFeeder feeder = new FileFeeder(seed, input, changing);
        files = feeder;
        feeder.start();
        return this;
    }

    /** One file after the other takes the place of the one before it. Only after {@link #feedDirectory}. */
    Round replaceFiles() {
        Objects.requireNonNull(files, "the feeder").startReplacing();
        return this;
    }

    /** Alerts go to topics. */
    Round toTopics() {
        create(name + "-alerts", OUTPUT_PARTITIONS);
        create(name + "-rejects", OUTPUT_PARTITIONS);
        output = topics();
        return this;
    }

    private TopicOutput topics() {
        return new TopicOutput(broker.bootstrapServers(), name + "-alerts", name + "-rejects", OUTPUT_PARTITIONS);
    }

    private void create(String topicName, int partitions) {
        new dev.tocsin.kafka.TestTopics(broker.bootstrapServers()).create(topicName, partitions, Map.of());
    }

    /** Alerts go to files below a directory, by way of a journal there. */
    Round toFiles(Path directory) {
        Path out = directory.resolve("out").toAbsolutePath();
        withTocsin("sink.kafka.enabled", false);
        withTocsin("source.kafka.enabled", topic != null);
        withTocsin("sink.file.directory", out);
        withTocsin("sink.file.metadata", true);
        withTocsin("checkpoint.directory", checkpoint(directory));
        output = new FileOutput(out);
        return this;
    }

    /** Where the journal is. */
    static Path checkpoint(Path directory) {
        return directory.resolve("checkpoint").toAbsolutePath();
    }

    /** Starts one more instance. Mostly it finds the transactional id of one before it, as a pod does; else a new one. */
    Instance start() {
        Path log = home.resolve(String.format("instance-%03d.log", started++));
        Instance instance = Instance.start(home, log, settings, random.nextInt(4) == 0 ? "" : freePod());
        instances.add(instance);
        return instance;
    }

    private String freePod() {
        List<String> taken = instances.stream().map(Instance::pod).toList();
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "pod-" + i)
                .filter(pod -> !taken.contains(pod))
                .findFirst()
                .orElseThrow();
    }

    /** The instances that run, or ended by themselves. */
    List<Instance> instances() {
        return instances;
    }

    /** Kills one and leaves it so. */
    void kill(Instance instance) {
        instance.kill();
        killedNanos = System.nanoTime();
        instances.remove(instance);
        faults++;
    }

    /** Asks one to end, which it must do with exit code 0; before it has begun to work, the code may be that of the signal. */
    void leave(Instance instance) {
        boolean begun = instance.listening();
        int code = instance.stop();
        instances.remove(instance);
        if (code != 0 && (begun || code != TERMINATED)) {
            throw new AssertionError("exit code " + code + " after SIGTERM: " + instance.lastWords());
        }
    }

    /** Waits until a job has ended by itself, which it must do with exit code 0. */
    private void complete(Instance job) {
        await("the job ends").atMost(STUCK).until(() -> !job.running());
        instances.remove(job);
        if (job.exitCode() != 0) {
            throw new AssertionError("exit code " + job.exitCode() + ": " + job.lastWords());
        }
    }

    /** Notes that an instance would not start, rightly. */
    void refused(String reason) {
        ends.add("refused, " + reason);
    }

    /** Closes that at the end. */
    void closing(AutoCloseable toClose) {
        resource = toClose;
    }

    /** Counts a fault that is none of the above. */
    void fault() {
        faults++;
    }

    /** The instant of a fault is the input of the test: the one reason to sleep. */
    void sleepUpTo(int millis) {
        sleep(random.nextInt(millis));
    }

    void sleep(int millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Waits until something new has come out, then for a random instant. */
    void sleepFromProgressUpTo(int millis) {
        awaitProgress();
        sleepUpTo(millis);
    }

    /** Waits until something new has come out. */
    void awaitProgress() {
        int before = output.alerts().size();
        await("something new comes out")
                .atMost(STUCK)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    supervise();
                    return output.alerts().size() > before;
                });
    }

    /** Waits until something new has come out, or the instance has ended; true if it has ended. */
    boolean awaitProgressOrEnd(Instance instance) {
        int before = output.alerts().size();
        await("something new comes out")
                .atMost(STUCK)
                .until(() -> !instance.running() || output.alerts().size() > before);
        return !instance.running();
    }

    /** Starts instances again that have ended by themselves. */
    void supervise() {
        for (Instance instance : List.copyOf(instances)) {
            if (instance.endedByItself()) {
                instances.remove(instance);
                int code = instance.exitCode();
                String end = "exit " + code + ", " + instance.lastWords();
                if (jobs && code == 0) {
                    start();
                    continue;
                }
                if (steadfast || jobs) {
                    throw new AssertionError("an instance ended by itself: " + end);
                }
                ends.add(end);
                start();
            }
        }
    }

    /**
     * Waits until the others have gone on with the work of the one that was killed last, wherever that was.
     *
     * @throws AssertionError where that takes longer than the session timeout and 10 s
     */
    void awaitTakeover() throws IOException {
        passBarrier();
        Duration took = Duration.ofNanos(System.nanoTime() - killedNanos);
        System.out.printf("chaos:   taken over after %d ms%n", took.toMillis());
        if (took.compareTo(sessionTimeout.plus(TAKEOVER)) > 0) {
            throw new AssertionError("taken over only after " + took + ", with a session timeout of " + sessionTimeout);
        }
    }

    /** Waits for alerts of all partitions and of all files' owners, of what is written from now on. */
    void passBarrier() throws IOException {
        if (files != null) {
            awaitAlerts(Objects.requireNonNull(files).barrier());
        }
        if (topic != null) {
            Map<String, Long> ends = Objects.requireNonNull(topic).ends();
            Set<String> ahead = new HashSet<>(ends.keySet());
            await("alerts of every partition").atMost(STUCK).until(() -> {
                supervise();
                for (Found found : output.alerts()) {
                    String origin = found.event().origin();
                    int at = origin.lastIndexOf('@');
                    String partition = at < 0 ? "" : origin.substring(0, at);
                    if (at > 0 && ends.getOrDefault(partition, 0L) <= Long.parseLong(origin.substring(at + 1))) {
                        ahead.remove(partition);
                    }
                }
                return ahead.isEmpty();
            });
        }
    }

    private void awaitAlerts(Collection<Event> due) {
        Set<Event> missing = new HashSet<>(due);
        long deadline = System.nanoTime() + STUCK.toNanos();
        int looked = 0;
        while (!missing.isEmpty() && System.nanoTime() < deadline) {
            supervise();
            List<Found> alerts = output.alerts();
            if (alerts.size() > looked) {
                alerts.subList(looked, alerts.size()).forEach(found -> missing.remove(found.event()));
                looked = alerts.size();
                deadline = System.nanoTime() + STUCK.toNanos();
            } else {
                sleep(20);
            }
        }
    }

    /**
     * Ends the input, waits for what is due, ends the instances and compares.
     *
     * @throws AssertionError where anything was lost, doubled or out of order
     */
    Result finish() throws Exception {
        List<Strand> strands = new ArrayList<>();
        List<Event> barrier = new ArrayList<>();
        FileFeeder files = this.files;
        if (files != null) {
            files.stop();
            barrier.addAll(files.barrier());
            strands.addAll(files.expected());
        }
        TopicFeeder topic = this.topic;
        if (topic != null) {
            topic.stop();
            barrier.addAll(topic.barrier());
            strands.addAll(topic.expected());
        }
        List<Event> due = new ArrayList<>(barrier);
        strands.stream().filter(Strand::whole).forEach(strand -> due.addAll(strand.alerts()));
        awaitAlerts(due);
        supervise();
        for (Instance instance : List.copyOf(instances)) {
            if (jobs) {
                complete(instance);
            } else {
                leave(instance);
            }
        }
        List<Boolean> whole = strands.stream().map(Strand::whole).toList();
        String takenBack = "";
        List<Found> alerts;
        List<Found> rejects;
        if (output instanceof FileOutput published) {
            published.verify();
            takenBack = published.takenBack();
            alerts = published.alerts();
            rejects = published.rejects();
        } else {
            try (TopicOutput all = topics().all()) {
                alerts = all.alerts();
                rejects = all.rejects();
            }
        }
        return new Result(
                faults,
                Verdict.of(strands.stream().map(Strand::alerts).toList(), whole, alerts),
                Verdict.of(strands.stream().map(Strand::rejects).toList(), whole, rejects),
                takenBack,
                List.copyOf(ends));
    }

    @Override
    public void close() throws Exception {
        instances.forEach(Instance::kill);
        if (topic != null) {
            Objects.requireNonNull(topic).close();
        }
        if (files != null) {
            Objects.requireNonNull(files).close();
        }
        output.close();
        if (resource != null) {
            Objects.requireNonNull(resource).close();
        }
    }

    /** Before it is known where the output goes. */
    private static final class NoOutput implements Output {
        @Override
        public List<Found> alerts() {
            return List.of();
        }

        @Override
        public List<Found> rejects() {
            return List.of();
        }

        @Override
        public void close() {}
    }
}
