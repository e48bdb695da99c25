package dev.tocsin.source.kafka;

import dev.tocsin.trigger.BoundedRun;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The end of every partition of the topic at the start of a run that ends by itself: of what is committed, for topics
 * that are written in transactions. The run is over when the group has committed as far, whichever instance did it.
 * Used by the polling thread alone.
 */
final class FrozenTopic {
    /** How often the group is asked how far it has come, while others are at work. */
    private static final Duration ASK_INTERVAL = Duration.ofMillis(250);

    private final String topic;
    private final CommittedOffsets committed;
    private final BoundedRun.Part run;
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Set<TopicPartition> empty = new HashSet<>();
    private long asked = System.nanoTime() - ASK_INTERVAL.toNanos();
    private boolean over;

    FrozenTopic(String topic, CommittedOffsets committed, BoundedRun.Part run) {
        this.topic = topic;
        this.committed = committed;
        this.run = run;
    }

    /**
     * Finds out the ends, the first time, and whether there is nothing to do.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be done now
     */
    boolean freeze(Consumer<?, ?> consumer) {
        if (ends.isEmpty()) {
            Set<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .collect(Collectors.toSet());
            if (partitions.isEmpty()) {
                throw new KafkaException("its partitions are not known yet");
            }
            ends.putAll(consumer.endOffsets(partitions));
            run.frozen(byNumber(ends));
        }
        Map<TopicPartition, Long> committedNow = committed.of(consumer, ends.keySet());
        if (committedNow.equals(ends)) { // beyond the end something is wrong, which shows when partitions are assigned
            end(consumer, committedNow);
        }
        return over;
    }

    /** Where the run ends in a partition; nothing is taken of one that was added since. */
    long end(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** Nothing is left of a partition below its end, although no record has its last offset: it was compacted away. */
    void nothingLeft(TopicPartition partition) {
        empty.add(partition);
    }

    /** Whether all assigned partitions have been read up to where the run ends. */
    boolean reached(Consumer<?, ?> consumer) {
        return consumer.assignment().stream()
                .allMatch(partition -> empty.contains(partition) || consumer.position(partition) >= end(partition));
    }

    /** Whether the group had committed all of it when it was last asked. */
    boolean over() {
        return over;
    }

    /**
     * Asks the group whether it has committed all of it; at most four times a second.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be found out now
     */
    void ask(Consumer<?, ?> consumer) {
        long now = System.nanoTime();
        if (over || now - asked < ASK_INTERVAL.toNanos()) {
            return;
        }
        asked = now;
        Map<TopicPartition, Long> reached = committed.of(consumer, ends.keySet());
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            Long offset = reached.get(end.getKey());
            if (!empty.contains(end.getKey()) && (offset == null || offset < end.getValue())) {
                return;
            }
        }
        end(consumer, reached);
    }

    private void end(Consumer<?, ?> consumer, Map<TopicPartition, Long> reached) {
        long since = consumer.endOffsets(ends.keySet()).entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - end(end.getKey())))
                .sum();
        over = true;
        run.left("offsets", since);
        run.completed(byNumber(reached));
    }

    private static Map<String, Long> byNumber(Map<TopicPartition, Long> offsets) {
        Map<String, Long> byNumber = new TreeMap<>();
        offsets.forEach((partition, offset) -> byNumber.put(Integer.toString(partition.partition()), offset));
        return byNumber;
    }
}
