package dev.tocsin.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Delivery at least once. One thread sends output as it comes and tells the listeners when it is acknowledged; another
 * commits positions at an interval, of chunks all of whose output, and that of all chunks before them, is acknowledged.
 * So no alert waits for a commit, and a crash repeats what was delivered since the last position, never loses any.
 *
 * <p>At a thousand polls a second it is the waking of threads that costs: chunks without output are gathered for a moment, and the
 * thread of the positions is woken only where it has something to do.
 *
 * <p>After any failure all lanes go back to what is committed.
 */
public final class AcknowledgedDelivery extends QueuedDelivery {
    private static final Logger LOG = Logger.getLogger(AcknowledgedDelivery.class);

    private final Output output;
    private final Committer positions;
    private final List<DeliveryListener> listeners;
    private final long intervalNanos;
    private final long gatherNanos;

    private final boolean urgentAtOnce;
    private final Thread checkpointing = new Thread(this::checkpoint, "tocsin-checkpoint");

    /** Sent, and not told of yet. The monitor of the inbox guards this, and what follows. */
    private final Deque<Sent> sent = new ArrayDeque<>();
    /** Acknowledged and told of; their positions are due. */
    private final List<Evaluated> delivered = new ArrayList<>();

    private long checkpointed = System.nanoTime();
    private @Nullable Exception failure;
    private boolean committing;
    private boolean urgent;

    /** A chunk whose output was sent. */
    private final class Sent {
        private final Evaluated chunk;
        private boolean acknowledged;

        Sent(Evaluated chunk) {
            this.chunk = chunk;
        }

        /** May be told of a chunk that was taken back since: then it does nothing that counts. */
        void done(@Nullable Exception e) {
            synchronized (inbox) {
                if (e == null) {
                    acknowledged = true;
                    inbox.notifyAll();
                } else if (sent.contains(this)) {
                    note(e);
                }
            }
        }
    }

    /**
     * @param positions commits positions, and shows with them what waits for that; is neither given output nor told when it is idle
     * @param interval how long a position may wait for its commit
     * @param urgentAtOnce whether the position of an urgent chunk does not wait for that
     * @param onFatal told once, when nothing more can be delivered
     */
    public AcknowledgedDelivery(
            Output output,
            Committer positions,
            Duration interval,
            boolean urgentAtOnce,
            List<DeliveryListener> listeners,
            Consumer<FatalDeliveryException> onFatal) {
        this(output, positions, interval, urgentAtOnce, listeners, onFatal, Delivery.GATHER_INTERVAL);
    }

