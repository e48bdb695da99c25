package dev.tocsin.source.kafka;

import dev.tocsin.source.kafka.DataLoss.DataLostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** Sets a consumer to where reading has to go on. Used by the polling thread alone. */
final class ReadPosition {
    private final CommittedOffsets committed;
    private final StartingOffsets starting;
    private final DataLoss dataLoss;

    /** @param starting where a partition begins that nothing was committed of */
    ReadPosition(CommittedOffsets committed, StartingOffsets starting, DataLoss dataLoss) {
        this.committed = committed;
        this.starting = starting;
        this.dataLoss = dataLoss;
    }

    /**
     * Sets all assigned partitions to what is committed. The begin of a partition that nothing was committed of is
     * committed first.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be done now
     */
    void seekToCommitted(Consumer<?, ?> consumer) {
        Set<TopicPartition> assigned = consumer.assignment();
        if (assigned.isEmpty()) {
            return;
        }
        Map<TopicPartition, Long> offsets = committed.of(consumer, assigned);
        Set<TopicPartition> fresh = new HashSet<>(assigned);
        fresh.removeAll(offsets.keySet());
        if (!fresh.isEmpty()) {
            Map<TopicPartition, Long> first = starting.resolve(consumer, fresh);
            committed.begin(consumer, first);
            first.forEach(consumer::seek);
        }
        offsets.forEach(consumer::seek);
    }

    /**
     * Looks whether the topic has the offsets that assigned partitions are at. A fetch would find out too; but a
     * partition that seems to be at its end already is not fetched.
     *
     * @throws DataLostException where the source is to stop
     */
    void check(Consumer<?, ?> consumer) throws DataLostException {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        Map<TopicPartition, Long> first = consumer.beginningOffsets(consumer.assignment());
        Map<TopicPartition, Long> gone = new HashMap<>();
        ends.forEach((partition, end) -> {
            long at = consumer.position(partition);
            if (at > end || at < first.getOrDefault(partition, at)) {
                gone.put(partition, at);
            }
        });
        if (!gone.isEmpty()) {
            goOnBehindGap(consumer, gone, false);
        }
    }

    /**
     * Offsets that the topic does not have: removed by its retention before they were read, or beyond its end because the
     * topic was made anew or lost its end. Says which, and goes on.
     *
     * @param gone the offset that was wanted of each partition
     * @param anew whether it is another topic of the same name
     * @throws DataLostException where the source is to stop
     */
    void goOnBehindGap(Consumer<?, ?> consumer, Map<TopicPartition, Long> gone, boolean anew) throws DataLostException {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(gone.keySet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(gone.keySet());
        for (Map.Entry<TopicPartition, Long> entry : gone.entrySet()) {
            TopicPartition partition = entry.getKey();
            long wanted = entry.getValue();
            long begin = first.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, begin);
            long next = wanted < begin || anew ? begin : Math.min(wanted, end);
            if (wanted < begin) {
                dataLoss.removed(partition, wanted, begin);
            } else {
                dataLoss.beyondTheEnd(partition, wanted, end, next, anew);
            }
            consumer.seek(partition, next);
        }
    }
}
