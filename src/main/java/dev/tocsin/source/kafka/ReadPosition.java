package dev.tocsin.source.kafka;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** Sets a consumer to where reading has to go on. Used by the polling thread alone. */
final class ReadPosition {
    private static final Logger LOG = Logger.getLogger(ReadPosition.class);

    private final CommittedOffsets committed;
    private final boolean latest;

    /** @param latest where a partition begins that nothing was committed of: at the end rather than at the beginning */
    ReadPosition(CommittedOffsets committed, boolean latest) {
        this.committed = committed;
        this.latest = latest;
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
            Map<TopicPartition, Long> first = latest ? consumer.endOffsets(fresh) : consumer.beginningOffsets(fresh);
            committed.begin(consumer, first);
            first.forEach(consumer::seek);
        }
        offsets.forEach(consumer::seek);
    }

    /**
     * Offsets that the topic does not have: removed by its retention before they were read, or beyond its end because the
     * topic was made anew or lost its end. Says which, and goes on.
     *
     * @param gone the offset that was wanted of each partition
     * @param anew whether it is another topic of the same name
     */
    void goOnBehindGap(Consumer<?, ?> consumer, Map<TopicPartition, Long> gone, boolean anew) {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(gone.keySet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(gone.keySet());
        gone.forEach((partition, wanted) -> {
            long begin = first.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, begin);
            long next = wanted < begin || anew ? begin : Math.min(wanted, end);
            if (wanted < begin) {
                LOG.errorf(
                        "%s: the records from offset %d to %d were removed before they were read; going on at %d",
                        partition, wanted, begin - 1, next);
            } else {
                LOG.errorf(
                        "%s: offset %d is beyond the end, %d, because the topic %s; going on at %d",
                        partition, wanted, end, anew ? "was made anew" : "lost its end", next);
            }
            consumer.seek(partition, next);
        });
    }
}
