package dev.tocsin.source.kafka;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** How far a batch may go in each partition: the rule of {@code maxOffsetsPerTrigger} in Spark's Kafka source. */
final class RateLimit {
    private RateLimit() {}

    /**
     * Spreads a limit over partitions in proportion to what waits in each. A partition that would come away with less
     * than one offset gets one, so that none starves: with more partitions than the limit a batch is larger.
     *
     * @param limit how many offsets
     * @param from the next offset of each partition
     * @param until the end of each partition
     * @return the end of the batch in each partition
     */
    static Map<TopicPartition, Long> ends(long limit, Map<TopicPartition, Long> from, Map<TopicPartition, Long> until) {
        Map<TopicPartition, Long> waiting = new HashMap<>();
        until.forEach((partition, end) -> {
            long size = end - from.getOrDefault(partition, end);
            if (size > 0) {
                waiting.put(partition, size);
            }
        });
        double total = waiting.values().stream().mapToDouble(size -> size).sum();
        Map<TopicPartition, Long> ends = new HashMap<>(until);
        if (total <= limit) {
            return ends;
        }
        waiting.forEach((partition, size) -> {
            double share = limit * (size / total);
            long offsets = (long) (share < 1 ? Math.ceil(share) : Math.floor(share));
            ends.computeIfPresent(partition, (any, end) -> Math.min(end, end - size + offsets));
        });
        return ends;
    }
}
