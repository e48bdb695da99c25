package dev.tocsin.source.directory;

import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The ledger in the journal, which one instance has to itself. */
final class JournalLedger implements FileLedger {
    private final CommittedFiles committed;
    private final Semaphore signal = new Semaphore(0);
    private boolean loaded;

    JournalLedger(CommittedFiles committed) {
        this.committed = committed;
    }

    @Override
    public boolean poll(Duration wait) {
        boolean first = !loaded;
        loaded = true;
        return first;
    }

    @Override
    public boolean await(Duration wait) throws InterruptedException {
        if (signal.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
            signal.drainPermits();
        }
        return poll(Duration.ZERO);
    }

    @Override
    public void wakeUp() {
        signal.release();
    }

    @Override
    public void load(Visitor visitor) {
        try {
            committed.forEach((path, entry) -> visitor.entry(path, entry, NOWHERE));
        } catch (IOException e) {
            throw new UncheckedIOException("the journal cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public byte @Nullable [] entry(String path, long place) {
        try {
            return committed.get(path);
        } catch (IOException e) {
            throw new UncheckedIOException("the journal cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean hasPlaces() {
        return false;
    }

    @Override
    public boolean isAssigned() {
        return true;
    }

    @Override
    public boolean owns(String path) {
        return true;
    }

    @Override
    public Position position(String path, byte @Nullable [] entry, @Nullable FileOutcome outcome) {
        return new Position.OfFile(path, entry, null, outcome);
    }

    @Override
    public long place(Position.OfFile position) {
        return NOWHERE;
    }

    @Override
    public void close() {}
}
