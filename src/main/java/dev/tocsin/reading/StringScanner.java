package dev.tocsin.reading;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Steps over JSON strings in UTF-8, valid in every byte, eight bytes at a time. */
final class StringScanner {
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long SWAP = (' ' ^ '"') * ONES;
    private static final long EXCLAMATIONS = '!' * ONES;
    private static final long BACKSLASHES = '\\' * ONES;

    private boolean escaped;

    /** Whether the last string had an escape in it. */
    boolean escaped() {
        return escaped;
    }

    /** Eight bytes from this index on; the byte at the index is the lowest of the number. */
    static long eightBytes(byte[] bytes, int at) {
        return (long) EIGHT_BYTES.get(bytes, at);
    }

    /** From behind the opening quote to behind the closing one, eight bytes at a time as long as there are eight. */
    int after(byte[] bytes, int from, int end) {
        escaped = false;
        int at = from;
        while (at >= 0 && at < end) {
            if (end - at >= Long.BYTES) {
                long stops = stops(eightBytes(bytes, at));
                if (stops == 0) {
                    at += Long.BYTES;
                    continue;
                }
                at += Long.numberOfTrailingZeros(stops) >>> 3;
            }
            byte b = bytes[at];
            if (b == '"') {
                return at + 1;
            }
            if (b >= ' ' && b != '\\') {
                at++;
            } else {
                at = b == '\\' ? afterEscape(bytes, at + 1, end) : Utf8.after(bytes, at, end);
            }
        }
        return ValueScanner.GIVE_UP;
    }

    /**
     * Marks, by its highest bit, every byte of the eight at which a string does not simply go on: a quote, a backslash,
     * a control character, a byte that is not ASCII. The lowest mark is right; a mark above another one may be wrong,
     * because the subtractions borrow.
     */
    private static long stops(long eight) {
        // Exchanges space and quote: what is below '!' then is a quote or a control character.
        long swapped = eight ^ SWAP;
        return ((swapped - EXCLAMATIONS) | ((eight ^ BACKSLASHES) - ONES) | eight) & HIGH_BITS;
    }

    /** From behind the backslash. */
    private int afterEscape(byte[] bytes, int at, int end) {
        escaped = true;
        if (at >= end) {
            return ValueScanner.GIVE_UP;
        }
        return switch (bytes[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 1;
            case 'u' -> afterHexDigits(bytes, at + 1, end);
            default -> ValueScanner.GIVE_UP;
        };
    }

    private static int afterHexDigits(byte[] bytes, int from, int end) {
        int after = from + 4;
        if (after > end) {
            return ValueScanner.GIVE_UP;
        }
        for (int i = from; i < after; i++) {
            if (!isHexDigit(bytes[i])) {
                return ValueScanner.GIVE_UP;
            }
        }
        return after;
    }

    private static boolean isHexDigit(byte b) {
        return (b >= '0' && b <= '9') || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
    }
}
