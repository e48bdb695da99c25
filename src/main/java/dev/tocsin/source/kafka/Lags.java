package dev.tocsin.source.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** How many records wait, as far as the last fetches tell. Measured by the polling thread, asked by any. */
final class Lags {
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private volatile Map<Integer, Long> measured = Map.of();
    private long measuredNanos = System.nanoTime() - INTERVAL.toNanos();

    void measure(Consumer<?, ?> consumer) {
        long now = System.nanoTime();
        if (now - measuredNanos >= INTERVAL.toNanos()) {
            measuredNanos = now;
            Map<Integer, Long> lags = new HashMap<>();
            for (TopicPartition partition : consumer.assignment()) {
                lags.put(partition.partition(), consumer.currentLag(partition).orElse(0));
            }
            measured = lags;
        }
    }

    /** By partition. */
    Map<Integer, Long> measured() {
        return measured;
    }
}
