package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Deliverer;
import dev.tocsin.delivery.Lane;
import java.time.Duration;
import java.util.Collection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** What a change of the assignment means for chunks in flight. */
final class Assignment implements ConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(Assignment.class);

    /** How long a partition that is being taken away waits for its chunks to be committed. */
    private static final Duration REVOCATION = Duration.ofSeconds(5);

    private final Consumer<?, ?> consumer;
    private final Lane lane;
    private final Deliverer delivery;
    private final DeliveredOffsets delivered;
    private final boolean planned;

    /** @param planned whether what was just assigned has to wait for the next batch */
    Assignment(Consumer<?, ?> consumer, Lane lane, Deliverer delivery, DeliveredOffsets delivered, boolean planned) {
        this.consumer = consumer;
        this.lane = lane;
        this.delivery = delivery;
        this.delivered = delivered;
        this.planned = planned;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.debugf("Assigned %s", partitions);
        if (planned) {
            consumer.pause(partitions);
        }
        lane.invalidate(); // what is in flight is of a generation that has ended
        consumer.wakeup(); // a poll would go on for its time; what is committed comes first
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        LOG.debugf("Giving back %s", partitions);
        try {
            delivery.flush();
            if (lane.awaitLanded(REVOCATION)) {
                delivered.commit(consumer);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lane.invalidate();
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        LOG.debugf("Lost %s", partitions);
        delivered.clear();
        lane.invalidate();
    }
}
