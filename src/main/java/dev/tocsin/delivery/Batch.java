package dev.tocsin.delivery;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What one trigger takes from one source.
 *
 * @param id from 0, in the order in which batches begin in this process
 * @param startedNanos {@link System#nanoTime()} at its begin
 */
public record Batch(long id, Source source, long startedNanos) {
    private static final AtomicLong NEXT = new AtomicLong();

    /** Begins the next batch of this process. */
    public static Batch begin(Source source) {
        return new Batch(NEXT.getAndIncrement(), source, System.nanoTime());
    }
}
