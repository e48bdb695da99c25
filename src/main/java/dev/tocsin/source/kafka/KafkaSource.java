package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Deliverer;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.kafka.Topics;
import dev.tocsin.source.kafka.DataLoss.DataLostException;
import dev.tocsin.trigger.BoundedRun;
import dev.tocsin.trigger.Timetable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Polls the topic of readings: one poll, one chunk. The poll loop is Tocsin's own because the commit rules need it
 * (docs/adr/0001-kafka-source.md). Each poll is a batch, unless the trigger takes what is there at one instant: then
 * {@link PlannedBatches} says where a batch ends.
 *
 * <p>While a chunk waits to be accepted the partitions are paused and polling goes on, so that a slow or absent sink
 * never costs the group membership. Whenever the lane has a new epoch, all partitions go back to what is committed.
 */
public final class KafkaSource {
    private static final Logger LOG = Logger.getLogger(KafkaSource.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    /** How long a chunk may wait for its turn before the consumer is polled for its membership's sake. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** How long rewinding waits for what is in flight before the consumer is polled for its membership's sake. */
    private static final Duration LANDING = Duration.ofMillis(200);

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final KafkaSourceSettings settings;
    private final ReadPosition position;
    private final @Nullable FrozenTopic frozen;
    private final @Nullable PlannedBatches planned;
    private final Deliverer delivery;
    private final java.util.function.Consumer<Chunk> channel;
    private final java.util.function.Consumer<String> onFatal;
    private final Lane lane;
    private final DeliveredOffsets delivered = new DeliveredOffsets();
    private final Lags lags = new Lags();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "tocsin-kafka-source");
    /** The next offset of each partition after what was handed over, or what is committed. */
    private final Map<TopicPartition, Long> handedOver = new HashMap<>();

    private volatile String problem = "starting";
    private String topicId = "";
    private @Nullable Batch batch;
    private int epoch = -1;

