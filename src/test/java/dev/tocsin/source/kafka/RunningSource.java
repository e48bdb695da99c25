package dev.tocsin.source.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.tocsin.alert.Alert;
import dev.tocsin.alert.Evaluator;
import dev.tocsin.delivery.AcknowledgedDelivery;
import dev.tocsin.delivery.Committer;
import dev.tocsin.delivery.Deliverer;
import dev.tocsin.delivery.Delivery;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.delivery.MemoryCommitter;
import dev.tocsin.delivery.Output;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.delivery.journal.JournalPositions;
import dev.tocsin.kafka.BoundedValues;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.kafka.KafkaUnderTest;
import dev.tocsin.rule.Rules;
import dev.tocsin.trigger.Trigger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A source that reads a topic of a real broker, rules behind it, and a committer in memory. */
final class RunningSource implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final MemoryCommitter committer = new MemoryCommitter();
    final List<String> fatal = new CopyOnWriteArrayList<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final List<Alert> delivered = new CopyOnWriteArrayList<>();
    private final Deliverer delivery;
    private final KafkaSource source;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong evaluated = new AtomicLong();

    /**
     * @param journal where positions are; null: in the group
     * @param settings of Kafka's clients
     */
    RunningSource(
            KafkaUnderTest broker,
            String topic,
            String group,
            String starting,
            @Nullable Journal journal,
            Map<String, Object> settings) {
        this(broker, topic, group, starting, journal, settings, Way.EXACTLY_ONCE);
    }

    /**
     * How it reads and delivers.
     *
     * @param failOnDataLoss whether it stops where records are gone
     * @param maxRecords how many a poll brings at most
     * @param checkpoints how often positions are committed, after what is delivered; null: with it
     * @param consumer what it is given in the place of its consumer of readings
     */
    record Way(
            boolean failOnDataLoss,
            long maxRecords,
            @Nullable Duration checkpoints,
            Trigger trigger,
            UnaryOperator<Consumer<byte[], ByteBuffer>> consumer) {
        static final Way EXACTLY_ONCE = new Way(false, Long.MAX_VALUE, null);

        Way(boolean failOnDataLoss, long maxRecords, @Nullable Duration checkpoints) {
            this(failOnDataLoss, maxRecords, checkpoints, new Trigger.Default(), UnaryOperator.identity());
        }
    }

    RunningSource(
            KafkaUnderTest broker,
            String topic,
            String group,
            String starting,
            @Nullable Journal journal,
            Map<String, Object> settings,
            Way way) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", broker.bootstrapServers());
        Committer positions = journal == null ? committer : new WithJournal(committer, journal);
        List<DeliveryListener> listeners = List.of(this::delivered);
        java.util.function.Consumer<FatalDeliveryException> onFatal = e -> fatal.add(String.valueOf(e.getMessage()));
        delivery = way.checkpoints() == null
                ? new Delivery(positions, listeners, onFatal)
                : new AcknowledgedDelivery(Output.shown(), positions, way.checkpoints(), false, listeners, onFatal);
        Evaluator evaluator = new Evaluator(new Rules(List.of(Rules.DEFAULT)), 262_144);
        source = new KafkaSource(
                new KafkaClients(all) {
                    @Override
                    public Consumer<byte[], ByteBuffer> readings(
                            String group, int maxPollRecords, boolean batches, BoundedValues values) {
                        return way.consumer().apply(super.readings(group, maxPollRecords, batches, values));
                    }
                },
                new KafkaSourceSettings(
                        topic,
                        group,
                        StartingOffsets.parse(starting),
                        way.failOnDataLoss(),
                        way.maxRecords(),
                        way.trigger(),
                        journal == null),
                journal == null ? CommittedOffsets.ofGroup() : new JournalOffsets(journal),
                delivery,
                chunk -> worker.execute(() -> {
                    Evaluated ready = Evaluated.of(chunk, evaluator.evaluate(chunk.records()));
                    evaluated.addAndGet(ready.evaluation().readings());
                    delivery.accept(ready);
                }),
                null,
                lost::addAndGet,
                fatal::add);
        delivery.start();
        source.start();
    }

    List<Alert> alerts() {
        return committer.alerts();
    }

    private void delivered(List<Evaluated> chunks) {
        chunks.forEach(chunk -> delivered.addAll(chunk.evaluation().alerts()));
    }

    /** What was delivered so far, whether its position is committed or not. */
    List<Alert> deliveredAlerts() {
        return delivered;
    }

    /** How many readings were handed over so far. */
    long evaluated() {
        return evaluated.get();
    }

    /** How many records were gone when the source came to them. */
    long lost() {
        return lost.get();
    }

    /** Asks to stop, without waiting for it. */
    void stop() {
        source.stop();
    }

    String problem() {
        return source.problem();
    }

    void awaitAlerts(int count) {
        await(count + " alerts").atMost(PATIENCE).until(() -> alerts().size() >= count);
    }

    /** Produces hot readings of devices with these numbers. */
    static void produce(KafkaUnderTest broker, String topic, int partition, int from, int count) {
        try (Producer<byte[], byte[]> producer = producer(broker, Map.of())) {
            send(producer, topic, partition, from, count);
            producer.flush();
        }
    }

    /** The same in a transaction, which is committed or aborted. */
    static void produceInTransaction(
            KafkaUnderTest broker, String topic, int partition, int from, int count, boolean commits) {
        try (Producer<byte[], byte[]> producer =
                producer(broker, Map.of("transactional.id", KafkaUnderTest.unique("writer")))) {
            producer.initTransactions();
            producer.beginTransaction();
            send(producer, topic, partition, from, count);
            producer.flush();
            if (commits) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private static Producer<byte[], byte[]> producer(KafkaUnderTest broker, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("bootstrap.servers", broker.bootstrapServers());
        return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void send(Producer<byte[], byte[]> producer, String topic, int partition, int from, int count) {
        for (int i = from; i < from + count; i++) {
            String reading =
                    "{\"deviceId\":\"d" + i + "\",\"timestamp\":\"2025-10-10T12:01:00Z\",\"temperature\":102.1}";
            producer.send(new ProducerRecord<>(topic, partition, null, reading.getBytes(UTF_8)));
        }
    }

    static Admin admin(KafkaUnderTest broker) {
        return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @Override
    public void close() throws InterruptedException {
        source.stop();
        source.join(Duration.ofSeconds(10));
        delivery.stop(Duration.ofSeconds(5));
        worker.shutdownNow();
    }

    /** Positions in a journal, alerts in memory. */
    private record WithJournal(MemoryCommitter alerts, Journal journal) implements Committer {
        @Override
        public void commit(List<Evaluated> chunks) throws Exception {
            Map<String, byte @Nullable []> changes = new LinkedHashMap<>();
            for (Evaluated chunk : chunks) {
                Position position = chunk.position();
                JournalPositions.put(changes, position);
            }
            journal.commit(changes);
            alerts.commit(chunks);
        }

        @Override
        public void recover() throws Exception {
            alerts.recover();
        }

        @Override
        public void close() {
            alerts.close();
        }
    }
}
