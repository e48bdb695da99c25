package dev.tocsin.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * What lanes hand over to a delivery, and the bound on it: a lane waits for its next turn while all that was handed over and is
 * not committed weighs too much. Whoever is to see several of its answers at one instant holds its monitor, which is told of
 * every change that is not to wait.
 */
final class Inbox {
    /** The heap that output waiting for its commit may take; a lane that is ahead of it waits. Bytes, estimated. */
    static final long MAX_WEIGHT = 16L << 20;

    /** Chunks without output weigh little, but not nothing. */
    private static final int CHUNK_WEIGHT = 4096;

    private final Queue<Evaluated> queue = new ArrayDeque<>();
    private final List<Lane> lanes = new ArrayList<>();
    /** Lanes whose turn has to wait until there is room again. */
    private final List<Lane> waiting = new ArrayList<>();
    /** Of all chunks that were added and are neither committed nor dropped. */
    private long weight;
    /** Whether something that is queued is not to wait. */
    private boolean pressing;

    private boolean flush;
    private boolean stopping;
    private boolean ended;

    synchronized void register(Lane lane) {
        lanes.add(lane);
    }

    /** As {@link Deliverer#accept}. Tells of a chunk that is to wait for others only where it is the first one. */
    synchronized void add(Evaluated chunk) {
        Lane lane = chunk.lane();
        if (ended || chunk.stale()) {
            lane.dropped();
        } else {
            weight += weightOf(chunk);
            pressing |= chunk.urgent() || chunk.evaluation().hasOutput() || weight >= MAX_WEIGHT;
            if (pressing || queue.isEmpty()) {
                notifyAll();
            }
            queue.add(chunk);
        }
        if (weight < MAX_WEIGHT) {
            lane.accepted();
        } else {
            waiting.add(lane);
        }
    }

    /** Moves all that is queued to the end of a list, whose owner then sees that each chunk is committed or dropped. */
    synchronized void drainTo(List<Evaluated> chunks) {
        chunks.addAll(queue);
        queue.clear();
        pressing = false;
    }

    /** Whether there is output among what is queued, a position that is not to wait, or too much. */
    synchronized boolean pressing() {
        return pressing;
    }

    synchronized boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Whether all that was added is committed or dropped. */
    synchronized boolean settled() {
        return weight == 0;
    }

    /** The same, and nothing is on its way here. */
    synchronized boolean landed() {
        return settled() && lanes.stream().allMatch(Lane::landed);
    }

    /** Whether a lane has to wait. */
    synchronized boolean full() {
        return !waiting.isEmpty();
    }

    synchronized void flush() {
        flush = true;
        notifyAll();
    }

    /** Whether a flush was asked for since the last one was done. */
    synchronized boolean flushing() {
        return flush;
    }

    synchronized void flushed() {
        flush = false;
    }

    synchronized boolean stopping() {
        return stopping;
    }

    /** Asks the thread that empties this to end. */
    synchronized void stop() {
        stopping = true;
        notifyAll();
    }

    /** Waits; true when it is time to stop. */
    synchronized boolean pauseOrStop(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis;
                left > 0 && !stopping;
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) {
            wait(left);
        }
        return stopping;
    }

    /** The position of a chunk is committed. */
    void committed(Evaluated chunk) {
        chunk.lane().committed(chunk.position());
        unload(weightOf(chunk));
    }

    /** A chunk is not committed, and is read again where it is still to be read. */
    void dropped(Evaluated chunk) {
        chunk.lane().dropped();
        unload(weightOf(chunk));
    }

    /** The output of a chunk is let go of; returns what is left to commit. */
    Evaluated delivered(Evaluated chunk) {
        Evaluated position = chunk.withoutOutput();
        unload(weightOf(chunk) - weightOf(position));
        return position;
    }

    private synchronized void unload(long less) {
        weight -= less;
        if (weight < MAX_WEIGHT) {
            letLanesGo();
        }
        notifyAll();
    }

    /** Drops all that is queued. */
    synchronized void clear() {
        pressing = false;
        for (Evaluated chunk = queue.poll(); chunk != null; chunk = queue.poll()) {
            dropped(chunk);
        }
    }

    /** Lets all lanes go back to what is committed. */
    synchronized void rewind() {
        lanes.forEach(Lane::invalidate);
        clear();
    }

    /** Nothing will be delivered any more: what comes is dropped, and nobody is to wait. */
    synchronized void end() {
        ended = true;
        clear();
        letLanesGo();
        notifyAll();
    }

    synchronized boolean ended() {
        return ended;
    }

    private void letLanesGo() {
        waiting.forEach(Lane::accepted);
        waiting.clear();
    }

    private static long weightOf(Evaluated chunk) {
        return CHUNK_WEIGHT + chunk.evaluation().weight();
    }
}
