package dev.tocsin.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofSeconds(20);

    private final List<Position> committed = new ArrayList<>();
    private final Lane lane = new Lane(Source.DIRECTORY, committed::add);

    @Test
    void soManyChunksAreBetweenTheSourceAndTheQueueAndNotMore() throws InterruptedException {
        fill();
        assertThat(lane.acquire(AT_ONCE)).isFalse();

        lane.accepted();

        assertThat(lane.acquire(AT_ONCE)).isTrue();
        assertThat(lane.acquire(Duration.ofMillis(1))).isFalse();
    }

    private void fill() throws InterruptedException {
        for (int i = 0; i < Lane.UNDER_WAY; i++) {
            assertThat(lane.acquire(AT_ONCE)).isTrue();
        }
    }

    @Test
    void aTurnThatIsNotUsedIsGivenBack() throws InterruptedException {
        fill();

        lane.release();

        assertThat(lane.acquire(AT_ONCE)).isTrue();
    }

    @Test
    void whoWaitsForATurnGetsItWhenAChunkBeforeIsAccepted() throws Exception {
        fill();
        CompletableFuture<Boolean> turn = CompletableFuture.supplyAsync(() -> interruptible(() -> lane.acquire(LONG)));

        lane.accepted();

        assertThat(turn.get()).isTrue();
    }

    @Test
    void aLaneWithNothingInFlightHasLanded() throws InterruptedException {
        assertThat(lane.awaitLanded(AT_ONCE)).isTrue();
    }

    @Test
    void aChunkThatWasDroppedIsNotCommittedAlthoughItHasLanded() throws InterruptedException {
        lane.handedOver();
        lane.dropped();

        assertThat(lane.awaitCommitted(AT_ONCE)).isFalse();

        lane.rewound();
        lane.handedOver();
        lane.committed(new Position.OfFile("a", null, null, null));
        assertThat(lane.awaitCommitted(AT_ONCE)).isTrue();
    }

    @Test
    void chunksAreInFlightUntilEachIsCommittedOrDropped() throws InterruptedException {
        lane.handedOver();
        lane.handedOver();
        assertThat(lane.awaitLanded(AT_ONCE)).isFalse();

        lane.committed(new Position.OfFile("a", null, null, null));
        assertThat(lane.awaitLanded(Duration.ofMillis(1))).isFalse();
        lane.dropped();

        assertThat(lane.awaitLanded(AT_ONCE)).isTrue();
    }

    @Test
    void whoWaitsForTheLastChunkIsWokenByItsEnd() throws Exception {
        lane.handedOver();
        CompletableFuture<Boolean> landed =
                CompletableFuture.supplyAsync(() -> interruptible(() -> lane.awaitLanded(LONG)));

        lane.dropped();

        assertThat(landed.get()).isTrue();
    }

    @Test
    void thePositionIsToldBeforeTheChunkHasLanded() throws InterruptedException {
        Position position = new Position.OfFile("a", null, null, null);
        List<Boolean> landedWhenTold = new ArrayList<>();
        Lane[] told = new Lane[1];
        told[0] = new Lane(
                Source.KAFKA, reached -> landedWhenTold.add(interruptible(() -> told[0].awaitLanded(AT_ONCE))));
        told[0].handedOver();

        told[0].committed(position);
        lane.handedOver();
        lane.committed(position);

        assertThat(landedWhenTold).containsExactly(false);
        assertThat(committed).containsExactly(position);
        assertThat(told[0].awaitLanded(AT_ONCE)).isTrue();
    }

    @Test
    void aDroppedChunkHasNoPosition() {
        lane.handedOver();

        lane.dropped();

        assertThat(committed).isEmpty();
    }

    @Test
    void whatWasReadBeforeAnInvalidationIsStale() {
        Evaluated before = ChunkBuilder.on(lane).build();

        lane.invalidate();

        assertThat(before.stale()).isTrue();
        assertThat(ChunkBuilder.on(lane).build().stale()).isFalse();
        assertThat(lane.epoch()).isEqualTo(1);
    }

    @Test
    void invalidatingDoesNotLandWhatIsInFlight() throws InterruptedException {
        lane.handedOver();

        lane.invalidate();

        assertThat(lane.awaitLanded(AT_ONCE)).isFalse();
    }

    @Test
    void waitingEndsAtItsTimeout() {
        lane.handedOver();

        await().atMost(LONG).untilAsserted(() -> assertThat(lane.awaitLanded(Duration.ofMillis(20)))
                .isFalse());
    }

    private interface Waiting {
        boolean run() throws InterruptedException;
    }

    private static boolean interruptible(Waiting waiting) {
        try {
            return waiting.run();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
