package dev.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeliveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration AT_ONCE = Duration.ZERO;

    private final MemoryCommitter committer = new MemoryCommitter();
    private final List<FatalDeliveryException> fatal = new CopyOnWriteArrayList<>();
    private final List<String> listened = new CopyOnWriteArrayList<>();
    private final List<Position> positions = new CopyOnWriteArrayList<>();
    private final Lane lane = new Lane(Source.DIRECTORY, positions::add);
    private final Lane other = new Lane(Source.KAFKA, positions::add);
    private final Delivery delivery = new Delivery(
            committer,
            List.of(new DeliveryListener() {
                @Override
                public void committed(List<Evaluated> chunks) {
                    committer.calls.add("listener");
                    listened.add("committed " + names(chunks));
                }

                @Override
                public void failed(List<Evaluated> chunks) {
                    listened.add("failed " + names(chunks));
                }
            }),
            fatal::add);

    @AfterEach
    void stop() throws InterruptedException {
        committer.release();
        delivery.stop(PATIENCE);
    }

    @Test
    void outputIsCommittedAtOnce() throws InterruptedException {
        start();
        long before = System.nanoTime();

        hand(lane, output("a"));

        awaitCommits(1);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Delivery.PROGRESS_INTERVAL);
        assertThat(committed()).containsExactly(List.of("a"));
        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(positions).extracting(DeliveryTest::name).containsExactly("a");
    }

    @Test
    void whatComesDuringACommitIsOneCommit() throws InterruptedException {
        committer.hold();
        start();
        hand(lane, output("first"));
        awaitBegun(1);

        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            hand(lane, output("a" + i));
            hand(other, output("b" + i));
            expected.add("a" + i);
            expected.add("b" + i);
        }
        committer.release();

        awaitCommits(2);
        assertThat(committed()).containsExactly(List.of("first"), expected);
    }

    @Test
    void chunksOfABacklogAreGatheredIntoOneCommit() throws InterruptedException {
        Delivery gathering = new Delivery(committer, List.of(), fatal::add, PATIENCE);
        gathering.register(lane);
        gathering.start();
        hand(gathering, lane, output("a").bytes(Delivery.BACKLOG_BYTES));
        hand(gathering, lane, output("b").bytes(Delivery.BACKLOG_BYTES).urgent());

        hand(gathering, lane, output("c").bytes(Delivery.BACKLOG_BYTES - 1));

        awaitCommits(1);
        assertThat(committed()).containsExactly(List.of("a", "b", "c"));
        gathering.stop(PATIENCE);
    }

    @Test
    void aBacklogIsCommittedThoughNothingFollows() throws InterruptedException {
        start();

        hand(lane, output("a").bytes(Delivery.BACKLOG_BYTES));

        awaitCommits(1);
        assertThat(committed()).containsExactly(List.of("a"));
    }

    @Test
    void aFlushDoesNotWaitForMoreOfABacklog() throws InterruptedException {
        Delivery gathering = new Delivery(committer, List.of(), fatal::add, Duration.ofDays(1));
        gathering.register(lane);
        gathering.start();
        hand(gathering, lane, output("a").bytes(Delivery.BACKLOG_BYTES));

        gathering.flush();

        awaitCommits(1);
        gathering.stop(PATIENCE);
    }

    @Test
    void progressWithoutOutputGoesAfterAWhile() throws InterruptedException {
        start();

        hand(lane, progress("a"));

        await().atMost(Delivery.PROGRESS_INTERVAL.plusMillis(900)).until(() -> committer.commits.size() == 1);
        assertThat(committed()).containsExactly(List.of("a"));
    }

    @Test
    void progressWithoutOutputRidesAlongWithOutput() throws InterruptedException {
        start();
        hand(lane, progress("a"));
        hand(other, progress("b"));
        hand(lane, output("c"));

        awaitCommits(1);

        assertThat(committed().get(0)).contains("a", "b", "c").containsSubsequence("a", "c");
    }

    @Test
    void anUrgentPositionGoesAtOnce() throws InterruptedException {
        start();
        long before = System.nanoTime();

        hand(lane, ChunkBuilder.on(lane).named("a").urgent());

        awaitCommits(1);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Delivery.PROGRESS_INTERVAL);
    }

    @Test
    void aFlushSendsWhatThereIs() throws InterruptedException {
        start();
        long before = System.nanoTime();
        hand(lane, progress("a"));

        delivery.flush();

        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Delivery.PROGRESS_INTERVAL);
        assertThat(committed()).containsExactly(List.of("a"));
    }

    @Test
    void listenersAreToldAfterTheCommitAndBeforeTheSource() throws InterruptedException {
        start();

        hand(lane, output("a"));
        assertThat(lane.awaitLanded(PATIENCE)).isTrue();

        assertThat(committer.calls).containsSubsequence("recover", "commit", "listener");
        assertThat(committer.calls).doesNotContainSubsequence("listener", "commit");
        assertThat(listened).containsExactly("committed [a]");
    }

    @Test
    void whereShowingIsTheDeliveryItComesFirst() throws InterruptedException {
        committer.showsFirst = true;
        start();

        hand(lane, output("a"));
        assertThat(lane.awaitLanded(PATIENCE)).isTrue();

        assertThat(committer.calls).containsSubsequence("recover", "listener", "commit");
        assertThat(positions).hasSize(1);
    }

    @Test
    void nothingIsCommittedBeforeTheCommitterIsReady() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            committer.recoverFailures.add(new IOException("no broker"));
        }
        assertThat(delivery.problem()).isEqualTo("starting");
        delivery.register(lane);
        delivery.start();
        await().until(() -> delivery.problem().equals("alerts cannot be delivered: no broker"));

        hand(lane, output("a"));
        awaitCommits(1);

        assertThat(delivery.problem()).isEmpty();
        assertThat(committer.calls.subList(0, 4)).containsExactly("recover", "recover", "recover", "commit");
        assertThat(lane.epoch()).isZero();
    }

    @Test
    void afterAFailureEverythingIsTakenBackAndReadAgain() throws InterruptedException {
        committer.hold();
        committer.commitFailures.add(new IOException("disk full"));
        start();
        hand(lane, output("a"));
        awaitBegun(1);
        hand(lane, output("b"));
        hand(other, progress("c"));

        committer.release();

        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(other.awaitLanded(PATIENCE)).isTrue();
        await().until(() -> lane.epoch() == 1 && other.epoch() == 1);
        assertThat(listened).containsExactly("failed [a]");
        assertThat(positions).isEmpty();
        assertThat(committer.commits).isEmpty();

        hand(lane, output("a again"));
        awaitCommits(1);
        assertThat(committed()).containsExactly(List.of("a again"));
    }

    @Test
    void recoveryIsTriedUntilItWorksAndOnlyThenSourcesReadAgain() throws InterruptedException {
        start();
        committer.commitFailures.add(new IllegalStateException("fenced out"));
        committer.recoverFailures.add(new IOException("still away"));
        committer.recoverFailures.add(new IOException("still away"));
        List<Integer> epochs = new CopyOnWriteArrayList<>();
        List<String> problems = new CopyOnWriteArrayList<>();
        committer.calls.clear();

        hand(lane, output("a"));
        await().until(() -> {
            epochs.add(lane.epoch());
            problems.add(delivery.problem());
            return committer.calls.size() >= 4;
        });
        await().until(() -> lane.epoch() == 1);

        assertThat(committer.calls.subList(0, 4)).containsExactly("commit", "recover", "recover", "recover");
        assertThat(problems).contains("alerts cannot be delivered: still away");
        assertThat(delivery.problem()).isEmpty();
        assertThat(epochs.get(0)).isZero();
    }

    @Test
    void aChunkThatWasReadBeforeTheFailureIsDroppedWheneverItComes() throws InterruptedException {
        start();
        ChunkBuilder late = output("late");
        Evaluated stale = late.build();
        lane.invalidate();

        lane.acquire(PATIENCE);
        lane.handedOver();
        delivery.accept(stale);

        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(lane.acquire(AT_ONCE)).as("the next may come").isTrue();
        lane.release();
        hand(lane, output("fresh"));
        awaitCommits(1);
        assertThat(committed()).containsExactly(List.of("fresh"));
    }

    @Test
    void aChunkThatBecomesStaleInTheQueueIsDroppedAndTheOthersAreCommitted() throws InterruptedException {
        committer.hold();
        start();
        hand(lane, output("first"));
        awaitBegun(1);
        hand(lane, output("stale"));
        hand(other, output("fresh"));

        lane.invalidate();
        committer.release();

        awaitCommits(2);
        assertThat(committed()).containsExactly(List.of("first"), List.of("fresh"));
        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(listened).containsExactly("committed [first]", "committed [fresh]");
    }

    @Test
    void stoppingCommitsWhatIsQueuedAndCloses() throws InterruptedException {
        start();
        for (int i = 0; i < 5; i++) {
            hand(lane, progress("a" + i));
        }

        delivery.stop(PATIENCE);

        assertThat(committed().stream().flatMap(List::stream)).containsExactly("a0", "a1", "a2", "a3", "a4");
        assertThat(lane.awaitLanded(AT_ONCE)).isTrue();
        assertThat(committer.calls).endsWith("close").containsOnlyOnce("close");
        assertThat(fatal).isEmpty();
    }

    @Test
    void stoppingDoesNotWaitForADeadCommitterForever() throws InterruptedException {
        committer.hold();
        start();
        hand(lane, output("a"));
        awaitBegun(1);

        delivery.stop(Duration.ofMillis(50));

        assertThat(committer.closed).isTrue();
        assertThat(committer.commits).isEmpty();
        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
    }

    @Test
    void stoppingWhileNothingCanBeDeliveredDropsWhatIsQueued() throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            committer.recoverFailures.add(new IOException("no broker"));
        }
        delivery.register(lane);
        delivery.start();
        await().until(() -> delivery.problem().contains("no broker"));
        hand(lane, output("a"));

        delivery.stop(PATIENCE);

        assertThat(committer.closed).isTrue();
        assertThat(lane.awaitLanded(Duration.ofSeconds(1)))
                .as("every chunk handed over ends as committed or dropped")
                .isTrue();
    }

    @Test
    void aSourceThatIsTooFarAheadWaitsForItsTurnAndGetsItAfterTheCommit() throws Exception {
        committer.hold();
        start();
        hand(lane, output("a").weight(Inbox.MAX_WEIGHT / 2));
        awaitBegun(1);
        hand(other, output("b").weight(Inbox.MAX_WEIGHT / 2));

        hand(other, output("c"));
        assertThat(other.acquire(AT_ONCE)).isFalse();
        hand(lane, output("d"));
        hand(lane, output("e"));
        assertThat(lane.acquire(AT_ONCE))
                .as("there is no room for whoever comes next")
                .isFalse();
        committer.release();

        hand(other, output("f"));
        hand(lane, output("g"));
        awaitCommitted("a", "b", "c", "d", "e", "f", "g");
    }

    @Test
    void aChunkThatIsHeavierThanTheLimitPassesAlone() throws InterruptedException {
        start();

        hand(lane, output("a").weight(10 * Inbox.MAX_WEIGHT));
        hand(lane, output("b").weight(10 * Inbox.MAX_WEIGHT));
        hand(lane, output("c"));

        awaitCommitted("a", "b", "c");
    }

    @Test
    void chunksWithoutOutputHaveAWeightToo() throws Exception {
        committer.hold();
        start();
        hand(lane, output("first"));
        awaitBegun(1);

        int chunks = 0;
        while (lane.acquire(AT_ONCE)) {
            lane.handedOver();
            delivery.accept(progress("a").build());
            chunks++;
            assertThat(chunks).isLessThan(100_000);
        }
        committer.release();
        delivery.flush();

        assertThat(lane.awaitLanded(PATIENCE)).isTrue();
        assertThat(committed().stream().mapToInt(List::size).sum()).isEqualTo(1 + chunks);
        assertThat(lane.acquire(AT_ONCE)).isTrue();
    }

    @Test
    void aFailedCommitMakesRoomToo() throws Exception {
        committer.hold();
        committer.commitFailures.add(new IOException("no"));
        start();
        hand(lane, output("a").weight(2 * Inbox.MAX_WEIGHT));
        awaitBegun(1);
        assertThat(lane.acquire(AT_ONCE)).isTrue();
        assertThat(lane.acquire(AT_ONCE)).isFalse();

        committer.release();

        assertThat(lane.acquire(PATIENCE)).isTrue();
        lane.release();
        lane.release();
        await().until(() -> lane.epoch() == 1);
        hand(lane, output("b").weight(Inbox.MAX_WEIGHT));
        awaitCommitted("b");
    }

    @Test
    void aStaleChunkTakesNoRoom() throws Exception {
        start();
        Evaluated stale = output("stale").weight(2 * Inbox.MAX_WEIGHT).build();
        lane.invalidate();

        lane.acquire(PATIENCE);
        lane.handedOver();
        delivery.accept(stale);

        assertThat(lane.acquire(AT_ONCE)).isTrue();
    }

    @Test
    void whenNothingCanBeDeliveredAnyMoreThatIsSaidOnceAndNothingIsLeftInFlight() throws InterruptedException {
        committer.hold();
        committer.commitFailures.add(new FatalDeliveryException("another instance", null));
        start();
        hand(lane, output("a"));
        awaitBegun(1);
        hand(lane, output("b"));

        committer.release();

        await().until(() -> committer.closed);
        assertThat(fatal).extracting(Throwable::getMessage).containsExactly("another instance");
        hand(lane, output("c"));
        hand(lane, output("d").weight(2 * Inbox.MAX_WEIGHT));
        hand(lane, output("e"));
        assertThat(committer.commits).isEmpty();
        assertThat(lane.awaitLanded(Duration.ofSeconds(1)))
                .as("every chunk handed over ends as committed or dropped")
                .isTrue();
    }

    @Test
    void aRecoveryMayFindThatNothingCanBeDelivered() {
        committer.recoverFailures.add(new FatalDeliveryException("not for you", null));

        delivery.start();

        await().until(() -> committer.closed);
        assertThat(fatal).extracting(Throwable::getMessage).containsExactly("not for you");
    }

    @Test
    void anErrorOfTheCommitterIsFatal() throws InterruptedException {
        start();
        committer.commitFailures.add(new StackOverflowError());

        hand(lane, output("a"));

        await().until(() -> committer.closed);
        assertThat(fatal)
                .extracting(Throwable::getMessage)
                .singleElement()
                .asString()
                .startsWith("the delivery failed: ");
        assertThat(lane.awaitLanded(Duration.ofSeconds(1)))
                .as("every chunk handed over ends as committed or dropped")
                .isTrue();
    }

    @Test
    void whereThereIsNothingToCommitTheCommitterIsIdleAndMayFailAtThatToo() {
        committer.idleFailures.add(new IOException("disk gone"));
        start();

        await().until(() -> lane.epoch() == 1);

        assertThat(listened).containsExactly("failed []");
        assertThat(committer.calls).containsSubsequence("recover", "idle", "recover");
    }

    /** Lanes, failures and invalidations in any order: the sum of it is that nothing is lost, and nothing lands twice. */
    @Test
    void everyChunkThatIsHandedOverEndsOnce() throws Exception {
        List<AtomicInteger> told = new ArrayList<>();
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            AtomicInteger counter = new AtomicInteger();
            told.add(counter);
            lanes.add(new Lane(Source.KAFKA, position -> counter.incrementAndGet()));
            delivery.register(lanes.get(i));
        }
        start();
        List<CompletableFuture<Void>> sources = new ArrayList<>();
        for (int i = 0; i < lanes.size(); i++) {
            Lane source = lanes.get(i);
            Random random = new Random(i);
            sources.add(CompletableFuture.runAsync(() -> {
                for (int n = 0; n < 400; n++) {
                    if (random.nextInt(50) == 0) {
                        committer.commitFailures.add(new IOException("no"));
                    }
                    if (random.nextInt(50) == 0) {
                        source.invalidate();
                    }
                    hand(source, random.nextBoolean() ? output("x") : progress("y"));
                }
            }));
        }
        for (CompletableFuture<Void> source : sources) {
            source.get();
        }
        delivery.stop(PATIENCE);

        for (Lane source : lanes) {
            assertThat(source.awaitLanded(AT_ONCE))
                    .as("nothing is left in flight")
                    .isTrue();
            source.handedOver();
            assertThat(source.awaitLanded(AT_ONCE)).as("nothing landed twice").isFalse();
        }
        assertThat(told.stream().mapToInt(AtomicInteger::get).sum())
                .isEqualTo(committed().stream().mapToInt(List::size).sum());
    }

    private static ConditionFactory await() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    private void start() {
        delivery.register(lane);
        delivery.register(other);
        delivery.start();
        await().until(() -> delivery.problem().isEmpty());
    }

    /** As a source does it. The chunk is of the lane's epoch. */
    private void hand(Lane to, ChunkBuilder chunk) {
        hand(delivery, to, chunk);
    }

    private static void hand(Delivery over, Lane to, ChunkBuilder chunk) {
        try {
            assertThat(to.acquire(PATIENCE)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        to.handedOver();
        Evaluated built = chunk.build();
        over.accept(new Evaluated(
                to,
                to.epoch(),
                built.batch(),
                built.lastOfBatch(),
                built.evaluation(),
                built.position(),
                built.urgent(),
                built.readNanos(),
                built.evaluatedNanos()));
    }

    private ChunkBuilder output(String name) {
        return output(lane, name);
    }

    private static ChunkBuilder output(Lane of, String name) {
        return ChunkBuilder.on(of).named(name).alerts("device");
    }

    private ChunkBuilder progress(String name) {
        return ChunkBuilder.on(lane).named(name).cold(10, 0);
    }

    private void awaitBegun(int commits) {
        await().until(() -> committer.begun() == commits);
    }

    private void awaitCommits(int count) {
        await().until(() -> committer.commits.size() >= count);
    }

    private void awaitCommitted(String... names) {
        await().untilAsserted(() ->
                assertThat(committed().stream().flatMap(List::stream)).containsExactly(names));
    }

    private List<List<String>> committed() {
        return committer.commits.stream().map(DeliveryTest::names).toList();
    }

    private static List<String> names(List<Evaluated> chunks) {
        return chunks.stream().map(chunk -> name(chunk.position())).toList();
    }

    private static String name(Position position) {
        return ((Position.OfFile) position).path();
    }
}
