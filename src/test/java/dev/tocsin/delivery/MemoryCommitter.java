package dev.tocsin.delivery;

import dev.tocsin.alert.Alert;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Commits to memory: all or nothing, in the order of a script of failures. */
public final class MemoryCommitter implements Committer {
    private static final int OPEN = 1_000_000;

    /** What was committed, each commit a list of chunks. */
    public final List<List<Evaluated>> commits = new CopyOnWriteArrayList<>();

    /** The calls, in order: {@code recover}, {@code commit}, {@code idle}, {@code close}, and what a test adds. */
    public final List<String> calls = new CopyOnWriteArrayList<>();

    /** What the next commits throw, one each. */
    public final ConcurrentLinkedQueue<Throwable> commitFailures = new ConcurrentLinkedQueue<>();

    /** What the next recoveries throw, one each. */
    public final ConcurrentLinkedQueue<Throwable> recoverFailures = new ConcurrentLinkedQueue<>();

    /** What the next idle calls throw, one each. */
    public final ConcurrentLinkedQueue<Throwable> idleFailures = new ConcurrentLinkedQueue<>();

    public volatile boolean showsFirst;
    public volatile boolean closed;
    private final AtomicInteger begun = new AtomicInteger();
    private final Semaphore gate = new Semaphore(OPEN);
    private final Map<String, byte[]> entries = new HashMap<>();
    private final List<Alert> alerts = new ArrayList<>();

    /** Lets the next commits wait until {@link #release}. */
    public void hold() {
        gate.drainPermits();
    }

    public void release() {
        gate.release(OPEN);
    }

    /** How many commits were begun. */
    public int begun() {
        return begun.get();
    }

    /** The committed entries of files, by path. */
    public synchronized Map<String, byte[]> entries() {
        return new HashMap<>(entries);
    }

    /** Makes an entry as if it had been committed. */
    public synchronized void put(String path, byte[] entry) {
        entries.put(path, entry);
    }

    /** All committed alerts, in order. */
    public synchronized List<Alert> alerts() {
        return new ArrayList<>(alerts);
    }

    @Override
    public void commit(List<Evaluated> chunks) throws Exception {
        calls.add("commit");
        begun.incrementAndGet();
        gate.acquire();
        fail(commitFailures.poll());
        synchronized (this) {
            commits.add(List.copyOf(chunks)); // first: who sees an alert or an entry sees its commit too
            for (Evaluated chunk : chunks) {
                alerts.addAll(chunk.evaluation().alerts());
                if (chunk.position() instanceof Position.OfFile file) {
                    if (file.entry() == null) {
                        entries.remove(file.path());
                    } else {
                        entries.put(file.path(), file.entry());
                    }
                }
            }
        }
    }

    @Override
    public void recover() throws Exception {
        calls.add("recover");
        fail(recoverFailures.poll());
    }

    @Override
    public void idle() throws Exception {
        calls.add("idle");
        fail(idleFailures.poll());
    }

    @Override
    public boolean showsFirst() {
        return showsFirst;
    }

    @Override
    public void close() {
        calls.add("close");
        closed = true;
    }

    private static void fail(Throwable failure) throws Exception {
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (Exception) failure;
        }
    }
}
