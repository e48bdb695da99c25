package dev.tocsin.delivery;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a source must remember to go on after a chunk. Commits with the chunk's output. */
public sealed interface Position {
    /**
     * How far a topic was read.
     *
     * @param group as it was at the poll that brought the chunk: it fences the commit (KIP-447)
     * @param first the offset of the first record of each partition of the chunk
     * @param offsets the next offset to read, per partition of the chunk
     */
    record OfTopic(
            ConsumerGroupMetadata group,
            Map<TopicPartition, Long> first,
            Map<TopicPartition, OffsetAndMetadata> offsets)
            implements Position {
        /** A position that no records lead to. */
        public OfTopic(ConsumerGroupMetadata group, Map<TopicPartition, OffsetAndMetadata> offsets) {
            this(group, Map.of(), offsets);
        }
    }

    /**
     * How far a file was read.
     *
     * @param path the file, relative to the watched directory: the key of its ledger entry
     * @param entry the file's ledger entry; null takes it out of the ledger
     * @param owner who may write it; null where the ledger is a journal, which has one owner
     * @param outcome what the file comes to by that; null: nothing yet
     */
    record OfFile(
            String path,
            byte @Nullable [] entry,
            @Nullable Owner owner,
            @Nullable FileOutcome outcome) implements Position {}

    /**
     * The right to write a part of the ledger.
     *
     * @param group of the files' consumer, as it was when the chunk was read
     * @param key the record's key in the ledger topic
     * @param partition the ledger partition that the file belongs to, which the group assigned to this instance
     * @param offset committed for the partition along with the entry, for the sake of the fencing alone
     * @param written the offset at which the entry came to lie, once it was sent
     */
    record Owner(
            ConsumerGroupMetadata group,
            byte[] key,
            TopicPartition partition,
            OffsetAndMetadata offset,
            AtomicLong written) {}
}
