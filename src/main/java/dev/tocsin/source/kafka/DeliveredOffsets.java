package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.Position;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Offsets that were delivered and that the consumer itself has to commit: where the console is the only sink. Told on the
 * delivery's thread; everything else is the polling thread's.
 */
final class DeliveredOffsets {
    private static final Logger LOG = Logger.getLogger(DeliveredOffsets.class);

    private final Queue<Position.OfTopic> delivered = new ConcurrentLinkedQueue<>();
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
    private final Lane lane;

    /** @param lane what was read by it has to be read again where the offsets can no longer be committed */
    DeliveredOffsets(Lane lane) {
        this.lane = lane;
    }

    void add(Position.OfTopic position) {
        delivered.add(position);
    }

    /**
     * Commits what was delivered; where this instance is no longer a member of the group it is forgotten instead, since only a
     * poll joins again, and the next owner of the partitions reads it again.
     *
     * @throws org.apache.kafka.common.KafkaException where they cannot be committed now
     */
    void commit(Consumer<?, ?> consumer) {
        for (Position.OfTopic next = delivered.poll(); next != null; next = delivered.poll()) {
            uncommitted.putAll(next.offsets());
        }
        uncommitted.keySet().retainAll(consumer.assignment());
        if (!uncommitted.isEmpty()) {
            try {
                consumer.commitSync(uncommitted);
            } catch (CommitFailedException e) {
                LOG.debug("No longer a member", e);
                lane.invalidate();
            }
            uncommitted.clear();
        }
    }

    void clear() {
        delivered.clear();
        uncommitted.clear();
    }
}
