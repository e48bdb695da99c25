package dev.tocsin.delivery;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A source's line to the delivery. At most {@value #UNDER_WAY} of its chunks are between the source and the delivery's queue, one
 * that is evaluated and one that is next, while the source reads a third; any number waits for its commit.
 *
 * <p>A lane has an epoch. Whoever finds that what the lane has read cannot be committed (a failed commit, a partition
 * taken away) begins a new one: chunks of an older epoch are dropped wherever they are, and the source goes back to the
 * position that was committed. So a chunk that failed can be fetched again, but never skipped.
 *
 * <p>Every chunk handed over ends in exactly one of {@link #committed} and {@link #dropped}.
 */
public final class Lane {
    /** Chunks that were handed over and are not evaluated, at most. */
    public static final int UNDER_WAY = 2;

    private final Source source;
    private final Consumer<Position> onCommitted;
    private final Semaphore slots = new Semaphore(UNDER_WAY);
    private int epoch;
    private int inFlight;
    /** Whether a chunk was dropped since the source went back to what is committed. */
    private boolean dropped;

    /** @param onCommitted told of every committed position, on the delivery's thread */
    public Lane(Source source, Consumer<Position> onCommitted) {
        this.source = source;
        this.onCommitted = onCommitted;
    }

    /** The kind of source whose chunks these are. */
    public Source source() {
        return source;
    }

    /** The epoch in force. */
    public synchronized int epoch() {
        return epoch;
    }

    /** Waits until the chunk before the previous one was accepted; true: a chunk may be handed over, and must be, or {@link #release}d. */
    public boolean acquire(Duration timeout) throws InterruptedException {
        return slots.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Gives back what {@link #acquire} took, unused. */
    public void release() {
        slots.release();
    }

    /** Counts a chunk that is being handed over. */
    public synchronized void handedOver() {
        inFlight++;
    }

    /** The delivery has queued the chunk and has room for more: the next may come. */
    void accepted() {
        slots.release();
    }

    /** Begins a new epoch: what was read but not committed is dropped and to be read again. */
    public synchronized void invalidate() {
        epoch++;
        notifyAll();
    }

    void committed(Position position) {
        try {
            onCommitted.accept(position);
        } finally {
            endFlight();
        }
    }

    void dropped() {
        synchronized (this) {
            dropped = true;
        }
        endFlight();
    }

    private synchronized void endFlight() {
        inFlight--;
        notifyAll();
    }

    /** Whether no chunk is in flight. */
    synchronized boolean landed() {
        return inFlight == 0;
    }

    /** Waits until no chunk is in flight; false when there still is one after the timeout. */
    public synchronized boolean awaitLanded(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (inFlight > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    /**
     * Waits until all that was handed over since {@link #rewound} is committed; false when it is not after the timeout, or
     * never will be. A chunk of a failed commit lands before the lane has a new epoch.
     */
    public boolean awaitCommitted(Duration timeout) throws InterruptedException {
        boolean landed = awaitLanded(timeout);
        synchronized (this) {
            return landed && !dropped;
        }
    }

    /** The source has gone back to what is committed, after all that was in flight had landed. */
    public synchronized void rewound() {
        dropped = false;
    }
}
