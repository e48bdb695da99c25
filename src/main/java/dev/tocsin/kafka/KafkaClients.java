package dev.tocsin.kafka;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Makes Kafka clients from the settings below {@code kafka}. What a guarantee rests on is set here and cannot be
 * changed; the rest are defaults, and what {@code kafka} says of them counts.
 */
@ApplicationScoped
public class KafkaClients {
    /** Kept short: a killed instance's open transaction holds back readers of the topics for so long. */
    private static final String TRANSACTION_TIMEOUT_MILLIS = "10000";

    /**
     * The first record of a transaction is refused while the markers of the one before are still being written, and sent again after
     * this time (CONCURRENT_TRANSACTIONS, KIP-890); with the client's own 100 ms one alert in twenty would wait for it. It
     * doubles with each attempt, up to {@code retry.backoff.max.ms}.
     */
    private static final String RETRY_BACKOFF_MILLIS = "5";

    /**
     * Enough for what a partition brings at a time (max.partition.fetch.bytes) of short records: fewer would leave a rest, and
     * that be a chunk of its own.
     */
    private static final String MAX_POLL_RECORDS = "16384";

    /**
     * How often the ledger's thread for heartbeats wakes up, and its consumer, which fetches nothing. Not for readings: a topic that
     * is deleted has to be seen missing before it is made anew.
     */
    private static final String LEDGER_RETRY_BACKOFF_MILLIS = "2000";

    /**
     * How long a fetch of readings may wait at the broker for something to come; what comes is sent at once. Each fetch costs an idle
     * instance, but a partition that is newly assigned, a rewind and a close wait for the end of the one that is under way.
     */
    private static final String FETCH_MAX_WAIT_MILLIS = "2000";
    /** The same where a batch has an end: a partition that was paused may wait for a fetch of the others. */
    private static final String FETCH_OF_BATCH_MAX_WAIT_MILLIS = "500";

    private static final int BATCH_SIZE = 128 << 10;

    /**
     * What waits for a slow broker may take so much, in bytes, or one request where that is more; the producer never gives back what it
     * took. Five requests of 1 MiB (max.in.flight.requests.per.connection, max.request.size) are on their way at most.
     */
    private static final int BUFFER_MEMORY = 8 << 20;

    /** The most records that a poll of {@link #viewer()} brings. */
    public static final int VIEWED_RECORDS = 1_000;

    private static final byte[] NO_KEY = {};

    private final Map<String, Object> common;
    private final String instance;

    /** @param common all settings below {@code kafka}, as Quarkus collects them */
    public KafkaClients(@Identifier("default-kafka-broker") Map<String, Object> common) {
        this.common = common;
        // A pod keeps its name over restarts of its container; elsewhere nothing tells two instances apart.
        String pod = System.getenv("KUBERNETES_SERVICE_HOST") == null ? null : System.getenv("HOSTNAME");
        this.instance = pod == null ? UUID.randomUUID().toString() : pod;
    }

    /** Where the brokers are, as configured. */
    public String bootstrapServers() {
        return String.valueOf(common.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092"));
    }

    /**
     * Creates topics that are missing.
     *
     * @return the largest record batch that all of them take, in bytes
     * @throws org.apache.kafka.common.KafkaException naming the topic that is missing and cannot be created, or the
     *     reason why the broker does not answer
     */
    public int ensure(String... topics) {
        try (Admin admin = admin()) {
            Topics known = new Topics(admin);
            for (String topic : topics) {
                known.ensure(topic);
            }
            return known.maxMessageBytes(topics);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    /** For topics and for asking whether the broker answers. */
    public Admin admin() {
        Map<String, Object> settings = settings("admin", Map.of("default.api.timeout.ms", "10000"));
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, "5000");
        return Admin.create(settings);
    }

    /**
     * For readings, whose keys nobody needs.
     *
     * @param maxPollRecords how many records a poll brings at most, if not fewer by the settings
     * @param batches whether partitions are paused and resumed, as a batch has its end
     */
    public Consumer<byte[], ByteBuffer> readings(
            String group, int maxPollRecords, boolean batches, BoundedValues values) {
        Map<String, Object> settings = consumer("readings", group);
        settings.putIfAbsent(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                batches ? FETCH_OF_BATCH_MAX_WAIT_MILLIS : FETCH_MAX_WAIT_MILLIS);
        int configured = Integer.parseInt(String.valueOf(settings.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG)));
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(configured, maxPollRecords));
        Deserializer<byte[]> noKeys = (topic, key) -> NO_KEY;
        return new KafkaConsumer<>(settings, noKeys, values);
    }