    /** @param gatherInterval how long chunks without output wait for others */
    AcknowledgedDelivery(
            Output output,
            Committer positions,
            Duration interval,
            boolean urgentAtOnce,
            List<DeliveryListener> listeners,
            Consumer<FatalDeliveryException> onFatal,
            Duration gatherInterval) {
        super(onFatal);
        this.gatherNanos = gatherInterval.toNanos();
        this.output = output;
        this.positions = positions;
        this.intervalNanos = interval.toNanos();
        this.urgentAtOnce = urgentAtOnce;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    void deliver() throws FatalDeliveryException, InterruptedException {
        checkpointing.start();
        List<Evaluated> chunks = new ArrayList<>();
        while (take(chunks)) {
            if (chunks.isEmpty() && hasFailed()) {
                fail();
            } else {
                chunks.forEach(this::send);
                tell();
                chunks.clear();
            }
        }
    }

    /** Waits for something to do, and takes what is queued unless there is a failure to deal with; false at the end. */
    private boolean take(List<Evaluated> chunks) throws InterruptedException {
        long begun = System.nanoTime();
        synchronized (inbox) {
            while (failure == null && !tellable() && !inbox.pressing()) {
                if (inbox.stopping() && inbox.settled() && !committing) {
                    return false;
                }
                if (inbox.isEmpty()) {
                    inbox.wait();
                    begun = System.nanoTime();
                } else {
                    long left = TimeUnit.NANOSECONDS.toMillis(gatherNanos - (System.nanoTime() - begun));
                    if (inbox.flushing() || inbox.stopping() || left <= 0) {
                        break;
                    }
                    inbox.wait(left);
                }
            }
            if (inbox.full()) {
                hurry();
            }
            if (failure == null) {
                inbox.drainTo(chunks);
            }
            return true;
        }
    }

    @Override
    void hurry() {
        LockSupport.unpark(checkpointing);
    }

    private boolean hasFailed() {
        synchronized (inbox) {
            return failure != null;
        }
    }

    private boolean tellable() {
        Sent first = sent.peek();
        return first != null && first.acknowledged;
    }

    private void send(Evaluated chunk) {
        Sent entry = new Sent(chunk);
        synchronized (inbox) {
            if (chunk.stale()) {
                inbox.dropped(chunk);
                return;
            }
            sent.add(entry);
            if (failure != null) {
                return; // it is taken back with all others
            }
        }
        try {
            output.send(chunk, entry::done);
        } catch (Exception e) {
            entry.done(e);
        }
    }

    /** Tells of chunks that are acknowledged, in their order, and lets go of their output. */
    private void tell() {
        List<Evaluated> acknowledged = new ArrayList<>();
        synchronized (inbox) {
            while (tellable()) {
                acknowledged.add(sent.remove().chunk);
            }
        }
        if (acknowledged.isEmpty()) {
            return;
        }
        listeners.forEach(DeliveryListener::committing);
        listeners.forEach(listener -> listener.committed(acknowledged));
        synchronized (inbox) {
            boolean first = delivered.isEmpty();
            for (Evaluated chunk : acknowledged) {
                delivered.add(inbox.delivered(chunk));
                urgent |= urgentAtOnce && chunk.urgent();
            }
            if (first || urgent) {
                hurry();
            }
        }
    }

    private void checkpoint() {
        List<Evaluated> chunks = new ArrayList<>();
        try {
            while (takeDelivered(chunks)) {
                landed(chunks, commit(chunks));
                chunks.clear();
            }
        } catch (InterruptedException e) {
            LOG.debug("Interrupted", e);
        } catch (RuntimeException | Error e) {
            synchronized (inbox) {
                committing = false;
                note(new FatalDeliveryException("the delivery failed: " + e, e));
            }
        }
    }

    /** What failed; null: nothing. */
    private @Nullable Exception commit(List<Evaluated> chunks) {
        try {
            if (!chunks.isEmpty()) {
                positions.commit(chunks);
            }
            return null;
        } catch (Exception e) {
            return e;
        } catch (Error e) {
            return new FatalDeliveryException("positions cannot be committed: " + e, e);
        }
    }

    /** Waits until positions are due and takes those of chunks that are delivered; false at the end. */
    private boolean takeDelivered(List<Evaluated> chunks) throws InterruptedException {
        while (true) {
            long left = Long.MAX_VALUE;
            synchronized (inbox) {
                if (inbox.ended()) {
                    return false;
                }
                if (!delivered.isEmpty() && failure == null) {
                    left = intervalNanos - (System.nanoTime() - checkpointed);
                    if (left <= 0 || inbox.flushing() || inbox.stopping() || inbox.full() || urgent) {
                        for (Evaluated chunk : delivered) {
                            if (chunk.stale()) {
                                inbox.dropped(chunk);
                            } else {
                                chunks.add(chunk);
                            }
                        }
                        delivered.clear();
                        urgent = false;
                        committing = true;
                        checkpointed = System.nanoTime();
                        return true;
                    }
                }
            }
            LockSupport.parkNanos(inbox, left);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private void landed(List<Evaluated> chunks, @Nullable Exception failed) {
        if (failed == null) {
            readiness.succeeded();
            chunks.forEach(inbox::committed);
        } else {
            chunks.forEach(inbox::dropped);
        }
        synchronized (inbox) {
            committing = false;
            if (inbox.landed()) {
                inbox.flushed();
            }
            if (failed != null) {
                note(failed);
            }
            inbox.notifyAll();
        }
    }

    /** Notes that something failed: the first, unless there is no going on after another. Within the monitor. */
    private void note(Exception e) {
        if (failure == null || e instanceof FatalDeliveryException) {
            failure = e;
        }
        inbox.notifyAll();
    }

    /** Takes back all whose position is not committed, and waits until output and commits can succeed again. */
    private void fail() throws FatalDeliveryException, InterruptedException {
        List<Evaluated> taken = new ArrayList<>();
        Exception cause;
        synchronized (inbox) {
            while (committing) {
                inbox.wait();
            }
            cause = Objects.requireNonNull(failure);
            if (cause instanceof FatalDeliveryException fatal) {
                throw fatal;
            }
            sent.forEach(next -> taken.add(next.chunk));
        }
        readiness.failed(cause);
        listeners.forEach(listener -> listener.failed(taken));
        takeBack();
        regain();
        synchronized (inbox) {
            inbox.rewind();
            takeBack();
            failure = null;
        }
    }

    @Override
    void recover() throws Exception {
        output.recover();
        positions.recover();
    }

    private void takeBack() {
        synchronized (inbox) {
            sent.forEach(next -> inbox.dropped(next.chunk));
            sent.clear();
            delivered.forEach(inbox::dropped);
            delivered.clear();
            inbox.clear();
        }
    }

    @Override
    void end() {
        synchronized (inbox) {
            takeBack();
            inbox.end();
        }
        hurry();
        try {
            checkpointing.join(Readiness.LAST_BACKOFF_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        output.close();
        positions.close();
    }
}
