package dev.tocsin.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The broker that all tests of a process share; each test brings topics of its own. In this process by default; in a container
 * with {@code -Dtocsin.test.broker=container}, of the image {@code -Dtocsin.test.broker.image}. Where there is no Docker, or the
 * image is not to be had, tests that ask for it are skipped and say so.
 */
public final class KafkaUnderTest {

    private static final String DEFAULT_IMAGE = "apache/kafka-native:4.1.1";

    private static @Nullable KafkaUnderTest shared;
    private static @Nullable String missing;

    private final String bootstrapServers;
    private final Runnable stop;

    private KafkaUnderTest(String bootstrapServers, Runnable stop) {
        this.bootstrapServers = bootstrapServers;
        this.stop = stop;
    }

    /** The shared broker, started at the first call; it goes after the last test, or when the process ends. */
    public static synchronized KafkaUnderTest shared() {
        Assumptions.assumeTrue(missing == null, () -> "" + missing);
        KafkaUnderTest broker = shared;
        if (broker == null) {
            EmbeddedBroker.quiet();
            broker = inContainer() ? container() : inProcess();
            shared = broker;
            Runtime.getRuntime().addShutdownHook(new Thread(KafkaUnderTest::stopShared));
        }
        return broker;
    }

    /** Stops the shared broker, if it runs; the next call of {@link #shared()} starts another one. */
    static synchronized void stopShared() {
        KafkaUnderTest broker = shared;
        shared = null;
        if (broker != null) {
            broker.stop.run();
        }
    }

    public String bootstrapServers() {
        return bootstrapServers;
    }

    public TestTopics topics() {
        return new TestTopics(bootstrapServers);
    }

    /** Creates a topic under a name that no other test has, and returns the name. */
    public String newTopic(String prefix, int partitions) {
        String name = unique(prefix);
        EmbeddedBroker.createTopic(bootstrapServers, name, partitions, Map.of());
        return name;
    }

    /** A name that no other test has: for topics, consumer groups and transactional ids. */
    public static String unique(String prefix) {
        return prefix + "-" + UUID.randomUUID();
    }

    private static boolean inContainer() {
        return "container".equals(System.getProperty("tocsin.test.broker"));
    }

    private static KafkaUnderTest inProcess() {
        Path directory = temporaryDirectory();
        EmbeddedBroker broker = EmbeddedBroker.in(directory).start();
        return new KafkaUnderTest(broker.bootstrapServers(), () -> {
            broker.close();
            delete(directory);
        });
    }

    @SuppressWarnings("resource") // stopShared closes it
    private static KafkaUnderTest container() {
        String image = System.getProperty("tocsin.test.broker.image", DEFAULT_IMAGE);
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw skip("no Docker engine answers: the broker cannot run in a container");
        }
        KafkaContainer container =
                new KafkaContainer(DockerImageName.parse(image).asCompatibleSubstituteFor("apache/kafka"));
        try {
            container.getDockerImageName();
        } catch (RuntimeException e) {
            throw skip("the image " + image + " is not to be had: " + e.getMessage());
        }
        EmbeddedBroker.SETTINGS.forEach((key, value) ->
                container.withEnv("KAFKA_" + key.toUpperCase(Locale.ROOT).replace('.', '_'), value));
        container.start();
        return new KafkaUnderTest(container.getBootstrapServers(), container::stop);
    }

    private static RuntimeException skip(String reason) {
        missing = reason;
        Assumptions.abort(reason);
        throw new AssertionError("unreachable");
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("tocsin-broker");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(file -> file.delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
