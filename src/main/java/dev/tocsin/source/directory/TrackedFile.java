package dev.tocsin.source.directory;

import java.time.Duration;

/** A known file: what is to be written to the ledger of it, and since when it stands still. */
final class TrackedFile {
    private volatile FileState state;
    private volatile long changedNanos;
    private volatile boolean triedSettled;
    private volatile boolean triedLast;
    private volatile boolean doneCommitted;
    private volatile long missingSinceNanos = Long.MAX_VALUE;
    private boolean wasDone;
    private String problem = "";

    /** @param age how long ago the file was changed, as far as the clocks can tell */
    TrackedFile(FileState state, Duration age) {
        this.state = state;
        this.changedNanos = System.nanoTime() - age.toNanos();
        this.doneCommitted = state.phase() == FileState.Phase.DONE;
        this.wasDone = doneCommitted;
    }

    FileState state() {
        return state;
    }

    /** Notes what the file has come to; what is in flight counts. */
    void update(FileState next) {
        wasDone |= state.phase() == FileState.Phase.DONE;
        if (next.phase() != FileState.Phase.DONE) {
            doneCommitted = false;
        }
        state = next;
    }

    /** Whether it was done before, and has grown since. */
    boolean wasDone() {
        return wasDone;
    }

    /** The file was seen to differ from before. */
    void changed(Duration age) {
        changedNanos = System.nanoTime() - age.toNanos();
        triedSettled = false;
        triedLast = false;
    }

    boolean stoodStillFor(Duration time) {
        return System.nanoTime() - changedNanos >= time.toNanos();
    }

    /** Whether there is a reason to look into a file that did not change: it has settled now, or will not grow any more. */
    boolean dueToEnd(boolean settled, boolean last) {
        return (settled && !triedSettled) || (last && !triedLast);
    }

    void tried(boolean settled, boolean last) {
        triedSettled |= settled;
        triedLast |= last;
    }

    /** It could not be read: the next scan tries again. */
    void untried() {
        triedSettled = false;
        triedLast = false;
    }

    /** Whether this problem is to be said, because it was not said last. */
    boolean report(String next) {
        boolean news = !next.equals(problem);
        problem = next;
        return news;
    }

    void doneCommitted() {
        doneCommitted = state.phase() == FileState.Phase.DONE;
    }

    /** Whether the ledger says that it is done. */
    boolean isDoneCommitted() {
        return doneCommitted;
    }

    void present() {
        missingSinceNanos = Long.MAX_VALUE;
    }

    /** Whether the file has been gone for longer than that. */
    boolean missingFor(Duration time) {
        long now = System.nanoTime();
        if (missingSinceNanos == Long.MAX_VALUE) {
            missingSinceNanos = now;
        }
        return now - missingSinceNanos >= time.toNanos();
    }
}
