package dev.tocsin.source.kafka;

import dev.tocsin.source.kafka.DataLoss.DataLostException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Sets a consumer to where reading has to go on. Used by the polling thread alone. */
final class ReadPosition {
    private final CommittedOffsets committed;
    private final StartingOffsets starting;
    private final DataLoss dataLoss;
    private @Nullable TopicMark mark;

    /** @param starting where a partition begins that nothing was committed of */
    ReadPosition(CommittedOffsets committed, StartingOffsets starting, DataLoss dataLoss) {
        this.committed = committed;
        this.starting = starting;
        this.dataLoss = dataLoss;
    }

    /**
     * Sets all assigned partitions to what is committed. Where nothing was, or only of another topic of the same name, the begin
     * is committed first.
     *
     * @param topicId of the topic as it is now
     * @throws org.apache.kafka.common.KafkaException where that cannot be done now
     * @throws DataLostException where the source is to stop because the topic was made anew
     */
    void seekToCommitted(Consumer<?, ?> consumer, String topicId) throws DataLostException {
        Set<TopicPartition> assigned = consumer.assignment();
        if (assigned.isEmpty()) {
            return;
        }
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>(committed.marked(consumer, assigned));
        Set<TopicPartition> anew = madeAnew(assigned, offsets, topicId);
        offsets.keySet().removeAll(anew);
        Set<TopicPartition> fresh = new HashSet<>(assigned);
        fresh.removeAll(anew);
        fresh.removeAll(offsets.keySet());
        TopicMark now = new TopicMark(topicId, partitionsAtFirst(consumer, topicId, offsets, !fresh.isEmpty()));
        if (!fresh.isEmpty() || !anew.isEmpty()) {
            Map<TopicPartition, Long> first = begins(consumer, anew, fresh, now.partitions());
            Map<TopicPartition, OffsetAndMetadata> marked = new HashMap<>();
            first.forEach((partition, offset) -> marked.put(partition, now.on(new OffsetAndMetadata(offset))));
            committed.begin(consumer, marked);
            first.forEach(consumer::seek);
        }
        offsets.forEach((partition, offset) -> consumer.seek(partition, offset.offset()));
        mark = now;
    }

    /** Those whose offsets are of another topic of the same name, or went with it. */
    private Set<TopicPartition> madeAnew(
            Set<TopicPartition> assigned, Map<TopicPartition, OffsetAndMetadata> offsets, String topicId) {
        TopicMark before = mark;
        Set<TopicPartition> anew = new HashSet<>();
        for (TopicPartition partition : assigned) {
            OffsetAndMetadata offset = offsets.get(partition);
            TopicMark of = offset == null ? before : TopicMark.of(offset);
            if (of != null && !of.topicId().equals(topicId)) {
                anew.add(partition);
            }
        }
        return anew;
    }

    /** Where partitions begin: the settings count for those that were there when reading of the topic began. */
    private Map<TopicPartition, Long> begins(
            Consumer<?, ?> consumer, Set<TopicPartition> anew, Set<TopicPartition> fresh, int partitionsAtFirst)
            throws DataLostException {
        Map<TopicPartition, Long> first = beginOf(consumer, anew);
        for (Map.Entry<TopicPartition, Long> begin : first.entrySet()) {
            dataLoss.madeAnew(begin.getKey(), begin.getValue());
        }
        Set<TopicPartition> added = new HashSet<>(fresh);
        added.removeIf(partition -> partition.partition() < partitionsAtFirst);
        first.putAll(beginOf(consumer, added));
        fresh.removeAll(added);
        if (!fresh.isEmpty()) {
            first.putAll(starting.resolve(consumer, fresh));
        }
        return first;
    }

    private static Map<TopicPartition, Long> beginOf(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
        return partitions.isEmpty() ? new HashMap<>() : new HashMap<>(consumer.beginningOffsets(partitions));
    }

    /**
     * How many partitions the topic had when reading of it began: so the marks say, where need be those of partitions that others
     * read; without one, it begins now.
     */
    private int partitionsAtFirst(
            Consumer<?, ?> consumer,
            String topicId,
            Map<TopicPartition, OffsetAndMetadata> offsets,
            boolean askForOthers) {
        String topic = consumer.assignment().iterator().next().topic();
        Set<TopicPartition> all = new HashSet<>(consumer.assignment());
        consumer.partitionsFor(topic).forEach(info -> all.add(new TopicPartition(topic, info.partition())));
        return (askForOthers ? committed.marked(consumer, all) : offsets)
                .values().stream()
                        .map(TopicMark::of)
                        .filter(of -> of != null && of.topicId().equals(topicId))
                        .mapToInt(TopicMark::partitions)
                        .min()
                        .orElse(all.size());
    }

    /** The positions with the mark of the topic that they are of. */
    Map<TopicPartition, OffsetAndMetadata> marked(Map<TopicPartition, OffsetAndMetadata> positions) {
        TopicMark of = mark;
        Map<TopicPartition, OffsetAndMetadata> marked = new HashMap<>();
        positions.forEach((partition, offset) -> marked.put(partition, of == null ? offset : of.on(offset)));
        return marked;
    }

    /**
     * Looks whether the topic has the offsets that assigned partitions are at. A fetch would find out too; but a
     * partition that seems to be at its end already is not fetched.
     *
     * @return as {@link #goOnBehindGap}
     * @throws DataLostException where the source is to stop
     */
    Map<TopicPartition, OffsetAndMetadata> check(Consumer<?, ?> consumer) throws DataLostException {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        Map<TopicPartition, Long> first = consumer.beginningOffsets(consumer.assignment());
        Map<TopicPartition, Long> gone = new HashMap<>();
        ends.forEach((partition, end) -> {
            long at = consumer.position(partition);
            if (at > end || at < first.getOrDefault(partition, at)) {
                gone.put(partition, at);
            }
        });
        return gone.isEmpty() ? Map.of() : goOnBehindGap(consumer, gone);
    }

    /**
     * Offsets that the topic does not have: removed by its retention before they were read, or beyond its end because the
     * topic lost that. Says which, and goes on.
     *
     * @param gone the offset that was wanted of each partition
     * @return where each of them goes on
     * @throws DataLostException where the source is to stop
     */
    Map<TopicPartition, OffsetAndMetadata> goOnBehindGap(Consumer<?, ?> consumer, Map<TopicPartition, Long> gone)
            throws DataLostException {
        Map<TopicPartition, OffsetAndMetadata> goOn = new HashMap<>();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(gone.keySet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(gone.keySet());
        for (Map.Entry<TopicPartition, Long> entry : gone.entrySet()) {
            TopicPartition partition = entry.getKey();
            long wanted = entry.getValue();
            long begin = first.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, begin);
            long next = wanted < begin ? begin : Math.min(wanted, end);
            if (wanted < begin) {
                dataLoss.removed(partition, wanted, begin);
            } else {
                dataLoss.beyondTheEnd(partition, wanted, end);
            }
            consumer.seek(partition, next);
            goOn.put(partition, new OffsetAndMetadata(next));
        }
        return goOn;
    }
}
