package dev.tocsin.delivery.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;

/**
 * The file that records are appended to. Its first record is an empty one, written before the snapshot that the segment follows
 * gets its name: so an empty or missing segment is seen as damage.
 */
final class Segment implements Closeable {
    private static final Set<OpenOption> EXISTING = Set.of(StandardOpenOption.WRITE);

    private final Disk disk;
    private final Path file;
    private final long generation;
    private FileChannel channel;
    /** End of the last record that was committed. */
    private long length;
    /** Sequence of the last record that was committed. */
    private long sequence;
    /** Bytes may lie after {@link #length}. */
    private boolean torn;

    private Segment(Disk disk, Path file, long generation, long length, long sequence, Set<OpenOption> options)
            throws IOException {
        this.disk = disk;
        this.file = file;
        this.generation = generation;
        this.length = length;
        this.sequence = sequence;
        this.channel = disk.open(file, options);
        this.torn = true;
    }

    /** Starts a new segment; a file that an attempt before this has left is overwritten. */
    static Segment create(JournalFiles files, long generation, long sequence) throws IOException {
        Segment segment = new Segment(
                files.disk(),
                files.segment(generation),
                generation,
                0,
                sequence,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        try {
            segment.append(Changes.encode(Map.of()));
            return segment;
        } catch (IOException e) {
            segment.channel.close();
            throw e;
        }
    }

    /** Goes on after the last good record; what lies behind it is cut off. */
    static Segment reopen(JournalFiles files, long generation, long length, long sequence) throws IOException {
        Segment segment = new Segment(files.disk(), files.segment(generation), generation, length, sequence, EXISTING);
        try {
            segment.settle();
            return segment;
        } catch (IOException e) {
            segment.channel.close();
            throw e;
        }
    }

    /** Appends a record and makes it durable. After an exception the record is cut off, now or by {@link #settle}. */
    void append(byte[] body) throws IOException {
        settle();
        torn = true;
        try {
            var bytes = new Frame(sequence + 1, body).encode();
            int count = bytes.remaining();
            Disk.writeFully(channel, bytes, length);
            channel.force(false);
            length += count;
            sequence++;
            torn = false;
        } catch (IOException e) {
            try {
                settle();
            } catch (IOException unsettled) {
                e.addSuppressed(unsettled);
            }
            throw e;
        }
    }

    /** Cuts off what a failed append has left, durably. */
    void settle() throws IOException {
        if (!channel.isOpen()) {
            channel = disk.open(file, EXISTING);
        }
        if (torn) {
            channel.truncate(length);
            channel.force(true);
            torn = false;
        }
    }

    long generation() {
        return generation;
    }

    long sequence() {
        return sequence;
    }

    /** Bytes of committed records. */
    long length() {
        return length;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
