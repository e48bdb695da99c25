package dev.tocsin.source.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Where the offsets are that were committed with their output. */
@FunctionalInterface
public interface CommittedOffsets {
    /**
     * The next offset to read of each partition; none for a partition that nothing was committed of.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be found out now
     */
    Map<TopicPartition, Long> of(Consumer<?, ?> consumer, Set<TopicPartition> partitions);

    /** Those of the consumer group; waits for transactions that are still open. */
    static CommittedOffsets ofGroup() {
        return (consumer, partitions) -> {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            consumer.committed(partitions).forEach((partition, committed) -> {
                if (committed != null) {
                    offsets.put(partition, committed.offset());
                }
            });
            return offsets;
        };
    }

    /** Those of a journal, which has one instance to itself. */
    static CommittedOffsets ofJournal(Function<TopicPartition, @Nullable Long> journal) {
        return (consumer, partitions) -> {
            Map<TopicPartition, Long> offsets = new HashMap<>();
            for (TopicPartition partition : partitions) {
                Long offset = journal.apply(partition);
                if (offset != null) {
                    offsets.put(partition, offset);
                }
            }
            return offsets;
        };
    }
}
