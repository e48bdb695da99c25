package dev.tocsin.source.kafka;

import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Deliverer;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.kafka.BoundedValues;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.kafka.Topics;
import dev.tocsin.source.kafka.DataLoss.DataLostException;
import dev.tocsin.trigger.BoundedRun;
import dev.tocsin.trigger.Timetable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
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

    /** The same while nothing is in flight, of which it might turn out that it is to be read again. */
    private static final Duration IDLE_POLL = Duration.ofSeconds(5);

    /** How long rewinding waits for what is in flight before the consumer is polled for its membership's sake. */
    private static final Duration LANDING = Duration.ofMillis(200);

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final KafkaSourceSettings settings;
    private final boolean shared;
    private final ReadPosition position;
    private final @Nullable FrozenTopic frozen;
    private final @Nullable PlannedBatches planned;
    private final Deliverer delivery;
    private final java.util.function.Consumer<String> onFatal;
    private final Lane lane;
    private final Polling polling;
    private final Chunks chunks;
    private final DeliveredOffsets delivered;
    private final BoundedValues values = new BoundedValues();
    private final Lags lags = new Lags();
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "tocsin-kafka-source");
    private volatile @Nullable Consumer<?, ?> consumer;
    private volatile String problem = "starting";
    private String topicId = "";
    /** Whether the last poll brought nothing. */
    private boolean quiet;
    /** Whether the next poll is the first in the group. */
    private boolean joining;

    /**
     * @param channel takes chunks, in order, as many as the lane lets through
     * @param run told what a run that ends by itself comes to; null where it does not
     * @param onLost told how many records were gone before they were read, whenever the source goes on behind such a gap
     * @param onFatal told once why the source has to stop, in one line
     */
    public KafkaSource(
            KafkaClients clients,
            KafkaSourceSettings settings,
            CommittedOffsets committed,
            Deliverer delivery,
            java.util.function.Consumer<Chunk> channel,
            BoundedRun.@Nullable Part run,
            LongConsumer onLost,
            java.util.function.Consumer<String> onFatal) {
        this.clients = clients;
        this.settings = settings;
        this.shared = committed.shared();
        this.position =
                new ReadPosition(committed, settings.starting(), new DataLoss(settings.failOnDataLoss(), onLost));
        this.frozen = run == null ? null : new FrozenTopic(settings.topic(), committed, run);
        this.planned = settings.planned()
                ? new PlannedBatches(Timetable.of(settings.trigger()), settings.maxRecords(), frozen)
                : null;
        this.delivery = delivery;
        this.onFatal = onFatal;
        this.lane = new Lane(Source.KAFKA, this::delivered);
        this.delivered = new DeliveredOffsets(lane);
        this.polling = new Polling(values, lane);
        this.chunks = new Chunks(lane, channel, polling, position, planned != null, this::stopping);
        delivery.register(lane);
    }

    /** Starts polling, in a thread of its own. */
    public void start() {
        thread.start();
    }

    /** Asks to stop polling, to wait for what is in flight, and to leave the group. */
    public void stop() {
        stopping.countDown();
        Consumer<?, ?> polling = consumer;
        if (polling != null) {
            polling.wakeup();
        }
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
        } catch (RuntimeException | Error e) {
            LOG.debug("The failure", e);
            onFatal.accept("topic " + settings.topic() + " cannot be read any more: " + e);
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
        Consumer<byte[], ByteBuffer> consumer =
                clients.readings(settings.group(), maxPollRecords(), planned != null, values);
        this.consumer = consumer;
        try {
            while (!stopping()) {
                try {
                    step(consumer);
                    report("");
                } catch (InterruptException e) {
                    return;
                } catch (WakeupException e) {
                    LOG.trace("To stop, or to begin with what was assigned", e);
                } catch (RuntimeException e) {
                    report("topic " + settings.topic() + " cannot be read: " + e.getMessage());
                    LOG.debug("The failure", e);
                    polling.stayInGroupAllTheSame(consumer);
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
        boolean idle = quiet && shared && lane.awaitLanded(Duration.ZERO); // what was delivered is committed here then
        delivered.commit(consumer);
        boolean begins = joining && planned == null; // without partitions there is nothing to go back to
        joining = false;
        if (chunks.isStale() && !begins && !rewind(consumer)) {
            return;
        }
        lags.measure(consumer);
        try {
            if (planned == null) {
                ConsumerRecords<byte[], ByteBuffer> polled = polling.poll(consumer, idle ? IDLE_POLL : POLL);
                quiet = polled.isEmpty();
                chunks.reached(polled.nextOffsets());
                if (chunks.isOpen()) {
                    chunks.handOver(consumer, polled, true);
                }
            } else {
                pollPlanned(consumer, planned);
            }
        } catch (NoOffsetForPartitionException e) {
            lane.invalidate(); // a partition that was just assigned: rewinding finds its begin
        } catch (OffsetOutOfRangeException e) {
            if (topicId().equals(topicId)) {
                chunks.reached(position.goOnBehindGap(consumer, e.offsetOutOfRangePartitions()));
            } else {
                lane.invalidate(); // another topic of the same name: rewinding finds its begin
            }
        }
    }

    /** Joins the group, unless there is nothing to do in this run: to join takes seconds. */
    private boolean joined(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        boolean none =
                consumer.subscription().isEmpty() && consumer.assignment().isEmpty();
        if (frozen != null && (frozen.over() || none && frozen.freeze(consumer))) {
            consumer.unsubscribe();
            stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        }
        if (!shared) {
            return takeAll(consumer);
        }
        if (none) {
            joining = true;
            consumer.subscribe(
                    List.of(settings.topic()), new Assignment(consumer, lane, delivery, delivered, planned != null));
        }
        return true;
    }

    /** Takes all partitions that there are; false where there is none. */
    private boolean takeAll(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        Set<TopicPartition> all = consumer.partitionsFor(settings.topic()).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet());
        if (!all.equals(consumer.assignment())) {
            LOG.debugf("Taking %s", all);
            consumer.assign(all);
            lane.invalidate();
        }
        if (all.isEmpty()) {
            report("topic " + settings.topic() + " has no partitions");
            stopping.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
        return !all.isEmpty();
    }

    private void pollPlanned(Consumer<byte[], ByteBuffer> consumer, PlannedBatches batches)
            throws InterruptedException {
        if (batches.steer(consumer)) {
            takePlanned(consumer, batches, polling.poll(consumer, POLL));
        } else if (chunks.isOpen()) {
            chunks.handOver(consumer, ConsumerRecords.empty(), true);
        } else if (!batches.untilDue().isZero()) {
            Duration wait = batches.untilDue();
            polling.poll(consumer, wait.compareTo(POLL) < 0 ? wait : POLL);
        } else if (frozen == null ? !lane.awaitLanded(LANDING) : frozen.reached(consumer)) {
            awaitOthers(consumer);
        } else {
            batches.plan(consumer);
        }
    }

    private void takePlanned(
            Consumer<byte[], ByteBuffer> consumer, PlannedBatches batches, ConsumerRecords<byte[], ByteBuffer> polled)
            throws InterruptedException {
        ConsumerRecords<byte[], ByteBuffer> cut;
        boolean last;
        try {
            cut = batches.cut(consumer, polled);
            last = batches.rest(consumer).isEmpty();
        } catch (RuntimeException e) {
            if (!stopping()) {
                lane.invalidate(); // the consumer's position is behind it already: it is polled again
            }
            throw e;
        }
        chunks.reached(cut.nextOffsets());
        if (cut.isEmpty()) {
            batches.watch(consumer);
        } else {
            batches.disturbed();
            chunks.handOver(consumer, cut, last);
        }
    }

    /** Own partitions are done: the run is over when what is in flight is committed, and the others are done. */
    private void awaitOthers(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException {
        if (frozen != null && lane.awaitLanded(LANDING)) {
            delivered.commit(consumer);
            frozen.ask(consumer);
        }
        polling.poll(consumer, frozen == null ? Duration.ZERO : LANDING);
    }

    /**
     * Goes back to what is committed; a partition that nothing was committed of begins where the settings say. Waits for
     * what is in flight first, which may still be committed. False when that is not over yet.
     */
    private boolean rewind(Consumer<byte[], ByteBuffer> consumer) throws InterruptedException, DataLostException {
        int target = lane.epoch();
        if (!lane.awaitLanded(LANDING)) {
            delivery.flush();
            polling.stayInGroup(consumer);
            return false;
        }
        delivered.commit(consumer);
        topicId = topicId();
        position.seekToCommitted(consumer, topicId);
        Map<TopicPartition, OffsetAndMetadata> behindGaps = planned == null ? Map.of() : position.check(consumer);
        if (planned != null) {
            planned.disturbed();
        }
        chunks.rewound(target, topicId);
        chunks.reached(behindGaps);
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
