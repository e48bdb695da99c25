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
    private final LineFiles files;
    private final NavigableSet<Long> published;
    private final NavigableSet<Long> inProgress;

    private StreamRecovery(LineFiles files) throws IOException {
        this.files = files;
        this.published = files.allPublished();
        this.inProgress = files.allInProgress();
    }

    /** Returns where to go on; the file in progress then exists and has that length. */
    static StreamState recover(LineFiles files, @Nullable StreamState journal) throws IOException {
        StreamRecovery recovery = new StreamRecovery(files);
        StreamState start = journal == null ? recovery.first() : recovery.after(journal);
        recovery.deleteFrom(journal == null ? 0 : start.sequence() + 1);
        recovery.truncate(start);
        return start;
    }

    private StreamState first() {
        return new StreamState(published.isEmpty() ? 1 : published.last() + 1, 0);
    }

    private StreamState after(StreamState journal) throws IOException {
        long sequence = journal.sequence();
        if (published.higher(sequence) != null) {
            throw disagree(files.published(published.last())
                    + " is published, but the journal only knows of the files up to " + sequence);
        }
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
        } else if (journal.length() == 0) {
            return journal;
        } else if (!inProgress.contains(sequence + 1)) {
            throw disagree(
                    files.inProgress(sequence) + " is missing, and it was not published; the journal says that it has "
                            + journal.length() + " bytes");
        }
        return new StreamState(sequence + 1, 0);
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
