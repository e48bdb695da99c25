package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Delivery;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.kafka.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;

/**
 * Polls the topic of readings: one poll, one chunk, one batch. The poll loop is Tocsin's own because the commit rules
 * need it (docs/adr/0001-kafka-source.md).
 *
 * <p>While a chunk waits to be accepted the partitions are paused and polling goes on, so that a slow or absent sink
 * never costs the group membership. Whenever the lane has a new epoch, all partitions go back to what is committed.
 */
public final class KafkaSource {
    private static final Logger LOG = Logger.getLogger(KafkaSource.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** How long a chunk may wait for its turn before the consumer is polled for its membership's sake. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** How long a partition that is being taken away waits for its chunks to be committed. */
    private static final Duration REVOCATION = Duration.ofSeconds(5);

    /** How long rewinding waits for what is in flight before the consumer is polled for its membership's sake. */
    private static final Duration LANDING = Duration.ofMillis(200);

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration LAG_INTERVAL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final KafkaSourceSettings settings;
    private final ReadPosition position;
    private final Delivery delivery;
    private final java.util.function.Consumer<Chunk> channel;
    private final Lane lane;
    private final Queue<Position.OfTopic> toCommit = new ConcurrentLinkedQueue<>();
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "tocsin-kafka-source");
    private volatile String problem = "starting";
    private volatile Map<Integer, Long> lag = Map.of();
    private long lagMeasured;
    private volatile String topicId = "";
    private int epoch = -1;

    /**
     * Settings of the source.
     *
     * @param latest where a new group begins: at the end rather than at the beginning
     * @param commitsItself whether the consumer commits positions after their delivery, rather than the committer with it
     */
    public record KafkaSourceSettings(String topic, String group, boolean latest, boolean commitsItself) {}

    /** @param channel takes chunks, in order, never more than one that is not accepted yet */
    public KafkaSource(
            KafkaClients clients,
            KafkaSourceSettings settings,
            CommittedOffsets committed,
            Delivery delivery,
            java.util.function.Consumer<Chunk> channel) {
        this.clients = clients;
        this.settings = settings;
        this.position = new ReadPosition(committed, settings.latest());
        this.delivery = delivery;
        this.channel = channel;
        this.lane = new Lane(Source.KAFKA, this::delivered);
        delivery.register(lane);
    }

    /** Starts polling, in a thread of its own. */
    public void start() {
        thread.start();
    }

    /** Asks to stop polling, to wait for what is in flight, and to leave the group. */
    public void stop() {
        stopping.countDown();
    }

    /** Waits for the end of that. */
    public void join(Duration timeout) throws InterruptedException {
        thread.join(Math.max(1, timeout.toMillis()));
    }

    /** Why nothing is read at present; empty when all is well. */
    public String problem() {
        return problem;
    }

    /** Whether the polling thread is at work, or was asked to end. */
    public boolean alive() {
        return thread.isAlive() || stopping();
    }

