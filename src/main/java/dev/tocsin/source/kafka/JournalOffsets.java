package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.delivery.journal.JournalPositions;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Offsets in a journal, which one instance has to itself; what the group has committed does not count. */
public final class JournalOffsets implements CommittedOffsets {
    private final Journal journal;

    public JournalOffsets(Journal journal) {
        this.journal = journal;
    }

    @Override
    public Map<TopicPartition, Long> of(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try {
            for (TopicPartition partition : partitions) {
                Long offset = JournalPositions.offset(journal, partition);
                if (offset != null) {
                    offsets.put(partition, offset);
                }
            }
        } catch (IOException e) {
            throw new KafkaException("the journal cannot be read: " + e.getMessage(), e);
        }
        return offsets;
    }

    @Override
    public void begin(Consumer<?, ?> consumer, Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        offsets.forEach((partition, offset) -> next.put(partition, new OffsetAndMetadata(offset)));
        Map<String, byte @Nullable []> changes = new LinkedHashMap<>();
        JournalPositions.put(changes, new Position.OfTopic(consumer.groupMetadata(), next));
        try {
            journal.commit(changes);
        } catch (IOException e) {
            throw new KafkaException("the journal cannot be written: " + e.getMessage(), e);
        }
    }
}
