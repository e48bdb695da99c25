package dev.tocsin.sink.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Brings the files of a stream back to what the journal says, or refuses. */
final class StreamRecovery {
    private static final int BLOCK_BYTES = 64 * 1024;

    private final LineFiles files;
    private final NavigableSet<Long> published;
    private final NavigableSet<Long> inProgress;

    private StreamRecovery(LineFiles files) throws IOException {
        this.files = files;
        this.published = files.allPublished();
        this.inProgress = files.allInProgress();
    }

    /**
     * Returns where to go on; the file in progress then exists and has that length.
     *
     * @param commitsLost whether the journal may be older than its last commit
     */
    static StreamState recover(LineFiles files, @Nullable StreamState journal, boolean commitsLost) throws IOException {
        StreamRecovery recovery = new StreamRecovery(files);
        StreamState start = journal == null ? recovery.first() : recovery.after(journal, commitsLost);
        recovery.deleteFrom(journal == null ? 0 : start.sequence() + 1);
        recovery.truncate(start);
        return start;
    }

    /** As {@link #recover}, where there is no journal: all whole lines of the file in progress count. */
    static StreamState recoverAlone(LineFiles files) throws IOException {
        StreamRecovery recovery = new StreamRecovery(files);
        long published = recovery.published.isEmpty() ? 0 : recovery.published.last();
        long sequence = recovery.inProgress.isEmpty() ? published + 1 : recovery.inProgress.first();
        if (sequence <= published) {
            throw stray(files.inProgress(sequence), files.published(published));
        }
        for (long later : recovery.inProgress.tailSet(sequence, false)) {
            if (Files.size(files.inProgress(later)) > 0) {
                throw stray(files.inProgress(sequence), files.inProgress(later));
            }
        }
        StreamState start = new StreamState(sequence, recovery.wholeLines(sequence));
        recovery.deleteFrom(sequence + 1);
        recovery.truncate(start);
        return start;
    }

    private static FileSinkException stray(Path file, Path later) {
        return new FileSinkException(
                file + " was never published, though " + later.getFileName() + " came after it; move it away");
    }

    /** The length of the file in progress up to the end of its last whole line. */
    private long wholeLines(long sequence) throws IOException {
        if (!inProgress.contains(sequence)) {
            return 0;
        }
        try (FileChannel channel = files.disk().open(files.inProgress(sequence), Set.of(StandardOpenOption.READ))) {
            ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
            for (long end = channel.size(); end > 0; ) {
                long start = Math.max(0, end - BLOCK_BYTES);
                block.clear().limit((int) (end - start));
                while (block.hasRemaining() && channel.read(block, start + block.position()) >= 0) {
                    // until the block is full
                }
                for (int i = block.position() - 1; i >= 0; i--) {
                    if (block.get(i) == '\n') {
                        return start + i + 1;
                    }
                }
                end = start;
            }
            return 0;
        }
    }

    /** Without a state nothing was ever committed, so there is no file but the first, and nothing in that counts. */
    private StreamState first() throws FileSinkException {
        Path other = !published.isEmpty()
                ? files.published(published.last())
                : inProgress.higher(1L) != null ? files.inProgress(inProgress.last()) : null;
        if (other != null) {
            throw new FileSinkException("The journal knows nothing of the " + files.prefix() + " files in "
                    + files.directory() + ", but " + other.getFileName()
                    + " is there; restore the checkpoint, or move the files away to begin anew");
        }
        return new StreamState(1, 0);
    }

    private StreamState after(StreamState journal, boolean commitsLost) throws IOException {
        long sequence = journal.sequence();
        requireNoneBehind(sequence);
        boolean renamed = published.contains(sequence);
        if (inProgress.contains(sequence)) {
            if (renamed) {
                throw disagree(files.inProgress(sequence) + " cannot be published: " + files.published(sequence)
                        + " exists already with other content");
            }
            requireWholeLines(journal);
            return journal;
        }
        if (renamed) {
            requirePublished(journal);
            return new StreamState(sequence + 1, 0);
        }
        if (commitsLost) {
            throw disagree(files.inProgress(sequence) + " is missing, and the last commits of the journal are lost,"
                    + " so that what became of the file is not known");
        }
        boolean next = inProgress.contains(sequence + 1);
        if (journal.length() > 0 && !next) {
            throw disagree(files.inProgress(sequence) + " is missing, and it was not published; the journal says that"
                    + " it has " + journal.length() + " bytes");
        }
        if (journal.length() == 0 && next) {
            throw disagree(files.inProgress(sequence + 1) + " is there, but the journal knows of no line in the file"
                    + " before it");
        }
        return next ? new StreamState(sequence + 1, 0) : journal;
    }

    /** A file is begun when the one before it is published, not sooner. */
    private void requireNoneBehind(long sequence) throws FileSinkException {
        Path later = published.higher(sequence) != null
                ? files.published(published.last())
                : inProgress.higher(sequence + 1) != null ? files.inProgress(inProgress.last()) : null;
        if (later != null) {
            throw disagree(later + " is there, but the journal only knows of the files up to " + sequence);
        }
    }

    private void requireWholeLines(StreamState journal) throws IOException {
        Path file = files.inProgress(journal.sequence());
        if (journal.length() == 0) {
            return;
        }
        try (FileChannel channel = files.disk().open(file, Set.of(StandardOpenOption.READ))) {
            ByteBuffer last = ByteBuffer.allocate(1);
            if (channel.read(last, journal.length() - 1) < 1) {
                throw disagree(file + " has " + channel.size() + " bytes, but the journal says " + journal.length());
            }
            if (last.get(0) != '\n') {
                throw disagree(file + " has no line that ends at byte " + journal.length() + ", as the journal says");
            }
        }
    }

    private void requirePublished(StreamState journal) throws IOException {
        Path file = files.published(journal.sequence());
        long size = Files.size(file);
        if (size != journal.length()) {
            throw disagree(file + " is published with " + size + " bytes, but the journal says " + journal.length());
        }
    }

    private void deleteFrom(long sequence) throws IOException {
        for (long stray : inProgress.tailSet(sequence)) {
            files.disk().delete(files.inProgress(stray));
        }
    }

    private void truncate(StreamState start) throws IOException {
        try (FileChannel channel = files.create(start.sequence())) {
            channel.truncate(start.length());
            channel.force(true);
        }
        files.force();
    }

    private static FileSinkException disagree(String what) {
        return new FileSinkException("The journal and the files in the sink's directory do not belong together: " + what
                + "; restore the one that is not of the last run");
    }
}
