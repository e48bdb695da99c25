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
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Polls the topic of readings: one poll, one chunk, one batch. The poll loop is Tocsin's own because the commit rules
 * need it (docs/adr/0001-kafka-source.md).
 *
 * <p>While a chunk waits to be accepted the partitions are paused and polling goes on, so that a slow or absent sink
 * never costs the group membership. Whenever the lane has a new epoch, all partitions go back to what is committed.
 */
public final class KafkaSource implements ConsumerRebalanceListener {
    private static final Logger LOG = Logger.getLogger(KafkaSource.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** How long a chunk may wait for its turn before the consumer is polled for its membership's sake. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /** How long a partition that is being taken away waits for its chunks to be committed. */
    private static final Duration REVOCATION = Duration.ofSeconds(5);

    private static final Duration LAG_INTERVAL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final KafkaSourceSettings settings;
    private final CommittedOffsets committed;
    private final Delivery delivery;
    private final java.util.function.Consumer<Chunk> channel;
    private final Lane lane;
    private final Queue<Position.OfTopic> toCommit = new ConcurrentLinkedQueue<>();
    private final Map<TopicPartition, Long> begun = new HashMap<>();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "tocsin-kafka-source");
    private volatile String problem = "starting";
    private volatile Map<Integer, Long> lag = Map.of();
    private long lagMeasured;
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
        this.committed = committed;
        this.delivery = delivery;
        this.channel = channel;
        this.lane = new Lane(Source.KAFKA, this::delivered);
        delivery.register(lane);
    }

    /** Starts polling, in a thread of its own. */
    public void start() {
        thread.start();
    }

    /** Stops polling, waits for what is in flight, and leaves the group. */
    public void stop(Duration timeout) throws InterruptedException {
        stopping.countDown();
        thread.join(Math.max(1, timeout.toMillis()));
    }

    /** Why nothing is read at present; empty when all is well. */
    public String problem() {
        return problem;
    }

    /** Whether the polling thread is at work, or was asked to end. */
    public boolean alive() {
        return thread.isAlive() || stopping.getCount() == 0;
    }

    private void run() {
        try {
            String topicId = awaitTopic();
            if (topicId != null) {
                poll(topicId);
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("Interrupted", e);
        }
    }

    /** The topic's id once the broker answers and the topic exists; null when it is time to stop before that. */
    private @Nullable String awaitTopic() throws InterruptedException {
        while (stopping.getCount() > 0) {
            try (Admin admin = clients.admin()) {
                return new Topics(admin).ensure(settings.topic());
            } catch (RuntimeException e) {
                report("readings: " + e.getMessage());
                stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
        return null;
    }

    private void poll(String topicId) throws InterruptedException {
        Consumer<byte[], ByteBuffer> consumer = clients.readings(settings.group());
        try {
            consumer.subscribe(List.of(settings.topic()), this);
            while (stopping.getCount() > 0) {
                try {
                    pollOnce(consumer, topicId);
                    report("");
                } catch (NoOffsetForPartitionException e) {
                    begin(consumer, e.partitions());
                } catch (OffsetOutOfRangeException e) {
                    resume(consumer, e.offsetOutOfRangePartitions());
                } catch (InterruptException | WakeupException e) {
                    return;
                } catch (RuntimeException e) {
                    report("topic " + settings.topic() + " cannot be read: " + e.getMessage());
                    stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
            delivery.flush();
            lane.awaitLanded(REVOCATION);
            commitDelivered(consumer);
        } finally {
            consumer.close();
        }
    }

    private void pollOnce(Consumer<byte[], ByteBuffer> consumer, String topicId) throws InterruptedException {
        commitDelivered(consumer);
        if (epoch != lane.epoch()) {
            rewind(consumer);
        }
        ConsumerRecords<byte[], ByteBuffer> polled = consumer.poll(POLL);
        measureLag(consumer);
        if (polled.isEmpty() || epoch != lane.epoch()) {
            return;
        }
        Batch batch = Batch.begin(Source.KAFKA);
        Chunk chunk = new Chunk(
                lane,
                epoch,
                batch,
                true,
                new PolledRecords(polled, topicId),
                new Position.OfTopic(consumer.groupMetadata(), polled.nextOffsets()),
                false,
                batch.startedNanos());
        if (acquire(consumer)) {
            lane.handedOver();
            channel.accept(chunk);
        }
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

    /** Waits for the chunk's turn; false when there will be none because the lane has a new epoch, or it is time to stop. */
    private boolean acquire(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        while (!lane.acquire(PATIENCE)) {
            if (stopping.getCount() == 0) {
                return false;
            }
            consumer.pause(consumer.assignment());
            if (!consumer.poll(Duration.ZERO).isEmpty()) {
                lane.invalidate(); // of a partition that was assigned by this very poll: fetched again in its turn
            }
            consumer.resume(consumer.paused());
        }
        if (epoch != lane.epoch()) {
            lane.release();
            return false;
        }
        return true;
    }

    /** Goes back to what is committed, or to where this instance began where nothing is. */
    private void rewind(Consumer<byte[], ByteBuffer> consumer) {
        int target = lane.epoch();
        Set<TopicPartition> assigned = consumer.assignment();
        if (!assigned.isEmpty()) {
            Map<TopicPartition, Long> offsets = new HashMap<>(begun);
            offsets.putAll(committed.of(consumer, assigned));
            offsets.keySet().retainAll(assigned);
            offsets.forEach(consumer::seek);
        }
        epoch = target;
    }

    /** A partition that nothing was ever committed of. */
    private void begin(Consumer<byte[], ByteBuffer> consumer, Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> known = committed.of(consumer, partitions);
        Map<TopicPartition, Long> first =
                settings.latest() ? consumer.endOffsets(partitions) : consumer.beginningOffsets(partitions);
        for (TopicPartition partition : partitions) {
            long offset =
                    known.getOrDefault(partition, begun.getOrDefault(partition, first.getOrDefault(partition, 0L)));
            begun.putIfAbsent(partition, offset);
            consumer.seek(partition, offset);
        }
    }

    /** Records that the topic's retention removed before they were read: says which, and goes on behind them. */
    private void resume(Consumer<byte[], ByteBuffer> consumer, Map<TopicPartition, Long> gone) {
        Map<TopicPartition, Long> first = consumer.beginningOffsets(gone.keySet());
        Map<TopicPartition, Long> end = consumer.endOffsets(gone.keySet());
        gone.forEach((partition, wanted) -> {
            long from = first.getOrDefault(partition, 0L);
            long next = wanted > end.getOrDefault(partition, from) ? from : Math.max(from, wanted);
            LOG.errorf(
                    "%s: offset %d is gone; records from %d to %d were lost before they were read, going on at %d",
                    partition, wanted, Math.min(wanted, next), Math.max(wanted, next) - 1, next);
            consumer.seek(partition, next);
        });
    }

    private void delivered(Position position) {
        if (settings.commitsItself() && position instanceof Position.OfTopic topic) {
            toCommit.add(topic);
        }
    }

    private void commitDelivered(Consumer<byte[], ByteBuffer> consumer) {
        Map<TopicPartition, org.apache.kafka.clients.consumer.OffsetAndMetadata> offsets = new HashMap<>();
        for (Position.OfTopic next = toCommit.poll(); next != null; next = toCommit.poll()) {
            offsets.putAll(next.offsets());
        }
        offsets.keySet().retainAll(consumer.assignment());
        if (!offsets.isEmpty()) {
            consumer.commitSync(offsets);
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.debugf("Assigned %s", partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        LOG.debugf("Giving back %s", partitions);
        try {
            delivery.flush();
            lane.awaitLanded(REVOCATION);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lane.invalidate();
        partitions.forEach(begun::remove);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        LOG.debugf("Lost %s", partitions);
        lane.invalidate();
        partitions.forEach(begun::remove);
    }

    private void report(String state) {
        if (!state.isEmpty() && !state.equals(problem)) {
            LOG.warn(state);
        }
        problem = state;
    }
}
