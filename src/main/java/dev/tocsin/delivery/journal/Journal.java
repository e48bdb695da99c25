package dev.tocsin.delivery.journal;

import dev.tocsin.delivery.journal.Recovery.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Values under keys that survive any crash: the truth in {@code tocsin.checkpoint.directory} where there is no Kafka sink. One
 * process at a time; within it, any thread. In memory there is an index alone, of less than 20 bytes an entry, and another one
 * while a snapshot is written.
 *
 * <p>The directory holds {@code snapshot-<n>}, all entries at one instant, and {@code journal-<n>}, the commits after it. A
 * commit is one record: {@code int} length of what follows the checksum, {@code int} CRC32C of all other bytes of the record,
 * {@code long} sequence, which grows by one from record to record, and the changes. It counts when all its bytes are there, so
 * it is there whole or not at all. When a segment has grown beyond 16 MiB and beyond twice the live data, the next commit first
 * writes snapshot and segment of the next number; the last two snapshots are kept, with the segments since the older one.
 *
 * <p>A half-written last record is what a crash leaves and is dropped. Any other bad byte is damage: the journal goes on from the
 * last good state, keeps the bad file as {@code <name>.corrupt-<n>} and says so in {@link #recovery}. It cannot see that
 * whole records were cut off at the end of the last segment, nor tell a last record gone bad later from a half-written one.
 */
public final class Journal implements AutoCloseable {
    private static final long SEGMENT_BYTES = 16L * 1024 * 1024;

    private final JournalFiles files;
    private final DirectoryLock lock;
    private final long segmentBytes;
    private Entries entries;
    private final Recovery recovery;
    private Segment segment;
    private boolean closed;

    /** A segment to go on with, and the entries so far. */
    private record Started(Segment segment, Entries entries) {}

    private Journal(
            JournalFiles files,
            DirectoryLock lock,
            long segmentBytes,
            Entries entries,
            Recovery recovery,
            Segment segment) {
        this.files = files;
        this.lock = lock;
        this.segmentBytes = segmentBytes;
        this.entries = entries;
        this.recovery = recovery;
        this.segment = segment;
    }

    /**
     * Opens the journal in a directory and recovers its state; a directory that is missing is created, for its owner only.
     *
     * @throws JournalLockedException if another instance uses the directory
     * @throws JournalCorruptException if there is a journal, but no good state in it; no file was changed
     * @throws IOException if the directory cannot be read or written
     */
    public static Journal open(Path directory) throws IOException {
        return open(directory, SEGMENT_BYTES, Disk.OWNER_ONLY);
    }

    static Journal open(Path directory, long segmentBytes, Disk disk) throws IOException {
        JournalFiles files = JournalFiles.in(directory, disk);
        DirectoryLock lock = DirectoryLock.tryAcquire(files.directory(), JournalFiles.LOCK);
        if (lock == null) {
            String holder = DirectoryLock.holder(files.directory(), JournalFiles.LOCK);
            throw new JournalLockedException(files.directory(), holder);
        }
        try {
            return recover(files, lock, segmentBytes);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static Journal recover(JournalFiles files, DirectoryLock lock, long segmentBytes) throws IOException {
        Replay replay = Replay.of(files);
        files.deleteTemporary();
        List<Damage> damages = new ArrayList<>();
        for (Damage damage : replay.damages()) {
            Path file = files.directory().resolve(damage.file());
            String aside = Files.exists(file) ? files.keepAside(file) : null;
            damages.add(new Damage(damage.file(), damage.offset(), damage.what(), aside));
        }
        Started started = start(files, replay);
        for (Damage damage : damages) {
            files.disk().delete(files.directory().resolve(damage.file()));
        }
        return new Journal(files, lock, segmentBytes, started.entries, replay.recovery(damages), started.segment);
    }

    private static Started start(JournalFiles files, Replay replay) throws IOException {
        if (replay.appendable()) {
            Segment segment = Segment.reopen(files, replay.generation(), replay.length(), replay.sequence());
            if (replay.damages().isEmpty()) {
                return new Started(segment, replay.entries());
            }
            segment.close();
        }
        return begin(files, replay.nextGeneration(), replay.sequence(), replay.entries());
    }

    /**
     * Starts a generation. The segment has its name, durably, before the snapshot gets its own: whoever finds the snapshot can
     * rely on the segment.
     */
    private static Started begin(JournalFiles files, long generation, long sequence, Entries entries)
            throws IOException {
        Entries copies = entries.fresh();
        Path snapshot = files.snapshot(generation);
        Path temporary = files.temporary(snapshot);
        Segment segment = null;
        try {
            copies.in(snapshot);
            Snapshot.write(files.disk(), temporary, sequence, entries, copies);
            segment = Segment.create(files, generation, sequence);
            files.disk().force(files.directory());
            files.disk().rename(temporary, snapshot);
            files.disk().force(files.directory());
            entries.close();
            copies.in(files.segment(generation));
            return new Started(segment, copies);
        } catch (IOException e) {
            if (segment != null) {
                segment.close();
            }
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    /** What was found at the start. */
    public Recovery recovery() {
        return recovery;
    }

    /**
     * The committed value; null if the key has none.
     *
     * @throws IOException if it cannot be read
     */
    public synchronized byte @Nullable [] get(String key) throws IOException {
        return entries.get(key);
    }

    /**
     * Passes every key with its committed value, in no order. The action must not use the journal.
     *
     * @throws IOException if not all of them can be read
     */
    public synchronized void forEach(BiConsumer<String, byte[]> action) throws IOException {
        entries.forEach(action::accept);
    }

    /** How much memory the index of the entries takes, in bytes. */
    public synchronized long indexBytes() {
        return entries.memory();
    }

    /**
     * Commits changes, all or nothing, and returns when they are durable. An empty map writes nothing.
     *
     * <p>After an IOException (a full disk) the state in memory is as before, and the next commit can be tried at once. Whether
     * the failed one lies on the disk is open until {@link #settle} or a commit has returned.
     *
     * @param changes a null value removes the key. Keys have up to 4 KiB in UTF-8, values up to 1 MiB, all together up to 64 MiB
     * @throws IllegalArgumentException if key, value or commit is too large; nothing was written
     * @throws IOException if the commit could not be made durable
     */
    public synchronized void commit(Map<String, byte @Nullable []> changes) throws IOException {
        requireOpen();
        if (changes.isEmpty()) {
            return;
        }
        Map<String, byte @Nullable []> copy = new LinkedHashMap<>(changes);
        byte[] body = Changes.encode(copy);
        if (segment.length() > segmentBytes && segment.length() > 2 * entries.bytes()) {
            roll();
        }
        Map<String, Long> former = entries.former(copy.keySet());
        segment.append(body);
        entries.apply(body, segment.length() - body.length, former);
    }

    /**
     * Makes sure that nothing of a failed commit is on the disk. To be called, until it returns, before anything is taken back
     * that the failed commit speaks of; a failed commit has itself tried once, so this rarely has anything to do.
     *
     * @throws IOException if that could not be done; may be called again
     */
    public synchronized void settle() throws IOException {
        requireOpen();
        segment.settle();
    }

    /** If this fails no commit happens before it has worked: so no record comes into a segment that a snapshot has covered. */
    private void roll() throws IOException {
        Started next = begin(files, segment.generation() + 1, segment.sequence(), entries);
        segment.close();
        segment = next.segment;
        entries = next.entries;
        files.deleteOld();
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The journal is closed");
        }
    }

    /** Gives the directory back; what was committed stays. Closing twice does nothing. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            try (lock;
                    Entries read = entries) {
                segment.close();
            }
        }
    }
}
