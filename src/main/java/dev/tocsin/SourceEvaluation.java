package dev.tocsin;

import dev.tocsin.alert.Evaluation;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Source;
import dev.tocsin.reading.Records;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the chunks of one source, one after the other in their order: a few records on the source's own thread, which takes less
 * time than to wake another; more on a worker, so that the source reads on meanwhile. Nothing behind a chunk that cannot be evaluated
 * goes on, or its position would be committed over.
 */
final class SourceEvaluation {
    /** So many readings are decoded in some 20 µs. */
    private static final int FEW_RECORDS = 256;

    private static final long FEW_BYTES = 32 << 10;

    private final UnicastProcessor<Chunk> chunks = UnicastProcessor.create();
    private final Function<Records, Evaluation> evaluator;
    private final Consumer<Throwable> onFailure;
    private final ExecutorService worker;
    /** How many chunks the worker has not emitted yet. */
    private final AtomicInteger waiting = new AtomicInteger();

    private volatile @Nullable Thread source;
    /** Because of a failure, or a stop: what comes is read again after the next start. */
    private volatile boolean ended;

    /**
     * @param evaluator called by one thread at a time
     * @param onFailure told once why a chunk could not be evaluated
     */
    SourceEvaluation(Source of, Function<Records, Evaluation> evaluator, Consumer<Throwable> onFailure) {
        this.evaluator = evaluator;
        this.onFailure = onFailure;
        this.worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "evaluation-" + of.label()));
    }

    /** The chunks that the source brings. */
    Multi<Chunk> chunks() {
        return chunks;
    }

    /** Where the source puts its chunks. */
    void bring(Chunk chunk) {
        source = Thread.currentThread();
        chunks.onNext(chunk);
    }

    /** Evaluates the next chunk. May be called on the thread of another source, where channels are merged: does not wait then. */
    void evaluate(Chunk chunk, Consumer<Evaluated> alerts) {
        if (ended) {
            return;
        }
        if (isIdle() && Thread.currentThread() == source && isSmall(chunk.records())) {
            emit(chunk, alerts);
        } else {
            waiting.incrementAndGet();
            try {
                worker.execute(() -> {
                    emit(chunk, alerts);
                    waiting.decrementAndGet();
                });
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    private static boolean isSmall(Records records) {
        return records.count() <= FEW_RECORDS && records.bytes() <= FEW_BYTES;
    }

    private void emit(Chunk chunk, Consumer<Evaluated> alerts) {
        if (ended) {
            return;
        }
        try {
            alerts.accept(Evaluated.of(chunk, evaluator.apply(chunk.records())));
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private void fail(Throwable e) {
        ended = true;
        onFailure.accept(e);
    }

    /** Whether no chunk is with the worker. */
    boolean isIdle() {
        return waiting.get() == 0;
    }

    /** To be called when nothing is under way any more. */
    void stop() {
        ended = true;
        worker.shutdownNow();
    }
}
