package dev.tocsin.delivery;

import java.time.Duration;

/** Where evaluated chunks of all lanes go: their output is delivered, then, or with it, their positions. */
public interface Deliverer {
    /** Makes a lane known; to be called before its first chunk. */
    void register(Lane lane);

    /** Starts. */
    void start();

    /**
     * Queues a chunk. Neither blocks nor throws; while too much waits for its commit, the lane has to wait for its next
     * turn.
     */
    void accept(Evaluated chunk);

    /** Asks to commit what there is without waiting for more: a partition is being given back, or the end is near. */
    void flush();

    /** Commits what is queued, then ends. Sources must have stopped handing over. */
    void stop(Duration timeout) throws InterruptedException;

    /** Why nothing can be delivered at present; empty when all is well. */
    String problem();
}
