package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.alert.Evaluation;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.reading.Origin;
import dev.tocsin.reading.Records;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SourceEvaluationTest {
    private static final int FEW = 10;
    private static final int MANY = 10_000;

    private final Lane lane = new Lane(Source.DIRECTORY, position -> {});
    private final Semaphore going = new Semaphore(1);
    private final List<String> emitted = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final SourceEvaluation evaluation = new SourceEvaluation(Source.DIRECTORY, this::evaluate, failures::add);

    private Evaluation evaluate(Records records) {
        going.acquireUninterruptibly();
        going.release();
        threads.add(Thread.currentThread());
        if (records.bytes() < 0) {
            throw new IllegalStateException("broken");
        }
        return new Evaluation(List.of(), List.of(), records.count(), 0, 0, 0, 0);
    }

    @BeforeEach
    void subscribe() {
        evaluation.chunks().subscribe().with(chunk -> evaluation.evaluate(chunk, this::emit));
    }

    @AfterEach
    void stop() {
        evaluation.stop();
    }

    private void emit(Evaluated chunk) {
        emitted.add(((Position.OfFile) chunk.position()).path());
    }

    @Test
    void aFewRecordsAreEvaluatedWhereTheyCome() {
        evaluation.bring(chunk("a", FEW, 1_000));

        assertThat(emitted).containsExactly("a");
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void manyRecordsOrLargeOnesAreEvaluatedByAnotherThread() {
        evaluation.bring(chunk("many", MANY, 1_000));
        evaluation.bring(chunk("large", FEW, 1_000_000));

        await().until(() -> emitted.equals(List.of("many", "large")));
        assertThat(threads).doesNotContain(Thread.currentThread());
    }

    @Test
    void aFewDoNotOvertakeMany() {
        going.acquireUninterruptibly();
        evaluation.bring(chunk("many", MANY, 1_000));
        evaluation.bring(chunk("few", FEW, 1_000));
        assertThat(emitted).isEmpty();
        going.release();

        await().until(() -> emitted.equals(List.of("many", "few")));
    }

    /** As where another source's thread does it because the channel is merged. */
    @Test
    void aFewAreNotEvaluatedOnAnotherSourcesThread() throws InterruptedException {
        Thread other = new Thread(() -> evaluation.evaluate(chunk("a", FEW, 1_000), this::emit));
        other.start();
        other.join();

        await().until(() -> emitted.equals(List.of("a")));
        assertThat(threads).hasSize(1).doesNotContain(other);
    }

    @Test
    void nothingBehindAChunkThatCannotBeEvaluatedGoesOn() {
        going.acquireUninterruptibly();
        evaluation.bring(chunk("broken", MANY, -1));
        evaluation.bring(chunk("behind", MANY, 1_000));
        going.release();

        await().until(() -> !failures.isEmpty());
        evaluation.bring(chunk("few", FEW, 1_000));
        await().until(() -> evaluation.isIdle());
        assertThat(emitted).isEmpty();
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatComesAfterAStopIsNoFailure() {
        evaluation.stop();

        evaluation.bring(chunk("many", MANY, 1_000));
        evaluation.bring(chunk("few", FEW, 1_000));

        assertThat(emitted).isEmpty();
        assertThat(failures).isEmpty();
    }

    private Chunk chunk(String path, int count, long bytes) {
        return new Chunk(
                lane, 0, null, false, new Sized(count, bytes), new Position.OfFile(path, null, null, null), false, 0);
    }

    /** Nothing but a size. */
    private record Sized(int count, long bytes) implements Records {
        @Override
        public boolean next() {
            return false;
        }

        @Override
        public byte[] array() {
            return new byte[0];
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int length() {
            return 0;
        }

        @Override
        public long size() {
            return 0;
        }

        @Override
        public Origin origin() {
            throw new IllegalStateException("there is no record");
        }
    }
}
