package dev.tocsin.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Delivery at least once. One thread sends output as it comes and tells the listeners when it is acknowledged; another
 * commits positions at an interval, of chunks all of whose output, and that of all chunks before them, is acknowledged.
 * So no alert waits for a commit, and a crash repeats what was delivered since the last position, never loses any.
 *
 * <p>After any failure all lanes go back to what is committed.
 */
public final class AcknowledgedDelivery implements Deliverer {
    private static final Logger LOG = Logger.getLogger(AcknowledgedDelivery.class);

    private final Output output;
    private final Committer positions;
    private final List<DeliveryListener> listeners;
    private final Consumer<FatalDeliveryException> onFatal;
    private final long intervalNanos;
    private final boolean urgentAtOnce;
    private final Readiness readiness = new Readiness();
    private final Thread sending = new Thread(this::send, "tocsin-delivery");
    private final Thread checkpointing = new Thread(this::checkpoint, "tocsin-checkpoint");

    private final Queue<Evaluated> queue = new ArrayDeque<>();
    /** Sent, and not told of yet. */
    private final Deque<Sent> sent = new ArrayDeque<>();
    /** Acknowledged and told of; their positions are due. */
    private final List<Evaluated> delivered = new ArrayList<>();

    private final List<Lane> lanes = new ArrayList<>();
    private final List<Lane> waiting = new ArrayList<>();
    private long weight;
    private long checkpointed = System.nanoTime();
    private @Nullable Exception failure;
    private boolean committing;
    private boolean urgent;
    private boolean flush;
    private boolean stopping;
    private boolean ended;

    /** A chunk whose output was sent. Guarded by the delivery. */
    private final class Sent {
        private final Evaluated chunk;
        private boolean acknowledged;

        Sent(Evaluated chunk) {
            this.chunk = chunk;
        }

        /** May be told of a chunk that was taken back since: then it does nothing that counts. */
        void done(@Nullable Exception e) {
            synchronized (AcknowledgedDelivery.this) {
                if (e == null) {
                    acknowledged = true;
                } else if (failure == null && sent.contains(this)) {
                    failure = e;
                }
                AcknowledgedDelivery.this.notifyAll();
            }
        }
    }

    /**
     * @param positions commits positions; is never given output
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
        this.output = output;
        this.positions = positions;
        this.intervalNanos = interval.toNanos();
        this.urgentAtOnce = urgentAtOnce;
        this.listeners = List.copyOf(listeners);
        this.onFatal = onFatal;
    }

    @Override
    public synchronized void register(Lane lane) {
        lanes.add(lane);
    }

    @Override
    public void start() {
        sending.start();
    }

    @Override
    public synchronized void accept(Evaluated chunk) {
        Lane lane = chunk.lane();
        if (ended || chunk.stale()) {
            lane.dropped();
        } else {
            queue.add(chunk);
            weight += Delivery.weightOf(chunk);
            notifyAll();
        }
        if (weight < Delivery.MAX_WEIGHT) {
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
        sending.join(Math.max(1, timeout.toMillis()));
        if (sending.isAlive()) {
            sending.interrupt();
            sending.join(Readiness.LAST_BACKOFF_MILLIS);
        }
    }

    @Override
    public String problem() {
        return readiness.problem();
    }

    private void send() {
        try {
            readiness.regain(this::recover, this::pauseOrStop);
            checkpointing.start();
            List<Evaluated> chunks = new ArrayList<>();
            while (take(chunks)) {
                Exception failed = failed();
                if (failed != null) {
                    fail(failed);
                } else {
                    chunks.forEach(this::send);
                    tell();
                }
                chunks.clear();
            }
        } catch (FatalDeliveryException e) {
            onFatal.accept(e);
        } catch (InterruptedException e) {
            LOG.warn("Stopped before all positions were committed; what came after them will be read again");
        } catch (RuntimeException | Error e) {
            onFatal.accept(new FatalDeliveryException("the delivery failed: " + e, e));
        } finally {
            end();
        }
    }

    /** Waits for something to do; false at the end. */
    private synchronized boolean take(List<Evaluated> chunks) throws InterruptedException {
        while (queue.isEmpty() && failure == null && !tellable()) {
            if (stopping && sent.isEmpty() && delivered.isEmpty() && !committing) {
                return false;
            }
            wait();
        }
        if (failure == null) {
            chunks.addAll(queue);
            queue.clear();
        }
        return true;
    }

    private synchronized @Nullable Exception failed() {
        return failure;
    }

    private boolean tellable() {
        Sent first = sent.peek();
        return first != null && first.acknowledged;
    }

