package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Lane;
import dev.tocsin.kafka.BoundedValues;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/** Polls, for records or for the sake of the membership in the group. Used by the polling thread alone. */
final class Polling {
    private static final Logger LOG = Logger.getLogger(Polling.class);

    private final BoundedValues values;
    private final Lane lane;

    /**
     * @param values what bounds a poll: the consumer's deserializer
     * @param lane what was polled by it and is not taken has to be fetched again
     */
    Polling(BoundedValues values, Lane lane) {
        this.values = values;
        this.lane = lane;
    }

    ConsumerRecords<byte[], ByteBuffer> poll(Consumer<byte[], ByteBuffer> consumer, Duration timeout) {
        values.beginPoll();
        return consumer.poll(timeout);
    }

    /** Polls for the membership's sake, without taking anything. */
    void stayInGroup(Consumer<byte[], ByteBuffer> consumer) {
        consumer.pause(consumer.assignment());
        try {
            if (!poll(consumer, Duration.ZERO).isEmpty()) {
                lane.invalidate(); // of a partition that was assigned by this very poll: fetched again in its turn
            }
        } finally {
            consumer.resume(consumer.paused());
        }
    }

    /** Whatever step it is that fails: the membership, which may be the reason, must not starve by that. */
    void stayInGroupAllTheSame(Consumer<byte[], ByteBuffer> consumer) {
        try {
            stayInGroup(consumer);
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.debug("Nor can it be polled", e);
        }
    }
}
