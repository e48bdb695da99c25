package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Makes chunks of what was polled and hands them over, each in its turn. What was polled is handed over or polled again, never
 * skipped: the consumer's position is behind it already. Used by the polling thread alone.
 */
final class Chunks {
    /** How long a chunk may wait for its turn before the consumer is polled for its membership's sake. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Lane lane;
    private final java.util.function.Consumer<Chunk> channel;
    private final Polling polling;
    private final ReadPosition position;
    private final boolean planned;
    private final BooleanSupplier stopping;
    /** Where partitions have come since the last chunk. */
    private final Map<TopicPartition, OffsetAndMetadata> reached = new HashMap<>();

    private @Nullable Batch batch;
    private String topicId = "";
    private int epoch = -1;

    /**
     * @param channel takes chunks, in order, as many as the lane lets through
     * @param position gives positions their mark
     * @param planned whether the position of a batch's end is to be committed at once
     * @param stopping whether no chunk is to wait for its turn any more
     */
    Chunks(
            Lane lane,
            java.util.function.Consumer<Chunk> channel,
            Polling polling,
            ReadPosition position,
            boolean planned,
            BooleanSupplier stopping) {
        this.lane = lane;
        this.channel = channel;
        this.polling = polling;
        this.position = position;
        this.planned = planned;
        this.stopping = stopping;
    }

    /** Whether the lane has a new epoch: the consumer is to go back to what is committed. */
    boolean isStale() {
        return epoch != lane.epoch();
    }

    /**
     * The consumer has gone back.
     *
     * @param begun the epoch that begins by that
     * @param topic the id of the topic as it is now
     */
    void rewound(int begun, String topic) {
        epoch = begun;
        topicId = topic;
        batch = null;
        reached.clear();
    }

    /**
     * Notes where partitions have come, with records or without: behind the marker of a transaction, an aborted one, or a gap. Were
     * that not committed, what has nothing to show would pass for lost once the topic removes it.
     */
    void reached(Map<TopicPartition, OffsetAndMetadata> positions) {
        reached.putAll(positions);
    }

    /** Whether there is something to hand over: the end of a batch, or a position. */
    boolean isOpen() {
        return batch != null || !reached.isEmpty();
    }

    /**
     * Hands over what was polled, with all that was reached.
     *
     * @param last whether the batch ends with it
     */
    void handOver(Consumer<byte[], ByteBuffer> consumer, ConsumerRecords<byte[], ByteBuffer> polled, boolean last)
            throws InterruptedException {
        boolean done = false;
        try {
            if (!isStale()) {
                Chunk chunk = chunk(consumer, polled, last);
                if (acquire(consumer)) {
                    done = true;
                    reached.clear();
                    lane.handedOver();
                    channel.accept(chunk);
                }
            }
        } finally {
            if (!done && !stopping.getAsBoolean()) { // at a stop, what is in flight is to be committed still
                lane.invalidate();
            }
        }
    }

    private Chunk chunk(
            Consumer<byte[], ByteBuffer> consumer, ConsumerRecords<byte[], ByteBuffer> polled, boolean last) {
        Batch current = batch;
        if (current == null && !polled.isEmpty()) {
            current = Batch.begin(Source.KAFKA);
        }
        batch = last ? null : current;
        Map<TopicPartition, Long> first = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            first.put(partition, polled.records(partition).get(0).offset());
        }
        return new Chunk(
                lane,
                epoch,
                current,
                last,
                new PolledRecords(polled, topicId),
                new Position.OfTopic(consumer.groupMetadata(), first, position.marked(reached)),
                planned && last,
                System.nanoTime());
    }

    /** Waits for the chunk's turn; false when there will be none because the lane has a new epoch, or it is time to stop. */
    private boolean acquire(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        while (!lane.acquire(PATIENCE)) {
            if (stopping.getAsBoolean()) {
                return false;
            }
            polling.stayInGroup(consumer);
        }
        if (isStale()) {
            lane.release();
            return false;
        }
        return true;
    }
}
