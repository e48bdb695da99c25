package dev.tocsin.source.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Where the offsets are that were committed with their output: the one truth about where to go on. */
public interface CommittedOffsets {
    /**
     * The next offset to read of each partition; none for a partition that nothing was committed of.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be found out now
     */
    Map<TopicPartition, Long> of(Consumer<?, ?> consumer, Set<TopicPartition> partitions);

    /**
     * Makes durable where partitions begin that nothing was committed of, before anything of them is read: a start at the
     * end would else move with every restart, and skip what came in between.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be done now
     */
    void begin(Consumer<?, ?> consumer, Map<TopicPartition, Long> offsets);

    /** Those of the consumer group; waits for transactions that are still open. */
    static CommittedOffsets ofGroup() {
        return new CommittedOffsets() {
            @Override
            public Map<TopicPartition, Long> of(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
                Map<TopicPartition, Long> offsets = new HashMap<>();
                consumer.committed(partitions).forEach((partition, committed) -> {
                    if (committed != null) {
                        offsets.put(partition, committed.offset());
                    }
                });
                return offsets;
            }

            @Override
            public void begin(Consumer<?, ?> consumer, Map<TopicPartition, Long> offsets) {
                Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
                offsets.forEach((partition, offset) -> commits.put(partition, new OffsetAndMetadata(offset)));
                consumer.commitSync(commits);
            }
        };
    }
}
