package dev.tocsin.source.directory;

import dev.tocsin.reading.Origin;
import dev.tocsin.reading.ReadingDecoder;
import dev.tocsin.reading.Records;

/** Whole lines of a file, in a buffer that is theirs until they have been evaluated. */
final class Lines implements Records {
    private final String path;
    private final String generation;
    private final long firstLine;
    private final byte[] buffer;
    private final int[] ends;
    private final int count;
    private final int start;
    private final boolean startOfFile;
    private final long cutSize;
    private int index = -1;
    private int offset;
    private int length;

    /**
     * @param firstLine the number of the first of them, from 1
     * @param ends where each line ends, its newline excluded; the next begins one byte behind
     * @param start where the first line begins
     * @param startOfFile whether that is the begin of the file, where a byte-order mark may stand
     * @param cutSize the length in bytes of a single line of which the buffer holds the begin; -1: lines are whole
     */
    Lines(
            String path,
            String generation,
            long firstLine,
            byte[] buffer,
            int[] ends,
            int count,
            int start,
            boolean startOfFile,
            long cutSize) {
        this.path = path;
        this.generation = generation;
        this.firstLine = firstLine;
        this.buffer = buffer;
        this.ends = ends;
        this.count = count;
        this.start = start;
        this.startOfFile = startOfFile;
        this.cutSize = cutSize;
    }

    /** No lines: for a chunk that brings a position alone. */
    static Lines none(String path, String generation) {
        return new Lines(path, generation, 1, new byte[0], new int[0], 0, 0, false, -1);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public long bytes() {
        return count == 0 ? 0 : ends[count - 1] - start;
    }

    @Override
    public boolean next() {
        if (index + 1 >= count) {
            return false;
        }
        offset = index < 0 ? start : ends[index] + 1;
        index++;
        length = ends[index] - offset;
        if (index == 0 && startOfFile) {
            int bom = ReadingDecoder.bomLength(buffer, offset, length);
            offset += bom;
            length -= bom;
        }
        return true;
    }

    @Override
    public byte[] array() {
        return buffer;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long size() {
        return cutSize < 0 ? length : cutSize;
    }

    @Override
    public Origin origin() {
        return new Origin.OfFile(path, generation, firstLine + index);
    }
}
