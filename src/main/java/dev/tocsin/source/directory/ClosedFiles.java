package dev.tocsin.source.directory;

import dev.tocsin.delivery.index.HashIndex;
import dev.tocsin.delivery.index.NameHash;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Files that the ledger has done with, each in two or three numbers: the hash of its path; in one what it looked like, when it
 * was changed, or since when it is gone; and where its entry lies, where entries have places. Used by one thread.
 *
 * <p>What is not here is read back from the ledger, which also says whether it is of this path. Two paths of one hash: the
 * second stays out ({@link #put}). A file that looks as before to 32 bits of a keyed hash is taken for unchanged.
 */
final class ClosedFiles {
    private static final int LOOK = 0;
    private static final int PLACE = 1;

    private static final long MISSING = 1L << 31;
    private static final long MARK = 1L << 30;
    private static final long DONE = 1L << 29;
    /** The entry says that it is gone. */
    private static final long NOTED = 1L << 28;

    private static final long TIME = (1L << 28) - 1;
    /** In the place of the time since when a file is gone: that does not count. */
    private static final long UNCOUNTED = 0;
    /** Times of change are kept in units of so many seconds. */
    private static final int TIME_UNIT = 16;

    /** The bits of a place that the ledger leaves free: they tell paths of one hash apart while the ledger is loaded. */
    static final int CHECK_BITS = 12;

    private final NameHash hash = NameHash.random();
    private final NameHash check = NameHash.random();
    private final boolean places;
    private final HashIndex index;
    private final long begun = System.nanoTime();
    private long mark;

    /** @param places whether entries have places */
    ClosedFiles(boolean places) {
        this.places = places;
        this.index = new HashIndex(places ? 2 : 1);
    }

    long size() {
        return index.size();
    }

    long bytes() {
        return index.bytes();
    }

    /** Of a path; the same as long as the process lives. */
    long hash(String path) {
        return hash.of(path);
    }

    /** Has the memory ready where the files of some hashes are: they are about to be looked for. */
    void fetch(long[] hashes) {
        index.fetch(hashes);
    }

    /** Where the file of a hash is, until the next change; {@link HashIndex#ABSENT}: nowhere. */
    long find(long hashed) {
        return index.find(hashed);
    }

    /** Adds a file that has been gone for as long as its entry says. */
    boolean put(String path, FileState state, long place) {
        return put(path, state, state.gone(), place);
    }

    /**
     * Adds a file, or what is known now of one that was added before.
     *
     * @param goneSince what counts, whatever the entry says: milliseconds since the epoch; 0: it is not gone, or that does not count
     * @return false where another path has its hash: then it stays out
     */
    boolean put(String path, FileState state, long goneSince, long place) {
        long hashed = hash.of(path);
        long checked = places ? place << CHECK_BITS | checkOf(path) : 0;
        long cursor = index.find(hashed);
        if (cursor != HashIndex.ABSENT && !isOf(path, cursor)) {
            return false;
        }
        boolean noted = state.gone() != 0;
        long gone = goneSince == 0 ? UNCOUNTED : goneFor(DirectoryScan.age(goneSince));
        cursor = index.put(
                hashed,
                digest(state.inode(), state.size(), state.modified())
                        | mark
                        | (state.phase() == FileState.Phase.DONE ? DONE : 0)
                        | (noted ? NOTED : 0)
                        | (noted || goneSince != 0 ? MISSING | gone : timeOf(state.modified())));
        if (places) {
            index.set(cursor, PLACE, checked);
        }
        return true;
    }

    /** Whether a file that was added under this hash was of this path. Without places nothing is added twice. */
    boolean isOf(String path, long cursor) {
        return places && (index.number(cursor, PLACE) & ((1L << CHECK_BITS) - 1)) == checkOf(path);
    }

    private long checkOf(String path) {
        return check.of(path) >>> (Long.SIZE - CHECK_BITS);
    }

    void remove(long cursor) {
        index.remove(cursor);
    }

    void clear() {
        index.clear();
    }

    /** Where the entry lies. */
    long place(long cursor) {
        return places ? index.number(cursor, PLACE) >>> CHECK_BITS : FileLedger.NOWHERE;
    }

    boolean isDone(long cursor) {
        return (index.number(cursor, LOOK) & DONE) != 0;
    }

    /** Whether its entry says that it is gone. */
    boolean isNoted(long cursor) {
        return (index.number(cursor, LOOK) & NOTED) != 0;
    }

    /** Whether it was gone at the last listing. */
    boolean isMissing(long cursor) {
        return (index.number(cursor, LOOK) & MISSING) != 0;
    }

    /** What {@link #changedBefore} takes for the time so long ago, by the wall clock. */
    static long ago(Duration time) {
        return (System.currentTimeMillis() - time.toMillis()) / (TIME_UNIT * 1000L);
    }

    /** Whether the file has not changed since then; may say so up to 16 s late. */
    boolean changedBefore(long cursor, long ago) {
        return (index.number(cursor, LOOK) & TIME) < ago;
    }

    /** Whether the file looks as it did when it was added. */
    boolean looksAs(long cursor, Found found) {
        long digest = digest(found.inode(), found.size(), found.modified());
        return (index.number(cursor, LOOK) ^ digest) >>> Integer.SIZE == 0;
    }

    /** Notes that a listing begins. */
    void beginListing() {
        mark ^= MARK;
    }

    /** Notes that the file is listed. */
    void listed(long cursor) {
        index.set(cursor, LOOK, index.number(cursor, LOOK) & ~MARK | mark);
    }

    /** Notes that a file which was missing is there, as before. */
    void back(long cursor, Found found) {
        index.set(cursor, LOOK, index.number(cursor, LOOK) & ~(MISSING | TIME) | timeOf(found.modified()));
    }

    /**
     * Notes that a listing has ended: what was not in it is gone. While an entry holds on to a time that does not count any more,
     * no other begins.
     */
    void endListing() {
        long now = goneFor(Duration.ZERO);
        index.sweep((hashed, cursor) -> {
            long look = index.number(cursor, LOOK);
            if ((look & MARK) != mark) {
                boolean begins = (look & MISSING) == 0 || (look & TIME) == UNCOUNTED;
                long time = !begins ? look & TIME : (look & NOTED) == 0 ? now : UNCOUNTED;
                index.set(cursor, LOOK, look & ~(MARK | TIME) | MISSING | mark | time);
            }
        });
    }

    /** What is gone does not count as gone: it may be the directory that is. */
    void restartRetention() {
        index.sweep((hashed, cursor) -> {
            long look = index.number(cursor, LOOK);
            if ((look & MISSING) != 0) {
                index.set(cursor, LOOK, look & ~TIME | UNCOUNTED);
            }
        });
    }

    /** Whether there is a file that {@link #isGoneFor} or {@link #isToBeNoted}. */
    boolean hasNews(Duration retention) {
        boolean[] any = {false};
        index.sweep((hashed, cursor) -> any[0] |= isToBeNoted(cursor) || isGoneFor(cursor, retention));
        return any[0];
    }

    /** For how long the file has been gone, in whole seconds; null: it is not, or that does not count. */
    @Nullable Duration gone(long cursor) {
        long look = index.number(cursor, LOOK);
        return (look & MISSING) != 0 && (look & TIME) != UNCOUNTED
                ? Duration.ofSeconds(uptime() - (look & TIME) & TIME)
                : null;
    }

    /** Whether the file has been gone for longer than that, in whole seconds. */
    boolean isGoneFor(long cursor, Duration time) {
        Duration gone = gone(cursor);
        return gone != null && gone.toSeconds() > time.toSeconds();
    }

    /** Whether its entry does not say yet that the file is gone, or says so although that does not count any more. */
    boolean isToBeNoted(long cursor) {
        return isNoted(cursor) == (gone(cursor) == null);
    }

    /** Since when a file is gone, as it is kept. */
    private long goneFor(Duration time) {
        long since = uptime() - Math.min(time.toSeconds(), TIME - 1) & TIME;
        return since == UNCOUNTED ? TIME : since;
    }

    /** Seconds; goes round in eight years. */
    private long uptime() {
        return (System.nanoTime() - begun) / 1_000_000_000 & TIME;
    }

    private long digest(long inode, long size, long modified) {
        return hash.of(inode, size, modified) & ~0L << Integer.SIZE;
    }

    private static long timeOf(long modified) {
        return Math.max(0, Math.min(TIME - 1, modified / (TIME_UNIT * 1000L)));
    }
}
