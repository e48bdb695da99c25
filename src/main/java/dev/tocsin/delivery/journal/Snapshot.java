package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
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
    private static final int FORMAT = 1;
    private static final int HEAD_BYTES = Integer.BYTES + 2 * Long.BYTES;
    private static final long PART_BYTES = 64L * 1024;

    boolean good() {
        return damagedAt < 0;
    }

    /** Writes the file and makes its content durable, not its name. */
    static void write(Disk disk, Path file, long sequence, Entries entries) throws IOException {
        try (FileChannel channel = disk.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE))) {
            ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
            head.putInt(FORMAT).putLong(sequence).putLong(entries.size());
            long position = write(channel, 0, new Frame(0, head.array()));
            long index = 1;
            Map<String, byte @Nullable []> part = new HashMap<>();
            long bytes = 0;
            for (Map.Entry<String, byte[]> entry : entries.all()) {
                part.put(entry.getKey(), entry.getValue());
                bytes += Changes.length(entry.getKey(), entry.getValue());
                if (bytes >= PART_BYTES) {
                    position = write(channel, position, new Frame(index++, Changes.encode(part)));
                    part.clear();
                    bytes = 0;
                }
            }
            if (!part.isEmpty()) {
                write(channel, position, new Frame(index, Changes.encode(part)));
            }
            channel.force(true);
        }
    }

    private static long write(FileChannel channel, long position, Frame frame) throws IOException {
        ByteBuffer bytes = frame.encode();
        int count = bytes.remaining();
        Disk.writeFully(channel, bytes, position);
        return position + count;
    }

    static Snapshot read(Disk disk, Path file) throws IOException {
        Entries entries = new Entries();
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
            entries.apply(Changes.decode(frame.body()));
            end = reader.offset();
            index++;
        }
        return end;
    }
}
