package dev.tocsin.alert;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * Instants as {@link DateTimeFormatter#ISO_INSTANT} writes them, {@code 2025-10-10T12:01:00Z}: the fraction has no, three, six
 * or nine digits. The formatter itself costs several times as much, and far more to compile.
 */
final class InstantText {
    private static final int SECONDS_PER_DAY = 86_400;
    /** Years of four digits, 0000 to 9999, without a sign. */
    private static final long BEGIN_OF_YEAR_0 = -62_167_219_200L;

    private static final long BEGIN_OF_YEAR_10000 = 253_402_300_800L;

    private InstantText() {}

    /** The text in ASCII. */
    static byte[] of(Instant instant) {
        long seconds = instant.getEpochSecond();
        if (seconds < BEGIN_OF_YEAR_0 || seconds >= BEGIN_OF_YEAR_10000) {
            return DateTimeFormatter.ISO_INSTANT.format(instant).getBytes(StandardCharsets.US_ASCII);
        }
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(seconds, SECONDS_PER_DAY));
        int second = Math.floorMod(seconds, SECONDS_PER_DAY);
        byte[] text = new byte["2025-10-10T12:01:00.123456789Z".length()];
        int at = number(text, 0, 4, date.getYear(), '-');
        at = number(text, at, 2, date.getMonthValue(), '-');
        at = number(text, at, 2, date.getDayOfMonth(), 'T');
        at = number(text, at, 2, second / 3600, ':');
        at = number(text, at, 2, second / 60 % 60, ':');
        at = number(text, at, 2, second % 60, 'Z');
        return Arrays.copyOf(text, fraction(text, at, instant.getNano()));
    }

    /** Puts a fraction, if there is one, into the place of the last byte, and that behind it; returns the index after it. */
    private static int fraction(byte[] text, int at, int nanos) {
        if (nanos == 0) {
            return at;
        }
        text[at - 1] = '.';
        if (nanos % 1_000_000 == 0) {
            return number(text, at, 3, nanos / 1_000_000, 'Z');
        }
        return nanos % 1_000 == 0 ? number(text, at, 6, nanos / 1_000, 'Z') : number(text, at, 9, nanos, 'Z');
    }

    /** Writes so many digits and a separator; returns the index after them. */
    private static int number(byte[] text, int from, int digits, int number, char separator) {
        int left = number;
        for (int at = from + digits - 1; at >= from; at--) {
            text[at] = (byte) ('0' + left % 10);
            left /= 10;
        }
        text[from + digits] = (byte) separator;
        return from + digits + 1;
    }
}
