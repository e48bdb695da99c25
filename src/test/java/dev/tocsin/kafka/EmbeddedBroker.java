package dev.tocsin.kafka;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A real single-node Kafka broker (KRaft, broker and controller in one) in this process, on the loopback interface. It can be
 * stopped and started again on the same directory and port, so that a test can take it away and bring it back. Not thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";

    /** Held here because the level of a logger that nobody holds may be forgotten. */
    private static final List<Logger> QUIET = Stream.of("kafka", "org.apache.kafka", "state.change.logger")
            .map(Logger::getLogger)
            .toList();

    /** What every broker under test is set to. */
    static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("num.partitions", "3"),
            Map.entry("default.replication.factor", "1"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            // So that a test need not wait long for what a dead member or a dead producer left behind.
            Map.entry("group.min.session.timeout.ms", "500"),
            Map.entry("transaction.abort.timed.out.transaction.cleanup.interval.ms", "500"),
            // The default takes 128 MiB at the start.
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304"));

    private final Path directory;
    private final int port;
    private final Properties properties;
    private @Nullable KafkaRaftServer server;

    private EmbeddedBroker(Path directory, int port, Properties properties) {
        this.directory = directory;
        this.port = port;
        this.properties = properties;
    }

    /** A broker that keeps its data in {@code directory}, which is created where it is missing. */
    public static Builder in(Path directory) {
        return new Builder(directory);
    }

    /**
     * Starts the broker and returns when it serves clients.
     *
     * @throws IllegalStateException if it is running, or if its port is taken
     */
    public void start() {
        if (server != null) {
            throw new IllegalStateException("the broker is running already");
        }
        requireFree(port);
        format();
        KafkaRaftServer starting = new KafkaRaftServer(new KafkaConfig(properties, false), Time.SYSTEM);
        server = starting;
        try {
            starting.startup();
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    /** Shuts the broker down in good order; topics, offsets and transactions stay in its directory. */
    public void stop() {
        KafkaRaftServer running = server;
        if (running != null) {
            server = null;
            running.shutdown();
            running.awaitShutdown();
        }
    }

    public boolean isRunning() {
        return server != null;
    }

    /** The value of {@code bootstrap.servers}; the same after a restart. */
    public String bootstrapServers() {
        return LOOPBACK + ":" + port;
    }

    /** Creates a topic and returns when clients can use it; replication factor 1. */
    public void createTopic(String name, int partitions) {
        createTopic(bootstrapServers(), name, partitions, Map.of());
    }

    static void createTopic(String bootstrapServers, String name, int partitions, Map<String, String> config) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1).configs(config)))
                    .all()
                    .get();
            // The controller answers before the broker leads the partitions, and an idempotent producer that writes in
            // between may never get its first batch in (KAFKA-15591); offsets can be had when the broker leads.
            Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, partitions)
                    .mapToObj(partition -> new TopicPartition(name, partition))
                    .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
            await("topic " + name)
                    .pollDelay(Duration.ZERO)
                    .pollInSameThread()
                    .ignoreExceptions()
                    .until(() -> admin.listOffsets(ends).all().get().size() == partitions);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot create topic " + name, e.getCause());
        }
    }

    /** Lets a user log in by SCRAM, where a listener has that. */
    public void addUser(String name, String password) {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            // One request takes one change of a user.
            for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
                admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                                name, new ScramCredentialInfo(mechanism, 4096), password)))
                        .all()
                        .get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot add user " + name, e.getCause());
        }
    }

    /** The same as {@link #stop()}: the directory is left to its owner. */
    @Override
    public void close() {
        stop();
    }

    /** Broker and clients in this process log errors that nothing survives, and no more. */
    static void quiet() {
        QUIET.forEach(logger -> logger.setLevel(Level.FATAL));
    }

    private void format() {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(directory);
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setClusterId(Uuid.randomUuid().toString())
                    .setNodeId(1)
                    .setControllerListenerName("CONTROLLER")
                    .addDirectory(directory.toString())
                    .setMetadataLogDirectory(directory.toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot format " + directory + " for the broker", e);
        }
    }

    private static void requireFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(LOOPBACK, port));
        } catch (IOException e) {
            throw new IllegalStateException("port " + port + " is taken: the broker cannot listen on it", e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What can be chosen before a broker starts. */
    public static final class Builder {

        private final Path directory;
        private final Properties properties = new Properties();
        private int port;
        private final StringBuilder listeners = new StringBuilder();
        private final StringBuilder advertised = new StringBuilder();
        private final StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");

        private Builder(Path directory) {
            this.directory = directory.toAbsolutePath();
            this.properties.putAll(SETTINGS);
        }

        /** The port that clients connect to; 0, the default, stands for any free one. */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /** Whether topics appear when a client names them; off by default. */
        public Builder autoCreateTopics(boolean enabled) {
            return with("auto.create.topics.enable", Boolean.toString(enabled));
        }

        /** Partitions of topics whose creator gives no number; 3 by default. */
        public Builder defaultPartitions(int partitions) {
            return with("num.partitions", Integer.toString(partitions));
        }

        /** Any other setting of the broker, in Kafka's own words. */
        public Builder with(String key, String value) {
            properties.setProperty(key, value);
            return this;
        }

        /** Listens on one more port, and tells clients that come by it to use that of the proxy in front of it. */
        public Builder behindProxy(int listenerPort, int proxyPort) {
            return listener("PROXIED", "PLAINTEXT", listenerPort, proxyPort);
        }

        /**
         * Listens on one more port, with a security protocol such as {@code SASL_SSL}. What that needs is set by
         * {@link #with}, under {@code listener.name.<name>}.
         */
        public Builder listener(String name, String protocol, int port) {
            return listener(name, protocol, port, port);
        }

        private Builder listener(String name, String protocol, int port, int advertisedPort) {
            listeners.append("," + name + "://" + LOOPBACK + ":" + port);
            advertised.append("," + name + "://" + LOOPBACK + ":" + advertisedPort);
            protocols.append("," + name + ":" + protocol);
            return this;
        }

        /**
         * Starts the broker.
         *
         * @throws IllegalStateException if the port is taken
         */
        public EmbeddedBroker start() {
            quiet();
            int clients = port == 0 ? freePort() : port;
            String controller = LOOPBACK + ":" + freePort();
            String broker = LOOPBACK + ":" + clients;
            properties.setProperty("inter.broker.listener.name", "PLAINTEXT");
            properties.putAll(Map.of(
                    "process.roles",
                    "broker,controller",
                    "node.id",
                    "1",
                    "controller.quorum.voters",
                    "1@" + controller,
                    "controller.listener.names",
                    "CONTROLLER",
                    "listeners",
                    "PLAINTEXT://" + broker + ",CONTROLLER://" + controller + listeners,
                    "advertised.listeners",
                    "PLAINTEXT://" + broker + advertised,
                    "listener.security.protocol.map",
                    protocols.toString(),
                    "log.dirs",
                    directory.toString()));
            EmbeddedBroker started = new EmbeddedBroker(directory, clients, properties);
            started.start();
            return started;
        }
    }
}
