package dev.tocsin.source.directory;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A known file: what is to be written to the ledger of it, and since when it stands still. Used by the source's thread, and
 * by the delivery's to say what was committed.
 */
final class TrackedFile {
    private static final long THERE = Long.MAX_VALUE;

    private FileState state;
    private @Nullable Found observed;
    private long changedNanos;
    private boolean triedSettled;
    private boolean triedLast;
    private boolean committed;
    private long place;
    private boolean wasDone;
    private int listed;
    private long goneSinceNanos = THERE;
    private String problem = "";

    /** @param age how long ago the file was changed, as far as the clocks can tell */
    TrackedFile(FileState state, Duration age, boolean committed) {
        this.state = state;
        this.changedNanos = System.nanoTime() - age.toNanos();
        this.wasDone = isDone(state.phase());
        this.committed = committed;
    }

    /** As the ledger has it. */
    static TrackedFile committed(FileState state, long place) {
        TrackedFile file = new TrackedFile(state, DirectoryScan.age(state.modified()), true);
        file.place = place;
        if (state.gone() != 0) {
            file.gone(DirectoryScan.age(state.gone()));
        }
        return file;
    }

    private static boolean isDone(FileState.Phase phase) {
        return phase == FileState.Phase.DONE || phase.isLeaving();
    }

    synchronized FileState state() {
        return state;
    }

    /** Notes what the file has come to; what is in flight counts. */
    synchronized void update(FileState next) {
        wasDone |= isDone(state.phase());
        committed = false;
        state = next;
    }

    /** Notes that this entry was committed, and where it lies. */
    synchronized void committed(byte @Nullable [] entry, long where) {
        committed = Arrays.equals(entry, state.toJson());
        place = where;
    }

    /** Whether the ledger says what the file has come to. */
    synchronized boolean isCommitted() {
        return committed;
    }

    /** Whether the ledger says that nothing more is to be done about the file, as it looked last. */
    synchronized boolean isAtRest() {
        return committed && state.phase().isFinal() && (observed == null || observed.unchangedSince(state));
    }

    /** Whether the ledger says that the file, as it was read, is done. */
    synchronized boolean isDoneCommitted() {
        return committed && state.phase() == FileState.Phase.DONE;
    }

    /** Where the ledger's entry lies, as far as it is committed. */
    synchronized long place() {
        return place;
    }

    /** Notes that it was seen by a listing. */
    void listed(int listing) {
        listed = listing;
    }

    boolean wasListed(int listing) {
        return listed == listing;
    }

    /** Another file has come under the name. */
    synchronized void renew(FileState fresh) {
        update(fresh);
        wasDone = false;
    }

    /** Whether it was done before, and has grown since. */
    synchronized boolean wasDone() {
        return wasDone || isDone(state.phase());
    }

    /** Notes how the file looks now: what differs from the last look is a change. */
    synchronized void observe(Found found) {
        if (!found.equals(observed)) {
            if (observed != null || !found.unchangedSince(state)) {
                changedNanos =
                        System.nanoTime() - DirectoryScan.age(found.modified()).toNanos();
            }
            observed = found;
            triedSettled = false;
            triedLast = false;
        }
    }

    synchronized boolean stoodStillFor(Duration time) {
        return System.nanoTime() - changedNanos >= time.toNanos();
    }

    /** Whether there is a reason to look into a file that did not change: it has settled now, or will not grow any more. */
    synchronized boolean dueToEnd(boolean settled, boolean last) {
        return (settled && !triedSettled) || (last && !triedLast);
    }

    synchronized void tried(boolean settled, boolean last) {
        triedSettled |= settled;
        triedLast |= last;
    }

    /** It could not be read: the next scan tries again. */
    synchronized void untried() {
        triedSettled = false;
        triedLast = false;
    }

    /** Whether this problem is to be said, because it was not said last. */
    synchronized boolean report(String next) {
        boolean news = !next.equals(problem);
        problem = next;
        return news;
    }

    /** It is there, or may be: it does not count as gone. */
    void present() {
        gone(null);
    }

    /** It was not in a listing. While its entry holds on to a time that does not count any more, no other begins. */
    synchronized void missing() {
        if (goneSinceNanos == THERE && state.gone() == 0) {
            goneSinceNanos = System.nanoTime();
        }
    }

    /** It has been gone for so long; null: that does not count. */
    synchronized void gone(@Nullable Duration time) {
        goneSinceNanos = time == null ? THERE : System.nanoTime() - time.toNanos();
    }

    /** Whether the file has been gone for longer than that. */
    synchronized boolean isGoneFor(Duration time) {
        return goneSinceNanos != THERE && System.nanoTime() - goneSinceNanos >= time.toNanos();
    }

    /** Whether its entry does not say yet that the file is gone, or says so although that does not count any more. */
    synchronized boolean isToBeNoted() {
        return committed && !state.phase().isLeaving() && (goneSinceNanos == THERE) != (state.gone() == 0);
    }

    /** Since when it is gone, in milliseconds since the epoch; 0: it is not. */
    synchronized long goneSince() {
        return goneSinceNanos == THERE
                ? 0
                : System.currentTimeMillis() - (System.nanoTime() - goneSinceNanos) / 1_000_000;
    }
}
