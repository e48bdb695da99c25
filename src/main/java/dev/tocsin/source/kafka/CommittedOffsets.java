package dev.tocsin.source.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Where the offsets are that were committed with their output: the one truth about where to go on. */
public interface CommittedOffsets {
    /**
     * The next offset to read of each partition, with its {@link TopicMark}; none for a partition that nothing was committed of.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be found out now
     */
    Map<TopicPartition, OffsetAndMetadata> marked(Consumer<?, ?> consumer, Set<TopicPartition> partitions);

    /** The same without the marks. */
    default Map<TopicPartition, Long> of(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        marked(consumer, partitions).forEach((partition, committed) -> offsets.put(partition, committed.offset()));
        return offsets;
    }

    /**
     * Makes durable where partitions begin that nothing was committed of, before anything of them is read: a start at the
     * end would else move with every restart, and skip what came in between.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be done now
     */
    void begin(Consumer<?, ?> consumer, Map<TopicPartition, OffsetAndMetadata> offsets);

    /** Whether several instances share the partitions, as members of the group; else each reads them all. */
    boolean shared();

    /** Those of the consumer group; waits for transactions that are still open. */
    static CommittedOffsets ofGroup() {
        return new CommittedOffsets() {
            @Override
            public boolean shared() {
                return true;
            }

            @Override
            public Map<TopicPartition, OffsetAndMetadata> marked(
                    Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
                Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(consumer.committed(partitions));
                offsets.values().removeIf(Objects::isNull);
                return offsets;
            }

            @Override
            public void begin(Consumer<?, ?> consumer, Map<TopicPartition, OffsetAndMetadata> offsets) {
                consumer.commitSync(offsets);
            }
        };
    }
}
