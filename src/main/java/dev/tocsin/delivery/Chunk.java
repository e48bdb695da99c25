package dev.tocsin.delivery;

import dev.tocsin.reading.Records;
import org.jspecify.annotations.Nullable;

/**
 * The part of a batch that commits as one, undecoded.
 *
 * @param batch the batch it is part of; null for a chunk that brings a position but no records
 * @param lastOfBatch whether the batch ends with it
 * @param epoch of its lane when it was read
 * @param urgent whether its position is to be committed even without output, at once
 * @param readNanos {@link System#nanoTime()} when it was polled or read
 */
public record Chunk(
        Lane lane,
        int epoch,
        @Nullable Batch batch,
        boolean lastOfBatch,
        Records records,
        Position position,
        boolean urgent,
        long readNanos) {}
