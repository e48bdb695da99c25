package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All entries at one instant. The file is a row of frames numbered from 0: a head ({@code int} format, {@code long} sequence of
 * the last record that went in, {@code long} number of entries), then the entries as {@link Changes}.
 *
 * @param sequence of the last record that went in
 * @param damagedAt offset in bytes of the first bad byte; -1 if the snapshot is good
 */
record Snapshot(long sequence, Entries entries, long damagedAt) {
    static final String PREFIX = "snapshot-";
    private static final int FORMAT = 1;
    private static final int HEAD_BYTES = Integer.BYTES + 2 * Long.BYTES;
    private static final long PART_BYTES = 64L * 1024;

    boolean good() {
        return damagedAt < 0;
    }

    /** Whether a file is a snapshot by its name: its first frame is a head. */
    static boolean is(Path file) {
        return JournalFiles.name(file).startsWith(PREFIX);
    }

    /**
     * Writes the file and makes its content durable, not its name.
     *
     * @param entries what is to be in it
     * @param copies told where each lies in it
     */
    static void write(Disk disk, Path file, long sequence, Entries entries, Entries copies) throws IOException {
        try (FileChannel channel = disk.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE))) {
            ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
            head.putInt(FORMAT).putLong(sequence).putLong(entries.size());
            Parts parts = new Parts(channel, write(channel, 0, new Frame(0, head.array())), copies);
            entries.forEach(parts::add);
            parts.end();
            channel.force(true);
        }
    }

    /** Entries on their way into the file, a frame at a time. */
    private static final class Parts {
        private final FileChannel channel;
        private final Entries copies;
        private final Map<String, byte @Nullable []> part = new LinkedHashMap<>();
        private long position;
        private long bytes;
        private long index = 1;

        Parts(FileChannel channel, long position, Entries copies) {
            this.channel = channel;
            this.position = position;
            this.copies = copies;
        }

        void add(String key, byte[] value) throws IOException {
            part.put(key, value);
            bytes += Changes.length(key, value);
            if (bytes >= PART_BYTES) {
                end();
            }
        }

        void end() throws IOException {
            if (!part.isEmpty()) {
                Frame frame = new Frame(index++, Changes.encode(part));
                long next = write(channel, position, frame);
                copies.apply(frame.body(), next - frame.body().length, Map.of());
                position = next;
                part.clear();
                bytes = 0;
            }
        }
    }

    private static long write(FileChannel channel, long position, Frame frame) throws IOException {
        ByteBuffer bytes = frame.encode();
        int count = bytes.remaining();
        Disk.writeFully(channel, bytes, position);
        return position + count;
    }

    /** @param entries none yet; what the file holds is added */
    static Snapshot read(Disk disk, Path file, Entries entries) throws IOException {
        entries.in(file);
        try (FrameReader reader = new FrameReader(disk, file)) {
            Frame head = reader.next();
            if (head == null || head.body().length != HEAD_BYTES) {
                return new Snapshot(0, entries, 0);
            }
            ByteBuffer fields = ByteBuffer.wrap(head.body());
            int format = fields.getInt();
            if (format != FORMAT) {
                throw new IOException(file + " has format " + format + "; this version of Tocsin reads " + FORMAT);
            }
            long sequence = fields.getLong();
            long end = readEntries(reader, entries);
            boolean good = end == reader.size() && entries.size() == fields.getLong();
            return new Snapshot(sequence, entries, good ? -1 : end);
        }
    }

    /** Returns the offset up to which the file is good. */
    private static long readEntries(FrameReader reader, Entries entries) throws IOException {
        long end = reader.offset();
        long index = 1;
        for (Frame frame = reader.next(); frame != null && frame.sequence() == index; frame = reader.next()) {
            entries.apply(frame.body(), reader.offset() - frame.body().length);
            end = reader.offset();
            index++;
        }
        return end;
    }
}
