package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Offsets that were delivered and that the consumer itself has to commit: where the console is the only sink. Told on the
 * delivery's thread; everything else is the polling thread's.
 */
final class DeliveredOffsets {
    private final Queue<Position.OfTopic> delivered = new ConcurrentLinkedQueue<>();
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();

    void add(Position.OfTopic position) {
        delivered.add(position);
    }

    /** @throws org.apache.kafka.common.KafkaException where they cannot be committed now */
    void commit(Consumer<?, ?> consumer) {
        for (Position.OfTopic next = delivered.poll(); next != null; next = delivered.poll()) {
            uncommitted.putAll(next.offsets());
        }
        uncommitted.keySet().retainAll(consumer.assignment());
        if (!uncommitted.isEmpty()) {
            consumer.commitSync(uncommitted);
            uncommitted.clear();
        }
    }

    void clear() {
        delivered.clear();
        uncommitted.clear();
    }
}
