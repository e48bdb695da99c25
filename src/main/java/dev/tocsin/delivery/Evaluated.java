package dev.tocsin.delivery;

import dev.tocsin.alert.Evaluation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chunk after decoding and rules: what it came to, and the position to commit with that. Holds no undecoded bytes.
 *
 * @param evaluatedNanos {@link System#nanoTime()} when that was known; the others are as in {@link Chunk}
 */
public record Evaluated(
        Lane lane,
        int epoch,
        @Nullable Batch batch,
        boolean lastOfBatch,
        Evaluation evaluation,
        Position position,
        boolean urgent,
        long readNanos,
        long evaluatedNanos) {
    /** Joins a chunk with its evaluation. */
    public static Evaluated of(Chunk chunk, Evaluation evaluation) {
        return new Evaluated(
                chunk.lane(),
                chunk.epoch(),
                chunk.batch(),
                chunk.lastOfBatch(),
                evaluation,
                chunk.position(),
                chunk.urgent(),
                chunk.readNanos(),
                System.nanoTime());
    }

    /** The same chunk after its output was delivered: what is left is its position. */
    Evaluated withoutOutput() {
        Evaluation none = new Evaluation(
                List.of(),
                List.of(),
                evaluation.readings(),
                evaluation.unusable(),
                evaluation.blank(),
                evaluation.bytes(),
                0);
        return new Evaluated(lane, epoch, batch, lastOfBatch, none, position, urgent, readNanos, evaluatedNanos);
    }

    /** Whether the chunk was taken back since: its lane was rewound and will read it again. */
    boolean stale() {
        return epoch != lane.epoch();
    }

    /** Which source it came from. */
    public Source source() {
        return lane.source();
    }
}
