package dev.tocsin.training;

import dev.tocsin.kafka.EmbeddedBroker;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Lets the packaged program work through readings from a topic and from files, beside a broker of its own, and has the JVM
 * leave beside the program what makes its next start quick: an AOT cache (JDK 25, JEP 514), else an archive of classes. Only
 * the JVM that made it can use it.
 */
public final class Training {
    private static final Path APP = Path.of("target/quarkus-app").toAbsolutePath();
    private static final Path HOME = Path.of("target/training").toAbsolutePath();
    private static final String TOPIC = "iot_data";
    private static final String ALERTS = "iot_alerts";
    private static final int PARTITIONS = 3;
    private static final int RECORDS = 300_000;
    private static final int FILES = 20;
    private static final int LINES = 10_000;
    /** One reading in so many is an alert, one no reading. */
    private static final int HOT = 100;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Training() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        empty(HOME);
        Path inbox = Files.createDirectories(HOME.resolve("in"));
        try (EmbeddedBroker broker = EmbeddedBroker.in(HOME.resolve("kafka")).start()) {
            broker.createTopic(TOPIC, PARTITIONS);
            fill(broker.bootstrapServers());
            fill(inbox);
            Path cache = cache();
            Process tocsin = start(java, cache, broker.bootstrapServers(), inbox);
            try {
                awaitAlerts(broker.bootstrapServers(), tocsin, (RECORDS + FILES * LINES) / HOT);
                tocsin.destroy();
                if (!tocsin.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || !Files.exists(cache)) {
                    throw new IllegalStateException("the JVM has left no " + cache + "; see " + HOME.resolve("stderr"));
                }
            } finally {
                tocsin.destroyForcibly();
            }
            System.out.printf("%s: %d MB%n", cache, Files.size(cache) >> 20);
        } finally {
            empty(HOME.resolve("kafka"));
            empty(inbox);
        }
        System.exit(0);
    }

    /** The JVM that trains is the one that runs this. */
    private static Path cache() {
        return APP.resolve(Runtime.version().feature() >= 25 ? "tocsin.aot" : "tocsin.jsa");
    }

    /**
     * With the JVM's default collector, whose archive of objects the others can use too. Without profiles of methods: where cores
     * are few, to compile at the start what they tell of holds up the start itself, and costs more than it saves later.
     */
    private static Process start(Path java, Path cache, String bootstrapServers, Path inbox) throws IOException {
        Files.deleteIfExists(APP.resolve("tocsin.aot"));
        Files.deleteIfExists(APP.resolve("tocsin.jsa"));
        boolean aot = cache.endsWith("tocsin.aot");
        return new ProcessBuilder(
                        java.toString(),
                        "-XX:+UnlockDiagnosticVMOptions",
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        "-XX:-AOTRecordTraining",
                        (aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + cache,
                        "-Dkafka.bootstrap.servers=" + bootstrapServers,
                        "-Dtocsin.source.directory.path=" + inbox,
                        "-Dquarkus.http.host=localhost",
                        "-Dquarkus.http.port=0",
                        "-jar",
                        APP.resolve("quarkus-run.jar").toString())
                .directory(HOME.toFile())
                .redirectOutput(HOME.resolve("stdout").toFile())
                .redirectError(HOME.resolve("stderr").toFile())
                .start();
    }

    private static void fill(String bootstrapServers) {
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers, "linger.ms", "5");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, line(i)));
            }
        }
    }

    private static void fill(Path inbox) throws IOException {
        for (int file = 0; file < FILES; file++) {
            Path hidden = inbox.resolve("_data");
            try (OutputStream out = Files.newOutputStream(hidden)) {
                for (int i = 0; i < LINES; i++) {
                    out.write(line(i));
                    out.write('\n');
                }
            }
            Files.move(hidden, inbox.resolve("data-" + file + ".json"));
        }
    }

    private static byte[] line(int i) {
        String temperature = i % HOT == 0 ? "100." + (1 + i / HOT % 9) : i % 90 + ".5";
        String end = i % HOT == 1 ? "" : "}";
        return String.format(
                        Locale.ROOT,
                        "{\"deviceId\": \"device-%d\", \"timestamp\": \"%s\", \"temperature\": %s%s",
                        i % 1_000,
                        Instant.ofEpochSecond(1_760_097_600L + i),
                        temperature,
                        end)
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void awaitAlerts(String bootstrapServers, Process tocsin, int expected) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", bootstrapServers,
                "group.id", "training",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed",
                "metadata.max.age.ms", "500");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(ALERTS));
            for (int alerts = 0; alerts < expected; ) {
                alerts += consumer.poll(Duration.ofMillis(200)).count();
                if (!tocsin.isAlive() || System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            alerts + " alerts of " + expected + "; see " + HOME.resolve("stderr"));
                }
            }
        }
    }

    private static void empty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
