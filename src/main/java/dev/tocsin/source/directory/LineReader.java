package dev.tocsin.source.directory;

import dev.tocsin.delivery.Lane;
import dev.tocsin.reading.Decoded;
import dev.tocsin.reading.Newlines;
import dev.tocsin.reading.ReadingDecoder;
import dev.tocsin.reading.Reject;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a stream brings into chunks of whole lines, in buffers that take turns: as many as a lane lets through are evaluated or
 * about to be, one waits for its turn, one is filled. A line that no buffer holds is passed over, but for its begin.
 */
final class LineReader {
    /** A chunk's size in bytes at most, unless a single line may be longer. */
    private static final int CHUNK = 1 << 20;
    /** A chunk's lines at most: bounds what a chunk of nothing but rejects can come to. */
    private static final int MAX_LINES = 16_384;

    private static final int BUFFERS = Lane.UNDER_WAY + 2;

    private final ReadingDecoder decoder = new ReadingDecoder();
    private final byte[][] buffers;
    private final int[][] ends = new int[BUFFERS][MAX_LINES];
    private int turn;
    private boolean handedOut;

    private InputStream in = InputStream.nullInputStream();
    private String path = "";
    private FileState state;
    private int from;
    private int to;
    private boolean atEnd;
    private long passedOver;

    /** The longest line that is held whole is {@code maxBytes} and a bit more; a longer one is a reject anyway. */
    LineReader(int maxBytes) {
        this.buffers = new byte[BUFFERS][Math.max(CHUNK, 2 * maxBytes)];
        this.state =
                new FileState(FileState.Phase.READING, "", 0, 0, 0, 0, 0, false, Fingerprint.NONE, Fingerprint.NONE);
    }

    /**
     * Begins with a stream.
     *
     * @param in from {@code state.offset()} on
     * @param state the file's, with what is to be remembered of it but for offset, lines and fingerprints
     */
    void open(String path, InputStream in, FileState state) {
        this.path = path;
        this.in = in;
        this.state = state;
        this.from = 0;
        this.to = 0;
        this.atEnd = false;
        this.passedOver = 0;
    }

    /** The file's state after the lines that came last. */
    FileState state() {
        return state;
    }

    /** How many bytes behind the last line that was returned wait for their newline. */
    long pending() {
        return passedOver + to - from;
    }

    /**
     * The next lines; null when there is no whole line any more.
     *
     * @param settled whether the stream's last line counts without a newline, provided that it can be decoded
     * @param last whether it counts even if it cannot
     */
    @Nullable Lines next(boolean settled, boolean last) throws IOException {
        byte[] buffer = turnBuffers();
        fill(buffer);
        if (!skipLateNewline(buffer, last)) {
            return null;
        }
        int[] found = ends[turn];
        int count = Newlines.find(buffer, from, to, found);
        if (count > 0) {
            return lines(buffer, found, count, found[count - 1] + 1, false);
        }
        if (!atEnd) {
            return passOver(buffer, last);
        }
        if (from < to && (last || (settled && decodes(buffer)))) {
            found[0] = to;
            return lines(buffer, found, 1, to, true);
        }
        return null;
    }

    private byte[] turnBuffers() {
        byte[] before = buffers[turn];
        if (handedOut) {
            turn = (turn + 1) % buffers.length;
            handedOut = false;
        }
        System.arraycopy(before, from, buffers[turn], 0, to - from);
        to -= from;
        from = 0;
        return buffers[turn];
    }

    private void fill(byte[] buffer) throws IOException {
        while (!atEnd && to < buffer.length) {
            int read = in.read(buffer, to, buffer.length - to);
            if (read < 0) {
                atEnd = true;
            } else {
                to += read;
            }
        }
    }

    /**
     * The newline of a line that was read without it, because the file stood still. False when half of it may be missing.
     */
    private boolean skipLateNewline(byte[] buffer, boolean last) {
        if (!state.unended() || from == to) {
            return true;
        }
        boolean lone = buffer[from] == '\r' && from + 1 == to;
        if (lone && !last) {
            return false;
        }
        int newline = 0;
        if (lone || buffer[from] == '\n') {
            newline = 1;
        } else if (buffer[from] == '\r' && buffer[from + 1] == '\n') {
            newline = 2;
        }
        from += newline;
        Fingerprint tail = newline == 0 ? state.tail() : Fingerprint.of(buffer, from - newline, newline);
        state = advanced(state.offset() + newline, state.lines(), false, state.head(), tail);
        return true;
    }

    private boolean decodes(byte[] buffer) {
        int bom = state.offset() == 0 ? ReadingDecoder.bomLength(buffer, from, to - from) : 0;
        return decoder.decode(buffer, from + bom, to - from - bom) != Decoded.REJECT;
    }

    private Lines lines(byte[] buffer, int[] found, int count, int end, boolean unended) {
        Lines lines = new Lines(
                path, state.generation(), state.lines() + 1, buffer, found, count, from, state.offset() == 0, -1);
        advance(buffer, end - from, count, unended);
        from = end;
        handedOut = true;
        return lines;
    }

    /** Reads on to the end of a line that is longer than the buffer; null when it has none, and that does not count. */
    private @Nullable Lines passOver(byte[] buffer, boolean last) throws IOException {
        byte[] begin = Arrays.copyOfRange(buffer, from, from + Reject.MAX_BYTES);
        long size = to - from;
        from = 0;
        while (true) {
            to = 0;
            fill(buffer);
            int newline = Newlines.first(buffer, 0, to);
            size += newline;
            if (newline < to) {
                from = newline + 1;
                return cutLine(begin, size, 1);
            }
            if (atEnd) {
                to = 0;
                if (last) {
                    return cutLine(begin, size, 0);
                }
                passedOver = size;
                return null;
            }
        }
    }

    private Lines cutLine(byte[] begin, long size, int newline) {
        int[] end = {begin.length};
        Lines line =
                new Lines(path, state.generation(), state.lines() + 1, begin, end, 1, 0, state.offset() == 0, size);
        Fingerprint head = state.offset() == 0 ? Fingerprint.of(begin, 0, Fingerprint.MAX_LENGTH) : state.head();
        state = advanced(state.offset() + size + newline, state.lines() + 1, newline == 0, head, Fingerprint.NONE);
        return line;
    }

    private void advance(byte[] buffer, int bytes, int count, boolean unended) {
        Fingerprint head = state.head();
        if (state.offset() == 0) {
            head = Fingerprint.of(buffer, from, Math.min(bytes, Fingerprint.MAX_LENGTH));
        }
        int tail = Math.min(bytes, Fingerprint.MAX_LENGTH);
        state = advanced(
                state.offset() + bytes,
                state.lines() + count,
                unended,
                head,
                Fingerprint.of(buffer, from + bytes - tail, tail));
    }

    private FileState advanced(long offset, long lines, boolean unended, Fingerprint head, Fingerprint tail) {
        return new FileState(
                state.phase(),
                state.generation(),
                state.inode(),
                state.size(),
                state.modified(),
                offset,
                lines,
                unended,
                head,
                tail);
    }
}