    /**
     * @param channel takes chunks, in order, never more than one that is not accepted yet
     * @param run told what a run that ends by itself comes to; null where it does not
     * @param onFatal told once why the source has to stop, in one line
     */
    public KafkaSource(
            KafkaClients clients,
            KafkaSourceSettings settings,
            CommittedOffsets committed,
            Deliverer delivery,
            java.util.function.Consumer<Chunk> channel,
            BoundedRun.@Nullable Part run,
            java.util.function.Consumer<String> onFatal) {
        this.clients = clients;
        this.settings = settings;
        this.position = new ReadPosition(committed, settings.starting(), new DataLoss(settings.failOnDataLoss(), run));
        this.frozen = run == null ? null : new FrozenTopic(settings.topic(), committed, run);
        this.planned = settings.planned()
                ? new PlannedBatches(Timetable.of(settings.trigger()), settings.maxRecords(), frozen)
                : null;
        this.delivery = delivery;
        this.channel = channel;
        this.onFatal = onFatal;
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

    /** Records that wait in each partition that this instance reads, as far as its last fetch tells. */
    public Map<Integer, Long> lag() {
        return lags.measured();
    }

    private void run() {
        try {
            awaitTopic();
            if (!stopping()) {
                poll();
            }
        } catch (DataLostException e) {
            report(String.valueOf(e.getMessage()));
            onFatal.accept(problem);
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

    private void poll() throws InterruptedException, DataLostException {
        Consumer<byte[], ByteBuffer> consumer = clients.readings(settings.group(), maxPollRecords());
        try {
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

    /** Where each poll is a batch, a poll is what the limit bounds. */
    private int maxPollRecords() {
        return planned == null ? (int) Math.min(Integer.MAX_VALUE, settings.maxRecords()) : Integer.MAX_VALUE;
    }

    private void step(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException, DataLostException {
        if (!joined(consumer)) {
            return;
        }
        delivered.commit(consumer);
        if (epoch != lane.epoch() && !rewind(consumer)) {
            return;
        }
        lags.measure(consumer);
        try {
            if (planned == null) {
                handOver(consumer, consumer.poll(POLL), true);
            } else {
                pollPlanned(consumer, planned);
            }
        } catch (NoOffsetForPartitionException e) {
            lane.invalidate(); // a partition that was just assigned: rewinding finds its begin
        } catch (OffsetOutOfRangeException e) {
            String before = topicId;
            topicId = topicId();
            position.goOnBehindGap(consumer, e.offsetOutOfRangePartitions(), !topicId.equals(before));
        }
    }

    /** Joins the group, unless there is nothing to do in this run: to join takes seconds. */
    private boolean joined(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        if (frozen != null && (frozen.over() || consumer.subscription().isEmpty() && frozen.freeze(consumer))) {
            consumer.unsubscribe();
            stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        }
        if (consumer.subscription().isEmpty()) {
            consumer.subscribe(
                    List.of(settings.topic()), new Assignment(consumer, lane, delivery, delivered, planned != null));
        }
        return true;
    }

    private void pollPlanned(Consumer<byte[], ByteBuffer> consumer, PlannedBatches batches)
            throws InterruptedException {
        if (batches.steer(consumer)) {
            ConsumerRecords<byte[], ByteBuffer> polled = batches.cut(consumer, consumer.poll(POLL));
            if (polled.isEmpty()) {
                batches.watch(consumer);
            } else {
                batches.disturbed();
                handOver(consumer, polled, batches.rest(consumer).isEmpty());
            }
        } else if (batch != null || batches.passed(consumer, handedOver)) {
            handOver(consumer, ConsumerRecords.empty(), true);
        } else if (!batches.untilDue().isZero()) {
            Duration wait = batches.untilDue();
            consumer.poll(wait.compareTo(POLL) < 0 ? wait : POLL);
        } else if (frozen == null ? !lane.awaitLanded(LANDING) : frozen.reached(consumer)) {
            awaitOthers(consumer);
        } else {
            batches.plan(consumer);
        }
    }

    /** Own partitions are done: the run is over when what is in flight is committed, and the others are done. */
    private void awaitOthers(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        if (frozen != null && lane.awaitLanded(LANDING)) {
            delivered.commit(consumer);
            frozen.ask(consumer);
        }
        consumer.poll(frozen == null ? Duration.ZERO : LANDING);
    }

    /**
     * Hands over what was polled, or sees to it that it is polled again: the consumer's position is behind it already.
     *
     * @param last whether the batch ends with it; its position then goes beyond what has no records
     */
    private void handOver(
            Consumer<byte[], ByteBuffer> consumer, ConsumerRecords<byte[], ByteBuffer> polled, boolean last)
            throws InterruptedException {
        if (polled.isEmpty() && planned == null) {
            return;
        }
        boolean done = false;
        try {
            if (epoch == lane.epoch()) {
                Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(polled.nextOffsets());
                if (planned != null && last) {
                    next.putAll(planned.positions(consumer));
                }
                Chunk chunk = chunk(consumer, polled, last, next);
                if (acquire(consumer)) {
                    done = true;
                    next.forEach((partition, offset) -> handedOver.put(partition, offset.offset()));
                    lane.handedOver();
                    channel.accept(chunk);
                }
            }
        } finally {
            if (!done) {
                lane.invalidate();
            }
        }
    }

    private Chunk chunk(
            Consumer<byte[], ByteBuffer> consumer,
            ConsumerRecords<byte[], ByteBuffer> polled,
            boolean last,
            Map<TopicPartition, OffsetAndMetadata> next) {
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
                new Position.OfTopic(consumer.groupMetadata(), first, next),
                planned != null && last,
                System.nanoTime());
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
    private boolean rewind(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException, DataLostException {
        int target = lane.epoch();
        if (!lane.awaitLanded(LANDING)) {
            stayInGroup(consumer);
            return false;
        }
        delivered.commit(consumer);
        position.seekToCommitted(consumer);
        batch = null;
        handedOver.clear();
        if (planned != null) {
            consumer.assignment().forEach(partition -> handedOver.put(partition, consumer.position(partition)));
            position.check(consumer);
            planned.disturbed();
        }
        epoch = target;
        return true;
    }

    private void delivered(Position position) {
        if (settings.commitsItself() && position instanceof Position.OfTopic topic) {
            delivered.add(topic);
        }
    }

    private boolean stopping() {
        return stopping.getCount() == 0;
    }

    private void report(String state) {
        if (!state.isEmpty() && !state.equals(problem)) {
            LOG.warn(state);
        }
        problem = state;
    }
}
