package dev.tocsin.reading;

/** Finds the newlines that end lines, sixteen bytes at a time: two numbers, because most of them hold none. */
public final class Newlines {
    private static final long ONES = 0x0101010101010101L;
    private static final long LOW_BITS = 0x7F7F7F7F7F7F7F7FL;
    private static final long NEWLINES = '\n' * ONES;

    private static final int STEP = 2 * Long.BYTES;

    private Newlines() {}

    /**
     * Finds newlines from {@code from} to before {@code to}, in their order.
     *
     * @param found takes the index of each, as many as it has room for
     * @return how many these are
     */
    public static int find(byte[] bytes, int from, int to, int[] found) {
        int count = 0;
        int at = from;
        int room = found.length - STEP;
        for (int last = to - STEP; at <= last && count <= room; at += STEP) {
            long low = marks(StringScanner.eightBytes(bytes, at));
            long high = marks(StringScanner.eightBytes(bytes, at + Long.BYTES));
            if ((low | high) != 0) {
                count = put(low, at, found, count);
                count = put(high, at + Long.BYTES, found, count);
            }
        }
        for (; at < to && count < found.length; at++) {
            if (bytes[at] == '\n') {
                found[count++] = at;
            }
        }
        return count;
    }

    private static int put(long marks, int at, int[] found, int from) {
        int count = from;
        for (long left = marks; left != 0; left &= left - 1) {
            found[count++] = at + (Long.numberOfTrailingZeros(left) >>> 3);
        }
        return count;
    }

    /** The index of the first newline from {@code from} to before {@code to}; {@code to} where there is none. */
    public static int first(byte[] bytes, int from, int to) {
        int at = from;
        for (int last = to - Long.BYTES; at <= last; at += Long.BYTES) {
            long marks = marks(StringScanner.eightBytes(bytes, at));
            if (marks != 0) {
                return at + (Long.numberOfTrailingZeros(marks) >>> 3);
            }
        }
        while (at < to && bytes[at] != '\n') {
            at++;
        }
        return at;
    }

    /** Marks, by its highest bit, every byte of the eight that is a newline, and no other. */
    private static long marks(long eight) {
        long differences = eight ^ NEWLINES;
        return ~(((differences & LOW_BITS) + LOW_BITS) | differences | LOW_BITS);
    }
}
