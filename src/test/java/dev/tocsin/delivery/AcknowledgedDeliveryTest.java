package dev.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AcknowledgedDeliveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration NEVER = Duration.ofHours(1);

    private final MemoryCommitter committer = new MemoryCommitter();
    private final ManualOutput output = new ManualOutput();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final List<String> positions = new CopyOnWriteArrayList<>();
    private final List<FatalDeliveryException> fatal = new CopyOnWriteArrayList<>();
    /** Listeners return when there is a permit. */
    private final Semaphore telling = new Semaphore(1);

    private final Lane lane = new Lane(Source.KAFKA, position -> positions.add(name(position)));
    private @Nullable AcknowledgedDelivery delivery;

    /** Acknowledges when a test says so. */
    private static final class ManualOutput implements Output {
        private final Map<String, Consumer<@Nullable Exception>> open = new ConcurrentHashMap<>();
        private final List<String> sent = new CopyOnWriteArrayList<>();
        private final Semaphore unblocked = new Semaphore(1);
        private volatile int recoveries;
        private volatile boolean acknowledging;

        @Override
        public void send(Evaluated chunk, Consumer<@Nullable Exception> done) {
            if (acknowledging) {
                done.accept(null);
                return;
            }
            open.put(name(chunk.position()), done);
            sent.add(name(chunk.position()));
            unblocked.acquireUninterruptibly();
            unblocked.release();
        }

        /** From now on, at once. */
        void acknowledgeAll() {
            acknowledging = true;
        }

        void block() {
            unblocked.acquireUninterruptibly();
        }

        void unblock() {
            unblocked.release();
        }

        @Override
        public void recover() {
            recoveries++;
        }

        @Override
        public void close() {}

        void acknowledge(String name) {
            fate(name, null);
        }

        void fate(String name, @Nullable Exception e) {
            await().atMost(PATIENCE).until(() -> open.containsKey(name));
            open.remove(name).accept(e);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (delivery != null) {
            output.open.values().forEach(done -> done.accept(null));
            delivery.stop(PATIENCE);
        }
    }

    @Test
    void outputLeavesAtOnceAndIsShownWhenItIsAcknowledgedLongBeforeItsPositionIsCommitted() throws Exception {
        start(NEVER, false);

        hand("a");
        await().atMost(PATIENCE).until(() -> output.sent.contains("a"));
        assertThat(told).isEmpty();
        output.acknowledge("a");

        await().atMost(PATIENCE).until(() -> told.contains("committed a"));
        assertThat(committer.commits).isEmpty();
        assertThat(positions).isEmpty();
    }

    @Test
    void chunksWithoutOutputWaitForOutputAndGoBeforeIt() throws Exception {
        start(NEVER, false, NEVER);
        accept(ChunkBuilder.on(lane).named("a"));
        accept(ChunkBuilder.on(lane).named("b"));
        await().during(Duration.ofMillis(200)).atMost(PATIENCE).until(output.sent::isEmpty);

        hand("c");

        await().atMost(PATIENCE).until(() -> output.sent.equals(List.of("a", "b", "c")));
    }

    @Test
    void chunksWithoutOutputGoThoughNothingFollows() throws Exception {
        start(Duration.ofMillis(20), false);

        accept(ChunkBuilder.on(lane).named("a"));
        output.acknowledge("a");

        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a")));
    }

    @Test
    void aFlushOrAStopDoesNotWaitForOutput() throws Exception {
        start(NEVER, false, NEVER);
        accept(ChunkBuilder.on(lane).named("a"));
        delivery().flush();
        output.acknowledge("a");
        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a")));

        accept(ChunkBuilder.on(lane).named("b"));
        new Thread(() -> output.acknowledge("b")).start();
        delivery().stop(PATIENCE);

        assertThat(positions).containsExactly("a", "b");
    }

    /** Of chunks without output 4,096 fill the inbox. */
    @Test
    void positionsThatHoldUpTheSourceDoNotWaitForTheInterval() throws Exception {
        start(NEVER, false);
        output.acknowledgeAll();

        for (int i = 0; i < 10_000; i++) {
            accept(ChunkBuilder.on(lane).named("a"));
        }

        assertThat(positions).hasSizeGreaterThan(1_000);
    }

    @Test
    void aFlushIsHeardThoughTheOutputBlocks() throws Exception {
        start(NEVER, false);
        hand("a");
        output.acknowledge("a");
        await().atMost(PATIENCE).until(() -> told.contains("committed a"));
        output.block();
        hand("b");
        await().atMost(PATIENCE).until(() -> output.sent.contains("b"));

        delivery().flush();

        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a")));
        output.unblock();
    }

    @Test
    void aPositionIsCommittedOnlyWhenAllOutputBeforeItIsAcknowledged() throws Exception {
        start(Duration.ofMillis(20), false);
        hand("a");
        hand("b");
        output.acknowledge("b");

        await("several intervals, in which nothing may happen")
                .during(Duration.ofMillis(200))
                .atMost(PATIENCE)
                .until(positions::isEmpty);
        output.acknowledge("a");

        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a", "b")));
        assertThat(told).containsExactly("committed a", "committed b");
    }

    @Test
    void anUrgentPositionOrAFlushDoesNotWaitForTheInterval() throws Exception {
        start(NEVER, true);
        hand("a");
        output.acknowledge("a");
        accept(ChunkBuilder.on(lane).named("b").urgent());
        output.acknowledge("b");
        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a", "b")));

        hand("c");
        delivery().flush();
        output.acknowledge("c");

        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a", "b", "c")));
    }

    @Test
    void aFlushAlsoHoldsForWhatIsBeingToldOfWhileAnEarlierCommitEnds() throws Exception {
        startWithACommitThatIsHeld();
        telling.drainPermits();
        hand("b");
        output.acknowledge("b");
        await().atMost(PATIENCE).until(() -> told.contains("committed b"));

        committer.release();
        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a")));
        telling.release();

        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a", "b")));
    }

    @Test
    void aFlushAlsoHoldsForWhatIsStillBeingDecoded() throws Exception {
        start(NEVER, false);
        hand("a");
        output.acknowledge("a");
        assertThat(lane.acquire(PATIENCE)).isTrue();
        lane.handedOver();
        delivery().flush();
        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a")));

        delivery().accept(ChunkBuilder.on(lane).named("b").alerts("device-b").build());
        output.acknowledge("b");

        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a", "b")));
    }

    @Test
    void aLastCommitThatCannotSucceedIsNotPassedOver() throws Exception {
        start(NEVER, false);
        hand("a");
        output.acknowledge("a");
        await().atMost(PATIENCE).until(() -> told.contains("committed a"));
        committer.commitFailures.add(new FatalDeliveryException("no more", new IOException()));

        delivery().stop(PATIENCE);

        assertThat(fatal).hasSize(1);
    }

    @Test
    void nothingIsSentBehindAFailure() throws Exception {
        start(NEVER, false, NEVER);
        output.block();
        accept(ChunkBuilder.on(lane).named("a"));
        hand("b");
        int epoch = lane.epoch();

        output.fate("a", new IOException("no broker"));
        output.unblock();

        await().atMost(PATIENCE).until(() -> lane.epoch() > epoch);
        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(output.sent).containsExactly("a");
    }

    @Test
    void outputThatCannotBeDeliveredTakesAllBackThatIsNotCommitted() throws Exception {
        start(NEVER, false);
        hand("a");
        hand("b");
        output.acknowledge("a");
        int epoch = lane.epoch();

        output.fate("b", new IOException("no broker"));

        await().atMost(PATIENCE).until(() -> lane.epoch() > epoch);
        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(positions).isEmpty();
        assertThat(output.recoveries).isEqualTo(2);
        assertThat(told).contains("failed b");
        hand("a");
        hand("b");
        output.acknowledge("a");
        output.acknowledge("b");
        delivery().flush();
        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a", "b")));
    }

    @Test
    void aPositionThatCannotBeCommittedIsReadAgain() throws Exception {
        committer.commitFailures.add(new IOException("fenced"));
        start(Duration.ofMillis(1), false);
        int epoch = lane.epoch();
        hand("a");
        output.acknowledge("a");

        await().atMost(PATIENCE).until(() -> lane.epoch() > epoch);
        assertThat(positions).isEmpty();
        hand("a");
        output.acknowledge("a");

        await().atMost(PATIENCE).until(() -> positions.equals(List.of("a")));
        assertThat(told).containsExactly("committed a", "failed ", "committed a");
    }

    @Test
    void whatWasTakenBackIsNeitherSentNorCommitted() throws Exception {
        start(NEVER, false);
        hand("a");
        output.acknowledge("a");
        await().atMost(PATIENCE).until(() -> told.contains("committed a"));

        lane.invalidate();
        delivery().flush();

        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(positions).isEmpty();
        assertThat(committer.commits).isEmpty();
    }

    /** A failure of the output is being dealt with meanwhile. */
    @Test
    void aCommitThatCanNeverSucceedIsNotForgottenOverAnotherFailure() throws Exception {
        startWithACommitThatIsHeld();
        hand("b");
        output.fate("b", new IOException("no broker"));
        committer.commitFailures.add(new FatalDeliveryException("no more", new IOException()));

        committer.release();

        await().atMost(PATIENCE).until(() -> fatal.size() == 1);
        assertThat(fatal).singleElement().asString().contains("no more");
    }

    /** As its owner cannot know then how far it has come. */
    @Test
    void aLaneThatCannotTakeThatItsPositionIsCommittedEndsAllWithTheReason() throws Exception {
        start(Duration.ofMillis(1), false);
        Lane refusing = new Lane(Source.DIRECTORY, position -> {
            throw new IllegalStateException("no room");
        });
        assertThat(refusing.acquire(PATIENCE)).isTrue();
        refusing.handedOver();
        delivery().accept(ChunkBuilder.on(refusing).named("a").build());
        output.acknowledge("a");

        await().atMost(PATIENCE).until(() -> fatal.size() == 1);
        assertThat(fatal).singleElement().asString().contains("no room");
        assertThat(refusing.awaitLanded(PATIENCE)).isTrue();
    }

    @Test
    void aStopCommitsWhatIsDelivered() throws Exception {
        start(NEVER, false);
        hand("a");
        output.acknowledge("a");
        await().atMost(PATIENCE).until(() -> told.contains("committed a"));

        delivery().stop(PATIENCE);

        assertThat(positions).containsExactly("a");
        assertThat(fatal).isEmpty();
    }

    private void start(Duration interval, boolean urgentAtOnce) {
        start(interval, urgentAtOnce, Delivery.GATHER_INTERVAL);
    }

    private void start(Duration interval, boolean urgentAtOnce, Duration gatherInterval) {
        AcknowledgedDelivery started = new AcknowledgedDelivery(
                output,
                committer,
                interval,
                urgentAtOnce,
                List.of(new DeliveryListener() {
                    @Override
                    public void committed(List<Evaluated> chunks) {
                        chunks.forEach(chunk -> told.add("committed " + name(chunk.position())));
                        telling.acquireUninterruptibly();
                        telling.release();
                    }

                    @Override
                    public void failed(List<Evaluated> chunks) {
                        List<String> names = new ArrayList<>();
                        chunks.forEach(chunk -> names.add(name(chunk.position())));
                        told.add("failed " + String.join(" ", names));
                    }
                }),
                fatal::add,
                gatherInterval);
        started.register(lane);
        started.start();
        delivery = started;
    }

    private AcknowledgedDelivery delivery() {
        AcknowledgedDelivery started = delivery;
        if (started == null) {
            throw new IllegalStateException("not started");
        }
        return started;
    }

    /** Of the position of "a". */
    private void startWithACommitThatIsHeld() throws Exception {
        start(NEVER, false);
        hand("a");
        output.acknowledge("a");
        await().atMost(PATIENCE).until(() -> told.contains("committed a"));
        committer.hold();
        delivery().flush();
        await().atMost(PATIENCE).until(() -> committer.begun() == 1);
    }

    private void hand(String name) throws InterruptedException {
        accept(ChunkBuilder.on(lane).named(name).alerts("device-" + name));
    }

    private void accept(ChunkBuilder chunk) throws InterruptedException {
        assertThat(lane.acquire(PATIENCE)).isTrue();
        lane.handedOver();
        delivery().accept(chunk.build());
    }

    private static String name(Position position) {
        return position instanceof Position.OfFile file ? file.path() : "";
    }
}