    private void send(Evaluated chunk) {
        Sent entry = new Sent(chunk);
        synchronized (this) {
            if (chunk.stale()) {
                drop(chunk);
                return;
            }
            sent.add(entry);
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
        synchronized (this) {
            while (tellable()) {
                acknowledged.add(sent.remove().chunk);
            }
        }
        if (acknowledged.isEmpty()) {
            return;
        }
        listeners.forEach(DeliveryListener::committing);
        listeners.forEach(listener -> listener.committed(acknowledged));
        synchronized (this) {
            for (Evaluated chunk : acknowledged) {
                unload(chunk);
                Evaluated position = chunk.withoutOutput();
                weight += Delivery.weightOf(position);
                delivered.add(position);
                urgent |= urgentAtOnce && chunk.urgent();
            }
            notifyAll();
        }
    }

    private void checkpoint() {
        List<Evaluated> chunks = new ArrayList<>();
        try {
            while (takeDelivered(chunks)) {
                Exception failed = null;
                try {
                    if (!chunks.isEmpty()) {
                        positions.commit(chunks);
                    }
                } catch (Exception e) {
                    failed = e;
                } catch (Error e) {
                    failed = new FatalDeliveryException("positions cannot be committed: " + e, e);
                }
                landed(chunks, failed);
                chunks.clear();
            }
        } catch (InterruptedException e) {
            LOG.debug("Interrupted", e);
        }
    }

    /** Waits until positions are due and takes those of chunks that are delivered; false at the end. */
    private synchronized boolean takeDelivered(List<Evaluated> chunks) throws InterruptedException {
        while (true) {
            if (ended) {
                return false;
            }
            boolean some = !delivered.isEmpty() && failure == null;
            long left = intervalNanos - (System.nanoTime() - checkpointed);
            if (some && (left <= 0 || flush || stopping || urgent)) {
                break;
            }
            wait(some ? TimeUnit.NANOSECONDS.toMillis(left) + 1 : 0);
        }
        for (Evaluated chunk : delivered) {
            if (chunk.stale()) {
                drop(chunk);
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

    private void landed(List<Evaluated> chunks, @Nullable Exception failed) {
        if (failed == null) {
            readiness.succeeded();
            chunks.forEach(chunk -> chunk.lane().committed(chunk.position()));
        } else {
            chunks.forEach(chunk -> chunk.lane().dropped());
        }
        synchronized (this) {
            chunks.forEach(this::unload);
            committing = false;
            flush = flush && weight > 0;
            if (failed != null) {
                failure = failed;
            }
            notifyAll();
        }
    }

    /** Takes back all whose position is not committed, and waits until output and commits can succeed again. */
    private void fail(Exception cause) throws FatalDeliveryException, InterruptedException {
        if (cause instanceof FatalDeliveryException fatal) {
            throw fatal;
        }
        List<Evaluated> taken = new ArrayList<>();
        synchronized (this) {
            while (committing) {
                wait();
            }
            sent.forEach(next -> taken.add(next.chunk));
        }
        readiness.failed(cause);
        listeners.forEach(listener -> listener.failed(taken));
        takeBack();
        readiness.regain(this::recover, this::pauseOrStop);
        synchronized (this) {
            lanes.forEach(Lane::invalidate);
            takeBack();
            failure = null;
        }
    }

    private void recover() throws Exception {
        output.recover();
        positions.recover();
    }

    private synchronized void takeBack() {
        sent.forEach(next -> drop(next.chunk));
        sent.clear();
        delivered.forEach(this::drop);
        delivered.clear();
        queue.forEach(this::drop);
        queue.clear();
    }

    private synchronized boolean pauseOrStop(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = millis;
                left > 0 && !stopping;
                left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())) {
            wait(left);
        }
        return stopping;
    }

    private void drop(Evaluated chunk) {
        chunk.lane().dropped();
        unload(chunk);
    }

    private synchronized void unload(Evaluated chunk) {
        weight -= Delivery.weightOf(chunk);
        if (weight < Delivery.MAX_WEIGHT) {
            waiting.forEach(Lane::accepted);
            waiting.clear();
        }
    }

    /** Nothing will be delivered any more: what comes is dropped, and nobody is to wait. */
    private void end() {
        synchronized (this) {
            ended = true;
            takeBack();
            waiting.forEach(Lane::accepted);
            waiting.clear();
            notifyAll();
        }
        try {
            checkpointing.join(Readiness.LAST_BACKOFF_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        output.close();
        positions.close();
    }
}
