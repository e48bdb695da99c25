package dev.tocsin.delivery.journal;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads frames one after the other, as far as they are good. */
final class FrameReader implements Closeable {
    private static final int WINDOW_BYTES = 64 * 1024;

    private final FileChannel channel;
    private final DataInputStream in;
    private final long size;
    private long offset;

    FrameReader(Disk disk, Path file) throws IOException {
        channel = disk.open(file, Set.of(StandardOpenOption.READ));
        size = channel.size();
        in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), WINDOW_BYTES));
    }

    /** The next frame; null at the end of the file and at bytes that are no frame: then nothing more can be read. */
    @Nullable Frame next() throws IOException {
        long available = size - offset - Frame.HEADER_BYTES;
        if (available < Frame.MIN_LENGTH) {
            return null;
        }
        int length = in.readInt();
        int checksum = in.readInt();
        if (!Frame.plausible(length, available)) {
            return null;
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length < length || Frame.checksum(ByteBuffer.wrap(payload)) != checksum) {
            return null;
        }
        offset += Frame.HEADER_BYTES + length;
        return Frame.of(payload);
    }

    /** Where the last good frame ends. */
    long offset() {
        return offset;
    }

    long size() {
        return size;
    }

    /**
     * True if a good frame of a later commit lies anywhere after the end of the good frames: then the bytes between were damaged;
     * a half-written frame is always the last.
     *
     * @param sequence of the last good frame
     */
    boolean goodFrameFollows(long sequence) throws IOException {
        long highest = sequence + (size - offset) / (Frame.HEADER_BYTES + Frame.MIN_LENGTH) + 1;
        ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
        int need = Frame.HEADER_BYTES + Long.BYTES;
        for (long at = offset; size - at >= need; at += window.limit() - need + 1) {
            read(window.clear(), at);
            for (int i = 0; i + need <= window.limit(); i++) {
                long candidate = window.getLong(i + Frame.HEADER_BYTES);
                if (candidate > sequence && candidate <= highest && goodFrameAt(at + i)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean goodFrameAt(long position) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(Frame.HEADER_BYTES);
        read(header, position);
        int length = header.getInt();
        if (!Frame.plausible(length, size - position - Frame.HEADER_BYTES)) {
            return false;
        }
        ByteBuffer payload = ByteBuffer.allocate(length);
        read(payload, position + Frame.HEADER_BYTES);
        return payload.remaining() == length && Frame.checksum(payload) == header.getInt();
    }

    /** Fills the buffer as far as the file goes, and flips it. */
    private void read(ByteBuffer buffer, long position) throws IOException {
        int count = 0;
        while (buffer.hasRemaining() && count >= 0) {
            count = channel.read(buffer, position + buffer.position());
        }
        buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
