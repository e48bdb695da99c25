package dev.tocsin.source.kafka;

import dev.tocsin.trigger.Timetable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Batches whose end is known when they begin, in every partition: what is there at a tick, or was at the start of the
 * run. Partitions that have nothing left of the batch are paused, so that nothing is fetched between batches. The end
 * stays where it is when the source goes back to what is committed, so a batch that fails is taken again up to the same
 * end. Used by the polling thread alone.
 */
final class PlannedBatches {
    /**
     * After so long without a record or a step forward a partition is taken to have nothing left below its end: a log
     * that was compacted can end in offsets without records, and no fetch says so. Records that come later all the same
     * are the next batch's.
     */
    private static final Duration STILL = Duration.ofSeconds(10);

    private static final Logger LOG = Logger.getLogger(PlannedBatches.class);

    private final Timetable timetable;
    private final long maxRecords;
    private final @Nullable FrozenTopic frozen;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Map<TopicPartition, Stand> stands = new HashMap<>();

    /** Where a partition has stood since when. */
    private record Stand(long position, long nanos) {}

    /**
     * @param maxRecords how many offsets a batch takes at most
     * @param frozen where the run ends; null where it does not
     */
    PlannedBatches(Timetable timetable, long maxRecords, @Nullable FrozenTopic frozen) {
        this.timetable = timetable;
        this.maxRecords = maxRecords;
        this.frozen = frozen;
    }

    /** How long it is until the next batch may begin. */
    Duration untilDue() {
        return timetable.untilDue();
    }

    /**
     * Begins the next batch: of what is there now in the assigned partitions.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be found out now
     */
    void plan(Consumer<?, ?> consumer) {
        timetable.begin();
        Map<TopicPartition, Long> until = new HashMap<>();
        Map<TopicPartition, Long> from = new HashMap<>();
        if (frozen == null) {
            until.putAll(consumer.endOffsets(consumer.assignment()));
        } else {
            consumer.assignment().forEach(partition -> until.put(partition, frozen.end(partition)));
        }
        until.keySet().forEach(partition -> from.put(partition, consumer.position(partition)));
        ends.clear();
        ends.putAll(RateLimit.ends(maxRecords, from, until));
        stands.clear();
    }

    /** Lets the next poll fetch what is left of the batch and nothing else; false when nothing is left. */
    boolean steer(Consumer<?, ?> consumer) {
        Set<TopicPartition> rest = rest(consumer);
        Set<TopicPartition> others = new HashSet<>(consumer.assignment());
        others.removeAll(rest);
        consumer.pause(others);
        consumer.resume(rest);
        return !rest.isEmpty();
    }

    /** The partitions that have something left of the batch. */
    Set<TopicPartition> rest(Consumer<?, ?> consumer) {
        Set<TopicPartition> assigned = consumer.assignment();
        ends.keySet().retainAll(assigned);
        Set<TopicPartition> rest = new HashSet<>();
        ends.forEach((partition, end) -> {
            if (consumer.position(partition) < end) {
                rest.add(partition);
            }
        });
        return rest;
    }

    /** Forgets how long partitions have stood still, because they were not all being fetched. */
    void disturbed() {
        stands.clear();
    }

    /**
     * Gives up partitions that have stood still for long while all that is left was being fetched, and although the
     * broker answers: nothing is left of them. To be called after a poll that brought nothing.
     *
     * @throws org.apache.kafka.common.KafkaException where the broker does not answer
     */
    void watch(Consumer<?, ?> consumer) {
        long now = System.nanoTime();
        for (TopicPartition partition : rest(consumer)) {
            long position = consumer.position(partition);
            Stand stand = stands.get(partition);
            if (stand == null || stand.position() != position) {
                stands.put(partition, new Stand(position, now));
            } else if (now - stand.nanos() > STILL.toNanos()) {
                consumer.endOffsets(Set.of(partition));
                LOG.warnf(
                        "%s: no record comes from offset %d on, below the end, %d; taken for empty",
                        partition, position, ends.get(partition));
                ends.remove(partition);
                if (frozen != null && position < frozen.end(partition)) {
                    frozen.nothingLeft(partition);
                }
            }
        }
    }

    /** Leaves out what is beyond the end of the batch, and goes back to that end. */
    <K, V> ConsumerRecords<K, V> cut(Consumer<?, ?> consumer, ConsumerRecords<K, V> polled) {
        Map<TopicPartition, List<ConsumerRecord<K, V>>> within = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(polled.nextOffsets());
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<K, V>> records = polled.records(partition);
            long end = ends.getOrDefault(partition, records.get(0).offset());
            if (records.get(records.size() - 1).offset() >= end) {
                records = before(end, records);
                consumer.seek(partition, end);
                next.put(partition, new OffsetAndMetadata(end));
            }
            if (!records.isEmpty()) {
                within.put(partition, records);
            }
        }
        return new ConsumerRecords<>(within, next);
    }

    private static <K, V> List<ConsumerRecord<K, V>> before(long end, List<ConsumerRecord<K, V>> records) {
        int low = 0;
        int high = records.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (records.get(middle).offset() < end) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return new ArrayList<>(records.subList(0, low));
    }
}
