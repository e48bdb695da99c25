package dev.tocsin.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** The topics of alerts and rejects, committed records only. */
final class TopicOutput implements Output {
    private static final Duration POLL = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final String alertsTopic;
    private final List<TopicPartition> partitions;
    private final List<Found> alerts = new ArrayList<>();
    private final List<Found> rejects = new ArrayList<>();

    /** @param partitions of both topics */
    TopicOutput(String bootstrapServers, String alertsTopic, String rejectsTopic, int partitions) {
        Map<String, Object> config = Map.of(
                "bootstrap.servers", bootstrapServers, "isolation.level", "read_committed", "max.poll.records", 10_000);
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.alertsTopic = alertsTopic;
        this.partitions = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            this.partitions.add(new TopicPartition(alertsTopic, partition));
            this.partitions.add(new TopicPartition(rejectsTopic, partition));
        }
        consumer.assign(this.partitions);
        consumer.seekToBeginning(this.partitions);
    }

    /** Reads to the end that the topics have now. */
    TopicOutput all() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            poll();
        }
        return this;
    }

    private void poll() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            Event event = new Event(header(record, "tocsin-origin"), new String(record.value(), UTF_8));
            Found found = new Found(event, header(record, "tocsin-alert-id"), record.partition());
            (record.topic().equals(alertsTopic) ? alerts : rejects).add(found);
        }
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        @Nullable Header header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    @Override
    public List<Found> alerts() {
        poll();
        return alerts;
    }

    @Override
    public List<Found> rejects() {
        poll();
        return rejects;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