    private void run() {
        try {
            awaitTopic();
            if (!stopping()) {
                poll();
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("Interrupted", e);
        }
    }

    /** Waits until the broker answers and the topic exists, or it is time to stop. */
    private void awaitTopic() throws InterruptedException {
        while (!stopping()) {
            try {
                topicId = topicId();
                return;
            } catch (RuntimeException e) {
                report("readings: " + e.getMessage());
                stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private String topicId() throws InterruptedException {
        try (Admin admin = clients.admin()) {
            return new Topics(admin).ensure(settings.topic());
        }
    }

    private void poll() throws InterruptedException {
        Consumer<byte[], ByteBuffer> consumer = clients.readings(settings.group());
        try {
            consumer.subscribe(List.of(settings.topic()), new Assignment(consumer));
            while (!stopping()) {
                try {
                    step(consumer);
                    report("");
                } catch (InterruptException e) {
                    return;
                } catch (RuntimeException e) {
                    report("topic " + settings.topic() + " cannot be read: " + e.getMessage());
                    LOG.debug("The failure", e);
                    stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE)); // gives back the partitions, after what is in flight
        }
    }

    private void step(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        commitDelivered(consumer);
        if (epoch != lane.epoch() && !rewind(consumer)) {
            return;
        }
        measureLag(consumer);
        try {
            handOver(consumer, consumer.poll(POLL));
        } catch (NoOffsetForPartitionException e) {
            lane.invalidate(); // a partition that was just assigned: rewinding finds its begin
        } catch (OffsetOutOfRangeException e) {
            String before = topicId;
            topicId = topicId();
            position.goOnBehindGap(consumer, e.offsetOutOfRangePartitions(), !topicId.equals(before));
        }
    }

    /** Hands over what was polled, or sees to it that it is polled again: the consumer's position is behind it already. */
    private void handOver(Consumer<byte[], ByteBuffer> consumer, ConsumerRecords<byte[], ByteBuffer> polled)
            throws InterruptedException {
        if (polled.isEmpty()) {
            return;
        }
        boolean handedOver = false;
        try {
            if (epoch == lane.epoch()) {
                Batch batch = Batch.begin(Source.KAFKA);
                Chunk chunk = new Chunk(
                        lane,
                        epoch,
                        batch,
                        true,
                        new PolledRecords(polled, topicId),
                        new Position.OfTopic(consumer.groupMetadata(), first(polled), polled.nextOffsets()),
                        false,
                        batch.startedNanos());
                if (acquire(consumer)) {
                    handedOver = true;
                    lane.handedOver();
                    channel.accept(chunk);
                }
            }
        } finally {
            if (!handedOver) {
                lane.invalidate();
            }
        }
    }

    private static Map<TopicPartition, Long> first(ConsumerRecords<byte[], ByteBuffer> polled) {
        Map<TopicPartition, Long> first = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            first.put(partition, polled.records(partition).get(0).offset());
        }
        return first;
    }

    /** Waits for the chunk's turn; false when there will be none because the lane has a new epoch, or it is time to stop. */
    private boolean acquire(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        while (!lane.acquire(PATIENCE)) {
            if (stopping()) {
                return false;
            }
            stayInGroup(consumer);
        }
        if (epoch != lane.epoch()) {
            lane.release();
            return false;
        }
        return true;
    }

    /** Polls for the membership's sake, without taking anything. */
    private void stayInGroup(Consumer<byte[], ByteBuffer> consumer) {
        consumer.pause(consumer.assignment());
        try {
            if (!consumer.poll(Duration.ZERO).isEmpty()) {
                lane.invalidate(); // of a partition that was assigned by this very poll: fetched again in its turn
            }
        } finally {
            consumer.resume(consumer.paused());
        }
    }

    /**
     * Goes back to what is committed; a partition that nothing was committed of begins where the settings say. Waits for
     * what is in flight first, which may still be committed. False when that is not over yet.
     */
    private boolean rewind(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        int target = lane.epoch();
        if (!lane.awaitLanded(LANDING)) {
            stayInGroup(consumer);
            return false;
        }
        commitDelivered(consumer);
        position.seekToCommitted(consumer);
        epoch = target;
        return true;
    }

    private void measureLag(Consumer<byte[], ByteBuffer> consumer) {
        long now = System.nanoTime();
        if (now - lagMeasured >= LAG_INTERVAL.toNanos()) {
            lagMeasured = now;
            Map<Integer, Long> measured = new HashMap<>();
            for (TopicPartition partition : consumer.assignment()) {
                measured.put(
                        partition.partition(), consumer.currentLag(partition).orElse(0));
            }
            lag = measured;
        }
    }

    /** Records that wait in each partition that this instance reads, as far as its last fetch tells. */
    public Map<Integer, Long> lag() {
        return lag;
    }

    private void delivered(Position position) {
        if (settings.commitsItself() && position instanceof Position.OfTopic topic) {
            toCommit.add(topic);
        }
    }

    private void commitDelivered(Consumer<byte[], ByteBuffer> consumer) {
        for (Position.OfTopic next = toCommit.poll(); next != null; next = toCommit.poll()) {
            uncommitted.putAll(next.offsets());
        }
        uncommitted.keySet().retainAll(consumer.assignment());
        if (!uncommitted.isEmpty()) {
            consumer.commitSync(uncommitted);
            uncommitted.clear();
        }
    }

    private boolean stopping() {
        return stopping.getCount() == 0;
    }

    /** What a change of the assignment means for chunks in flight. */
    private final class Assignment implements ConsumerRebalanceListener {
        private final Consumer<byte[], ByteBuffer> consumer;

        Assignment(Consumer<byte[], ByteBuffer> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.debugf("Assigned %s", partitions);
            lane.invalidate(); // what is in flight is of a generation that has ended
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            LOG.debugf("Giving back %s", partitions);
            try {
                delivery.flush();
                if (lane.awaitLanded(REVOCATION)) {
                    commitDelivered(consumer);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            lane.invalidate();
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            LOG.debugf("Lost %s", partitions);
            toCommit.clear();
            uncommitted.clear();
            lane.invalidate();
        }
    }

    private void report(String state) {
        if (!state.isEmpty() && !state.equals(problem)) {
            LOG.warn(state);
        }
        problem = state;
    }
}