    /** For the ledger. */
    public Consumer<byte[], byte[]> ledger(String group) {
        Map<String, Object> settings = consumer("ledger", group);
        settings.putIfAbsent(ConsumerConfig.RETRY_BACKOFF_MS_CONFIG, LEDGER_RETRY_BACKOFF_MILLIS);
        settings.putIfAbsent(ConsumerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, LEDGER_RETRY_BACKOFF_MILLIS);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /**
     * The one producer, transactional.
     *
     * @param maxMessageBytes the largest record batch that its topics take. Batches are kept well below it, because a
     *     batch that is refused is split by the same size again, for ever (KAFKA-8350)
     */
    public Producer<byte[], byte[]> alerts(String group, int maxMessageBytes) {
        Map<String, Object> settings = producer("alerts", maxMessageBytes);
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group + '-' + instance);
        return new KafkaProducer<>(settings);
    }

    /**
     * A second producer, for output at least once: a transactional one cannot send outside of a transaction.
     *
     * @param maxMessageBytes as above
     */
    public Producer<byte[], byte[]> output(int maxMessageBytes) {
        return new KafkaProducer<>(producer("output", maxMessageBytes));
    }

    private Map<String, Object> producer(String name, int maxMessageBytes) {
        Map<String, Object> settings = settings(
                name,
                Map.of(
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        TRANSACTION_TIMEOUT_MILLIS,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                        TRANSACTION_TIMEOUT_MILLIS,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        "5000",
                        ProducerConfig.MAX_BLOCK_MS_CONFIG,
                        "10000",
                        ProducerConfig.RETRY_BACKOFF_MS_CONFIG,
                        RETRY_BACKOFF_MILLIS,
                        ProducerConfig.LINGER_MS_CONFIG,
                        "0",
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        String.valueOf(BATCH_SIZE),
                        ProducerConfig.COMPRESSION_TYPE_CONFIG,
                        "lz4"));
        int batchSize = Integer.parseInt(String.valueOf(settings.get(ProducerConfig.BATCH_SIZE_CONFIG)));
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, Math.min(batchSize, maxMessageBytes / 2));
        int request =
                Integer.parseInt(String.valueOf(settings.getOrDefault(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 0)));
        settings.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, String.valueOf(Math.max(BUFFER_MEMORY, request)));
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class.getName());
        return settings;
    }

    /** For looking at alerts: without a group, small fetches, {@link #VIEWED_RECORDS} records in a poll at most. */
    public Consumer<byte[], byte[]> viewer() {
        Map<String, Object> settings = consumer("dashboard", "");
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        settings.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, String.valueOf(VIEWED_RECORDS));
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, String.valueOf(1 << 20));
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, String.valueOf(256 << 10));
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private Map<String, Object> consumer(String name, String group) {
        Map<String, Object> settings = settings(
                name,
                Map.of(
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        MAX_POLL_RECORDS,
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        "10000",
                        ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        "10000",
                        ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                        String.valueOf(16 << 20),
                        ConsumerConfig.RECEIVE_BUFFER_CONFIG,
                        String.valueOf(1 << 20)));
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return settings;
    }

    private Map<String, Object> settings(String name, Map<String, String> defaults) {
        Map<String, Object> settings = new HashMap<>(defaults);
        settings.putAll(common);
        settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "tocsin-" + name);
        return settings;
    }
}
