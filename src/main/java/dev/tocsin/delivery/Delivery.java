package dev.tocsin.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The last stretch of the way of a reading. One thread takes evaluated chunks of all lanes and commits them: as soon as
 * there is output and no commit is under way, so that commits clock themselves and grow with the load. Progress without
 * output rides along with the next output, or goes after {@link #PROGRESS_INTERVAL}.
 *
 * <p>A chunk of much data says that there is a backlog: more comes at once, and a reading in it is old already. Such chunks are
 * gathered for a moment, because a transaction costs the broker and us as much for one chunk as for ten.
 */
public final class Delivery extends QueuedDelivery {
    /** How long a position may wait for output to ride along with; the design allows 5 s. */
    static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

    /** How long chunks of a backlog are gathered. */
    static final Duration GATHER_INTERVAL = Duration.ofMillis(50);

    /** A chunk of so many bytes is of a backlog: at the rates at which nothing waits, a poll brings far less. */
    static final int BACKLOG_BYTES = 256 << 10;

    private final Committer committer;
    private final List<DeliveryListener> listeners;
    private final Duration gatherInterval;

    /** @param onFatal told once, when nothing more can be delivered */
    public Delivery(Committer committer, List<DeliveryListener> listeners, Consumer<FatalDeliveryException> onFatal) {
        this(committer, listeners, onFatal, GATHER_INTERVAL);
    }

    Delivery(
            Committer committer,
            List<DeliveryListener> listeners,
            Consumer<FatalDeliveryException> onFatal,
            Duration gatherInterval) {
        super(onFatal);
        this.gatherInterval = gatherInterval;
        this.committer = committer;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    void recover() throws Exception {
        committer.recover();
    }

    @Override
    void deliver() throws FatalDeliveryException, InterruptedException {
        List<Evaluated> held = new ArrayList<>();
        while (take(held)) {
            if (held.isEmpty()) {
                idle();
            } else {
                deliver(held);
                held.clear();
            }
        }
    }

    @Override
    void end() {
        inbox.end();
        committer.close();
    }

    /** Moves what is queued to {@code held} until that is due, or nothing came for a while; false at the end. */
    private boolean take(List<Evaluated> held) throws InterruptedException {
        long deadline = System.nanoTime() + PROGRESS_INTERVAL.toNanos();
        boolean gathering = false;
        synchronized (inbox) {
            while (true) {
                if (inbox.pressing()) {
                    inbox.drainTo(held);
                }
                if (!gathering && held.stream().anyMatch(Delivery::due)) {
                    gathering = true;
                    deadline = System.nanoTime() + gatherInterval.toNanos();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0
                        || inbox.flushing()
                        || inbox.stopping()
                        || inbox.full()
                        || held.stream().anyMatch(Delivery::dueAtOnce)) {
                    inbox.drainTo(held);
                    inbox.flushed();
                    return !inbox.stopping() || !held.isEmpty();
                }
                inbox.wait(left);
            }
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
                inbox.dropped(chunk);
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
            chunks.forEach(inbox::dropped);
            throw e;
        } catch (Exception e) {
            fail(chunks, e);
            return;
        } catch (Error e) {
            chunks.forEach(inbox::dropped);
            throw e;
        }
        readiness.succeeded();
        chunks.forEach(inbox::committed);
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
        chunks.forEach(inbox::dropped);
        regain();
        inbox.rewind();
    }
}
