package dev.tocsin.source.directory;

import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.index.HashIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All files of which the ledger has an entry, or will have one: those that something is to be done about in full, the others
 * in a few bytes. Used by the source's thread; only {@link #committed} is called by the delivery's.
 */
final class KnownFiles {
    /** How many files are held in full although nothing is to be done about them now: they may grow. */
    private static final int MAX_TRACKED = 10_000;

    private final DirectorySettings settings;
    private final FileLedger ledger;
    private final Map<String, TrackedFile> tracked = new ConcurrentHashMap<>();
    private final ClosedFiles closed;
    private boolean namesakes;

    KnownFiles(DirectorySettings settings, FileLedger ledger) {
        this.settings = settings;
        this.ledger = ledger;
        this.closed = new ClosedFiles(ledger.hasPlaces());
    }

    /** Takes the committed entries for the truth, whatever was known. */
    void load() throws InterruptedException {
        tracked.clear();
        closed.clear();
        Map<String, TrackedFile> open = new HashMap<>();
        ledger.load((path, entry, place) -> {
            open.remove(path);
            long cursor = closed.find(closed.hash(path));
            FileState state = entry == null ? null : FileState.fromJson(entry);
            boolean known = cursor != HashIndex.ABSENT && closed.isOf(path, cursor);
            if (state == null || !state.phase().isFinal() || !closed.put(path, state, place)) {
                if (known) {
                    closed.remove(cursor);
                }
                if (state != null) {
                    namesakes |= state.phase().isFinal();
                    open.put(path, TrackedFile.committed(state, place));
                }
            }
        });
        tracked.putAll(open);
    }

    ClosedFiles closed() {
        return closed;
    }

    /** Whether there may be a file that is held in full because another path has its hash. */
    boolean hasNamesakes() {
        return namesakes;
    }

    /** A file that is held in full; null: it is closed, or not known. */
    @Nullable TrackedFile tracked(String path) {
        return tracked.get(path);
    }

    /** Those that are held in full. */
    Map<String, TrackedFile> tracked() {
        return tracked;
    }

    /** A file that is to be held in full from now on; null: it is not known. */
    @Nullable TrackedFile open(String path) {
        TrackedFile file = tracked.get(path);
        if (file != null) {
            return file;
        }
        long cursor = closed.find(closed.hash(path));
        if (cursor == HashIndex.ABSENT) {
            return null;
        }
        byte[] entry = ledger.entry(path, closed.place(cursor));
        return entry == null ? null : open(path, cursor, entry); // null: another path of the same hash
    }

    private TrackedFile open(String path, long cursor, byte[] entry) {
        TrackedFile file = TrackedFile.committed(FileState.fromJson(entry), closed.place(cursor));
        file.gone(closed.gone(cursor));
        closed.remove(cursor);
        tracked.put(path, file);
        return file;
    }

    void add(String path, TrackedFile file) {
        tracked.put(path, file);
    }

    void remove(String path) {
        tracked.remove(path);
        long cursor = closed.find(closed.hash(path));
        if (cursor != HashIndex.ABSENT && (closed.isOf(path, cursor) || !ledger.hasPlaces())) {
            closed.remove(cursor);
        }
    }

    /** Notes that a position was committed. */
    void committed(Position.OfFile position) {
        TrackedFile file = tracked.get(position.path());
        if (file != null) {
            file.committed(position.entry(), ledger.place(position));
        }
    }

    /** Closes the files that nothing is to be done about, and where there are many, those that need it least. */
    void closeWhatIsDone() {
        boolean many = tracked.size() > MAX_TRACKED;
        tracked.forEach((path, file) -> {
            if (file.isAtRest() && (many || isClosed(file))) {
                if (closed.put(path, file.state(), file.goneSince(), file.place())) {
                    tracked.remove(path);
                } else {
                    namesakes = true;
                }
            }
        });
    }

    private boolean isClosed(TrackedFile file) {
        return !isToClean(file) && file.stoodStillFor(settings.growthWindow());
    }

    private boolean isToClean(TrackedFile file) {
        return settings.cleans()
                && file.state().phase() == FileState.Phase.DONE
                && file.state().gone() == 0;
    }

    /** Files that something may be due to be done about, even though nobody touches them. */
    List<String> restless() {
        List<String> paths = new ArrayList<>();
        tracked.forEach((path, file) -> {
            if (!file.isAtRest() || isToClean(file)) {
                paths.add(path);
            }
        });
        return paths;
    }

    /** The directory may be gone: nothing counts as missing. */
    void restartRetention() {
        tracked.values().forEach(TrackedFile::present);
        closed.restartRetention();
    }

    /**
     * Holds in full the closed files that have been gone for longer than the retention, and those whose entry does not say whether
     * they are gone; the ledger is read for their names.
     *
     * @param most how many at most
     * @return how many
     */
    int openGone(Duration retention, int most) throws InterruptedException {
        int[] opened = {0};
        ledger.load((path, entry, place) -> {
            if (entry != null && opened[0] < most && !tracked.containsKey(path)) {
                long cursor = closed.find(closed.hash(path));
                if (cursor != HashIndex.ABSENT
                        && closed.place(cursor) == place
                        && (closed.isToBeNoted(cursor) || closed.isGoneFor(cursor, retention))) {
                    open(path, cursor, entry);
                    opened[0]++;
                }
            }
        });
        return opened[0];
    }
}
