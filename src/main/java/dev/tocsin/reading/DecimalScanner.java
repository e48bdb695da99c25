package dev.tocsin.reading;

import java.nio.charset.StandardCharsets;

/** Reads a JSON number (RFC 8259, section 6) into the nearest double, without a text for the common ones. */
final class DecimalScanner {
    /** Longer numbers are left to the strict parser, which knows how long one may be. */
    private static final int MAX_LENGTH = 500;

    /** So many digits fit a long. */
    private static final int LONG_DIGITS = 18;

    /** Every whole number up to here is a double. */
    private static final long EXACT = 1L << 53;

    /** Beyond this every power of ten is zero or infinite; keeps the sum of exponents in range. */
    private static final int MAX_POWER = 1_000_000;

    /** The powers of ten that are exactly doubles. */
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private int start;
    private int stop;
    private long mantissa;
    private int digits;
    private int exponent;
    private boolean negative;
    private boolean whole;

    /**
     * Steps over the number that begins at {@code from} with a minus or a digit.
     *
     * @return the index after it, or -1 where it is not JSON or too long
     */
    int after(byte[] bytes, int from, int end) {
        int at = from;
        negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        long number = 0;
        int begin = at;
        int digit;
        while (at < end && (digit = bytes[at] - '0') >= 0 && digit <= 9) {
            number = number * 10 + digit;
            at++;
        }
        int count = at - begin;
        if (count == 0 || (count > 1 && bytes[begin] == '0')) {
            return -1;
        }
        int scale = 0;
        if (at < end && bytes[at] == '.') {
            begin = ++at;
            while (at < end && (digit = bytes[at] - '0') >= 0 && digit <= 9) {
                number = number * 10 + digit;
                at++;
            }
            scale = at - begin;
            if (scale == 0) {
                return -1;
            }
        }
        start = from;
        mantissa = number;
        digits = count + scale;
        exponent = -scale;
        whole = scale == 0;
        if (at < end && (bytes[at] | 0x20) == 'e') {
            at = afterExponent(bytes, at + 1, end);
        }
        stop = at;
        return at - from > MAX_LENGTH ? -1 : at;
    }

    private int afterExponent(byte[] bytes, int from, int end) {
        int at = from;
        boolean minus = at < end && bytes[at] == '-';
        if (minus || (at < end && bytes[at] == '+')) {
            at++;
        }
        int power = 0;
        int begin = at;
        int digit;
        while (at < end && (digit = bytes[at] - '0') >= 0 && digit <= 9) {
            power = Math.min(power * 10 + digit, MAX_POWER);
            at++;
        }
        whole = false;
        exponent += minus ? -power : power;
        return at == begin ? -1 : at;
    }

    /** The value of the last number, from the same bytes: correctly rounded, infinite beyond the range of a double. */
    double value(byte[] bytes) {
        if (whole && digits <= LONG_DIGITS) {
            return negative ? -mantissa : mantissa; // a whole -0 is 0.0, as Jackson and so Spark reads it
        }
        if (digits <= LONG_DIGITS && mantissa <= EXACT && exponent >= -22 && exponent <= 22) {
            double magnitude = exponent < 0 ? mantissa / POWERS[-exponent] : mantissa * POWERS[exponent];
            return negative ? -magnitude : magnitude;
        }
        return Double.parseDouble(new String(bytes, start, stop - start, StandardCharsets.ISO_8859_1));
    }
}
