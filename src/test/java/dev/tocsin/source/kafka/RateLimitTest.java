package dev.tocsin.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private static final TopicPartition A = new TopicPartition("iot_data", 0);
    private static final TopicPartition B = new TopicPartition("iot_data", 1);
    private static final TopicPartition C = new TopicPartition("iot_data", 2);

    @Test
    void aLimitIsSpreadInProportionToWhatWaits() {
        Map<TopicPartition, Long> ends =
                RateLimit.ends(100, Map.of(A, 1_000L, B, 0L, C, 5L), Map.of(A, 1_600L, B, 300L, C, 105L));

        assertThat(ends).containsOnly(Map.entry(A, 1_060L), Map.entry(B, 30L), Map.entry(C, 15L));
    }

    @Test
    void whatIsWithinTheLimitIsTakenWhole() {
        Map<TopicPartition, Long> until = Map.of(A, 60L, B, 40L);

        assertThat(RateLimit.ends(100, Map.of(A, 0L, B, 0L), until)).isEqualTo(until);
        assertThat(RateLimit.ends(Long.MAX_VALUE, Map.of(A, 0L, B, 0L), until)).isEqualTo(until);
    }

    @Test
    void aSmallPartitionDoesNotStarve() {
        Map<TopicPartition, Long> ends =
                RateLimit.ends(10, Map.of(A, 0L, B, 0L, C, 7L), Map.of(A, 1_000_000L, B, 1L, C, 7L));

        assertThat(ends).containsOnly(Map.entry(A, 9L), Map.entry(B, 1L), Map.entry(C, 7L));
    }

    @Test
    void aPositionBeyondTheEndHasNothingWaiting() {
        assertThat(RateLimit.ends(10, Map.of(A, 50L, B, 0L), Map.of(A, 40L, B, 30L)))
                .containsOnly(Map.entry(A, 40L), Map.entry(B, 10L));
    }

    @Test
    void batchAfterBatchTakesAllOfIt() {
        Random random = new Random(42);
        for (int round = 0; round < 200; round++) {
            Map<TopicPartition, Long> from = new HashMap<>();
            Map<TopicPartition, Long> until = new HashMap<>();
            for (int partition = 0; partition < 5; partition++) {
                TopicPartition at = new TopicPartition("iot_data", partition);
                from.put(at, (long) random.nextInt(100));
                until.put(at, from.get(at) + random.nextInt(1_000));
            }
            long limit = 1 + random.nextInt(500);
            for (int batch = 0; !from.equals(until); batch++) {
                assertThat(batch).as("batches of %d", limit).isLessThan(6_000);
                Map<TopicPartition, Long> ends = RateLimit.ends(limit, from, until);
                long taken = 0;
                for (TopicPartition partition : until.keySet()) {
                    assertThat(ends.get(partition)).isBetween(from.get(partition), until.get(partition));
                    taken += ends.get(partition) - from.get(partition);
                }
                assertThat(taken).isBetween(1L, limit + until.size());
                from = ends;
            }
        }
    }
}
