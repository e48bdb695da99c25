package dev.tocsin.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes lines to the topic at an even rate. A broker that is away is waited for. */
final class TopicFeeder {
    static final int PARTITIONS = 3;

    private static final String SOURCE = "t";
    private static final String NUMBER = "number";
    private static final int TICKS_PER_SECOND = 50;

    private final long seed;
    private final String bootstrapServers;
    private final String topic;
    private final int perTick;
    private final SplittableRandom random;
    private final Producer<byte[], byte[]> producer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private long next;

    TopicFeeder(long seed, String bootstrapServers, String topic, int perSecond) {
        this.seed = seed;
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.perTick = perSecond / TICKS_PER_SECOND;
        this.random = new SplittableRandom(seed);
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrapServers,
                "delivery.timeout.ms", 600_000,
                "max.block.ms", 600_000,
                "linger.ms", 5);
        this.producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void start() {
        var unused = clock.scheduleAtFixedRate(this::tick, 0, 1_000 / TICKS_PER_SECOND, TimeUnit.MILLISECONDS);
    }

    private void tick() {
        for (int i = 0; i < perTick; i++) {
            write(random.nextInt(PARTITIONS), Line.of(seed, SOURCE, next), next++);
        }
    }

    /** Writes a hot reading to each partition, behind all others. Only after {@link #stop}. */
    List<Event> barrier() {
        List<Event> events = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            while (Line.of(seed, SOURCE, next).kind() != Line.Kind.ALERT) {
                next++;
            }
            Line line = Line.of(seed, SOURCE, next);
            long number = next++;
            long offset;
            try {
                offset = producer.send(record(partition, line, number)).get().offset();
            } catch (Exception e) {
                throw new IllegalStateException("the barrier was not written", e);
            }
            events.add(new Event(origin(partition, offset), line.value()));
        }
        return events;
    }

    private void write(int partition, Line line, long number) {
        producer.send(record(partition, line, number), (written, e) -> failure.compareAndSet(null, e));
    }

    private ProducerRecord<byte[], byte[]> record(int partition, Line line, long number) {
        byte[] key = null;
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, partition, key, line.text().getBytes(UTF_8));
        record.headers()
                .add(NUMBER, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
        return record;
    }

    /** Ends when all that was written is acknowledged. */
    void stop() throws Exception {
        clock.shutdown();
        if (!clock.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new AssertionError("the feeder is stuck");
        }
        producer.flush();
        if (failure.get() != null) {
            throw new AssertionError("the broker did not take a reading", failure.get());
        }
    }

    void close() {
        clock.shutdownNow();
        producer.close(Duration.ZERO);
    }

    /** The end of each partition now, by the part of an origin that names it. */
    Map<String, Long> ends() {
        Map<String, Long> ends = new HashMap<>();
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            consumer.endOffsets(partitions())
                    .forEach((partition, end) -> ends.put(topic + "/" + partition.partition(), end));
        }
        return ends;
    }

    private List<TopicPartition> partitions() {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    private Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "max.poll.records", 10_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** What must come of the topic's records, by partition, as they lie there. */
    List<Strand> expected() {
        List<Strand> strands = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new Strand())
                .toList();
        List<TopicPartition> partitions = partitions();
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    long number = ByteBuffer.wrap(
                                    record.headers().lastHeader(NUMBER).value())
                            .getLong();
                    strands.get(record.partition())
                            .add(Line.of(seed, SOURCE, number), origin(record.partition(), record.offset()));
                }
            }
        }
        return strands;
    }

    private String origin(int partition, long offset) {
        return topic + "/" + partition + "@" + offset;
    }
}
