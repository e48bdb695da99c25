package dev.tocsin.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The last stretch of the way of a reading. One thread takes evaluated chunks of all lanes and commits them: as soon as
 * there is output and no commit is under way, so that commits clock themselves and grow with the load. Progress without
 * output rides along with the next output, or goes after {@link #PROGRESS_INTERVAL}.
 *
 * <p>A chunk of much data says that there is a backlog: more comes at once, and a reading in it is old already. Such chunks are
 * gathered for a moment, because a transaction costs the broker and us as much for one chunk as for ten.
 */
public final class Delivery implements Deliverer {
    private static final Logger LOG = Logger.getLogger(Delivery.class);

    /** How long a position may wait for output to ride along with; the design allows 5 s. */
    static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

    /** How long chunks of a backlog are gathered. */
    static final Duration GATHER_INTERVAL = Duration.ofMillis(50);

    /** A chunk of so many bytes is of a backlog: at the rates at which nothing waits, a poll brings far less. */
    static final int BACKLOG_BYTES = 256 << 10;

    /** The heap that output waiting for its commit may take; a lane that is ahead of it waits. Bytes, estimated. */
    static final long MAX_WEIGHT = 16L << 20;

    /** Chunks without output weigh little, but not nothing. */
    private static final int CHUNK_WEIGHT = 4096;

    private final Committer committer;
    private final List<DeliveryListener> listeners;
    private final Consumer<FatalDeliveryException> onFatal;
    private final Duration gatherInterval;
    private final Queue<Evaluated> queue = new ArrayDeque<>();
    private final List<Lane> lanes = new ArrayList<>();
    /** Lanes whose turn has to wait until there is room again. */
    private final List<Lane> waiting = new ArrayList<>();

    private final Thread thread = new Thread(this::run, "tocsin-delivery");
    private long weight;
    private boolean flush;
    private boolean stopping;
    private boolean ended;
    private final Readiness readiness = new Readiness();

    /** @param onFatal told once, when nothing more can be delivered */
    public Delivery(Committer committer, List<DeliveryListener> listeners, Consumer<FatalDeliveryException> onFatal) {
        this(committer, listeners, onFatal, GATHER_INTERVAL);
    }

    Delivery(
            Committer committer,
            List<DeliveryListener> listeners,
            Consumer<FatalDeliveryException> onFatal,
            Duration gatherInterval) {
        this.gatherInterval = gatherInterval;
        this.committer = committer;
        this.listeners = List.copyOf(listeners);
        this.onFatal = onFatal;
    }

    @Override
    public synchronized void register(Lane lane) {
        lanes.add(lane);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public synchronized void accept(Evaluated chunk) {
        Lane lane = chunk.lane();
        if (ended || chunk.stale()) {
            lane.dropped();
        } else {
            queue.add(chunk);
            weight += weightOf(chunk);
            notifyAll();
        }
        if (weight < MAX_WEIGHT) {
            lane.accepted();
        } else {
            waiting.add(lane);
        }
    }

    @Override
    public synchronized void flush() {
        flush = true;
        notifyAll();
    }

    @Override
    public void stop(Duration timeout) throws InterruptedException {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        thread.join(Math.max(1, timeout.toMillis()));
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join(Readiness.LAST_BACKOFF_MILLIS);
        }
    }

    private void run() {
        List<Evaluated> held = new ArrayList<>();
        try {
            recover();
            while (take(held)) {
                if (held.isEmpty()) {
                    idle();
                } else {
                    deliver(held);
                    held.clear();
                }
            }
        } catch (FatalDeliveryException e) {
            onFatal.accept(e);
        } catch (InterruptedException e) {
            if (!held.isEmpty() || waitsForCommit()) {
                LOG.warn("Stopped before all output was committed; it will be read again");
            }
        } catch (RuntimeException | Error e) {
            onFatal.accept(new FatalDeliveryException("the delivery failed: " + e, e));
        } finally {
            end();
            committer.close();
        }
    }

    /** Moves what is queued to {@code held} until that is due, or nothing came for a while; false at the end. */
    private synchronized boolean take(List<Evaluated> held) throws InterruptedException {
        long deadline = System.nanoTime() + PROGRESS_INTERVAL.toNanos();
        boolean gathering = false;
        while (true) {
            held.addAll(queue);
            queue.clear();
            if (stopping && held.isEmpty()) {
                return false;
            }
            if (!gathering && held.stream().anyMatch(Delivery::due)) {
                gathering = true;
                deadline = System.nanoTime() + gatherInterval.toNanos();
            }
            boolean full = !waiting.isEmpty();
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (left <= 0 || flush || stopping || full || held.stream().anyMatch(Delivery::dueAtOnce)) {
                flush = false;
                return true;
            }
            wait(left);
        }
    }

    private static boolean due(Evaluated chunk) {
        return chunk.urgent() || chunk.evaluation().hasOutput() || chunk.stale();
    }

    private static boolean dueAtOnce(Evaluated chunk) {
        return due(chunk) && (chunk.stale() || chunk.evaluation().bytes() < BACKLOG_BYTES);
    }

    private void deliver(List<Evaluated> held) throws FatalDeliveryException, InterruptedException {
        List<Evaluated> chunks = new ArrayList<>(held.size());
        for (Evaluated chunk : held) {
            if (chunk.stale()) {
                drop(chunk);
            } else {
                chunks.add(chunk);
            }
        }
        if (chunks.isEmpty()) {
            return;
        }
        try {
            listeners.forEach(DeliveryListener::committing);
            if (committer.showsFirst()) {
                listeners.forEach(listener -> listener.committed(chunks));
                committer.commit(chunks);
            } else {
                committer.commit(chunks);
                listeners.forEach(listener -> listener.committed(chunks));
            }
        } catch (FatalDeliveryException e) {
            chunks.forEach(this::drop);
            throw e;
        } catch (Exception e) {
            fail(chunks, e);
            return;
        } catch (Error e) {
            chunks.forEach(this::drop);
            throw e;
        }
        readiness.succeeded();
        for (Evaluated chunk : chunks) {
            chunk.lane().committed(chunk.position());
            unload(chunk);
        }
    }

    private void idle() throws FatalDeliveryException, InterruptedException {
        try {
            committer.idle();
        } catch (FatalDeliveryException e) {
            throw e;
        } catch (Exception e) {
            fail(List.of(), e);
        }
    }

    /** Takes back all that was read and not committed, and waits until commits can succeed again. */
    private void fail(List<Evaluated> chunks, Exception cause) throws FatalDeliveryException, InterruptedException {
        readiness.failed(cause);
        listeners.forEach(listener -> listener.failed(chunks));
        chunks.forEach(this::drop);
        recover();
        invalidateAll();
    }

    /** Makes the committer ready for the next commit, however long that takes. */
    private void recover() throws FatalDeliveryException, InterruptedException {
        readiness.regain(committer::recover, this::pauseOrStop);
    }

    @Override
    public String problem() {
        return readiness.problem();
    }

    /** Waits; true when it is time to stop. */
    private synchronized boolean pauseOrStop(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis;
                left > 0 && !stopping;
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) {
            wait(left);
        }
        return stopping;
    }

    private synchronized void invalidateAll() {
        lanes.forEach(Lane::invalidate);
        for (Evaluated chunk = queue.poll(); chunk != null; chunk = queue.poll()) {
            drop(chunk);
        }
    }

    private void drop(Evaluated chunk) {
        chunk.lane().dropped();
        unload(chunk);
    }

    private synchronized void unload(Evaluated chunk) {
        weight -= weightOf(chunk);
        if (weight < MAX_WEIGHT) {
            waiting.forEach(Lane::accepted);
            waiting.clear();
        }
    }

    private synchronized boolean waitsForCommit() {
        return !queue.isEmpty();
    }

    /** Nothing will be delivered any more: what comes is dropped, and nobody is to wait. */
    private synchronized void end() {
        ended = true;
        for (Evaluated chunk = queue.poll(); chunk != null; chunk = queue.poll()) {
            drop(chunk);
        }
        waiting.forEach(Lane::accepted);
        waiting.clear();
    }

    static long weightOf(Evaluated chunk) {
        return CHUNK_WEIGHT + chunk.evaluation().weight();
    }
}
