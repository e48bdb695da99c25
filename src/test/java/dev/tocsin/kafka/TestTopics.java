package dev.tocsin.kafka;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Writes records to the topics of one broker and reads what was committed there. Bytes in, bytes out. */
public final class TestTopics {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String bootstrapServers;

    public TestTopics(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Creates a topic with settings of its own, {@code cleanup.policy} for one; replication factor 1. */
    public void create(String topic, int partitions, Map<String, String> config) {
        EmbeddedBroker.createTopic(bootstrapServers, topic, partitions, config);
    }

    /** Writes lines, one record each, in their order, and returns when they are acknowledged. */
    public void write(String topic, String... lines) {
        writeAll("none", Arrays.stream(lines).map(line -> line(topic, line)).toList());
    }

    /** A record without key for any partition. */
    public static ProducerRecord<byte[], byte[]> line(String topic, String line) {
        return new ProducerRecord<>(topic, line.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes records, in their order, and returns when they are acknowledged.
     *
     * @param codec a value of {@code compression.type}
     */
    public void writeAll(String codec, Iterable<ProducerRecord<byte[], byte[]>> records) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "compression.type",
                codec,
                "max.request.size",
                64 << 20,
                // Or the first batch to a topic that has just been created could be lost: KAFKA-15591.
                "max.in.flight.requests.per.connection",
                1,
                "linger.ms",
                5);
        List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            records.forEach(record -> acknowledged.add(producer.send(record)));
            producer.flush();
            for (Future<RecordMetadata> future : acknowledged) {
                future.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a record was not written", e.getCause());
        }
    }

    /** What the topic holds now, committed records only, up to the last stable offset of each partition. */
    public List<ConsumerRecord<byte[], byte[]>> committed(String topic) {
        try (Consumer<byte[], byte[]> consumer = fromTheBeginning(topic)) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            await("the records of " + topic).atMost(PATIENCE).pollInSameThread().until(() -> {
                poll(consumer, records);
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
            return records;
        }
    }

    /** Waits until the topic holds so many committed records, and returns what it holds then: more, if there are more. */
    public List<ConsumerRecord<byte[], byte[]>> awaitCommitted(String topic, int count) {
        return awaitCommitted(topic, records -> records.size() >= count, PATIENCE);
    }

    /** Reads committed records until {@code enough} is satisfied with all that were read; fails after {@code patience}. */
    public List<ConsumerRecord<byte[], byte[]>> awaitCommitted(
            String topic, Predicate<List<ConsumerRecord<byte[], byte[]>>> enough, Duration patience) {
        try (Consumer<byte[], byte[]> consumer = fromTheBeginning(topic)) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            await("committed records in " + topic)
                    .atMost(patience)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .pollInSameThread()
                    .until(() -> {
                        poll(consumer, records);
                        return enough.test(records);
                    });
            return records;
        }
    }

    /** The text of a record's value. */
    public static String text(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private static void poll(Consumer<byte[], byte[]> consumer, List<ConsumerRecord<byte[], byte[]>> records) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
    }

    private Consumer<byte[], byte[]> fromTheBeginning(String topic) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "max.poll.records",
                100_000,
                "enable.auto.commit",
                false);
        Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = partitions(consumer, topic);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        return consumer;
    }

    /** Waits for the topic: the program under test may be about to create it. */
    private static List<TopicPartition> partitions(Consumer<?, ?> consumer, String topic) {
        return await("topic " + topic)
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInSameThread()
                .until(
                        () -> consumer.partitionsFor(topic).stream()
                                .map(info -> new TopicPartition(info.topic(), info.partition()))
                                .toList(),
                        found -> !found.isEmpty());
    }
}
