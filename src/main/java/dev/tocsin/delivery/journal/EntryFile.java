package dev.tocsin.delivery.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A snapshot or a segment whose entries are read back one by one. */
final class EntryFile implements Closeable {
    /** As much as most entries take: one read is enough for these. */
    private static final int GUESS_BYTES = 1024;

    private final Disk disk;
    private final Path file;
    private @Nullable FileChannel channel;

    EntryFile(Disk disk, Path file) {
        this.disk = disk;
        this.file = file;
    }

    /** The entry at an offset that {@link Changes#read} gave. */
    Entries.Stored read(long offset) throws IOException {
        for (int length = GUESS_BYTES; ; length = 2 * length) {
            byte[] bytes = read(offset, length);
            Entries.Stored stored = Changes.readOne(bytes);
            if (stored != null) {
                return stored;
            }
            if (bytes.length < length) {
                throw new IOException(file + " has no entry at byte " + offset + " any more");
            }
        }
    }

    private byte[] read(long offset, int length) throws IOException {
        FileChannel open = open();
        ByteBuffer buffer = ByteBuffer.allocate(length);
        int count = 0;
        while (buffer.hasRemaining() && count >= 0) {
            count = open.read(buffer, offset + buffer.position());
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    private FileChannel open() throws IOException {
        FileChannel open = channel;
        if (open == null || !open.isOpen()) {
            open = disk.open(file, Set.of(StandardOpenOption.READ));
            channel = open;
        }
        return open;
    }

    /** Visits all changes in the file, as far as its records are good. */
    void forEach(Changes.Visitor visitor) throws IOException {
        try (FrameReader reader = new FrameReader(disk, file)) {
            boolean head = Snapshot.is(file);
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                if (head) {
                    head = false;
                } else {
                    long body = reader.offset() - frame.body().length;
                    Changes.read(frame.body(), (key, value, at) -> visitor.change(key, value, body + at));
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
