package dev.tocsin.reading;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the form of a timestamp that most devices send, {@code 2025-10-10T12:01:00Z} with up to nine digits of a fraction,
 * straight from the record's bytes. Everything else is {@link TimestampParser}'s, which agrees on every text that is read here.
 */
final class OrdinaryTimestamp {
    private static final int LENGTH = "2025-10-10T12:01:00Z".length();
    private static final int LONGEST = LENGTH + ".123456789".length();
    private static final int FRACTION_DIGITS = 9;
    private static final int SECONDS_PER_DAY = 86_400;

    private OrdinaryTimestamp() {}

    /** The instant that these bytes say; null where they are not of this form, or name no instant. */
    static @Nullable Instant read(byte[] bytes, int from, int end) {
        int length = end - from;
        if (length < LENGTH || length > LONGEST || !isPunctuated(bytes, from) || bytes[end - 1] != 'Z') {
            return null;
        }
        int year = number(bytes, from, from + 4);
        int month = number(bytes, from + 5, from + 7);
        int day = number(bytes, from + 8, from + 10);
        int hour = number(bytes, from + 11, from + 13);
        int minute = number(bytes, from + 14, from + 16);
        int second = number(bytes, from + 17, from + 19);
        int nanos = nanos(bytes, from + LENGTH - 1, end - 1);
        if ((year | month | day | hour | minute | second | nanos) < 0 || hour > 23 || minute > 59 || second > 59) {
            return null;
        }
        try {
            long days = LocalDate.of(year, month, day).toEpochDay();
            return Instant.ofEpochSecond(days * SECONDS_PER_DAY + (hour * 60 + minute) * 60 + second, nanos);
        } catch (DateTimeException e) {
            return null; // a month 13, a day 31 of April
        }
    }

    private static boolean isPunctuated(byte[] bytes, int from) {
        return bytes[from + 4] == '-'
                && bytes[from + 7] == '-'
                && bytes[from + 10] == 'T'
                && bytes[from + 13] == ':'
                && bytes[from + 16] == ':';
    }

    /** What stands between the seconds and the zone; negative where that is no fraction. */
    private static int nanos(byte[] bytes, int from, int end) {
        if (from == end) {
            return 0;
        }
        if (bytes[from] != '.' || end - from == 1) {
            return -1;
        }
        int nanos = number(bytes, from + 1, end);
        for (int digits = end - from - 1; digits < FRACTION_DIGITS; digits++) {
            nanos *= 10;
        }
        return nanos;
    }

    /** A number of up to nine digits; negative where one of them is none. */
    private static int number(byte[] bytes, int from, int end) {
        int number = 0;
        for (int at = from; at < end; at++) {
            int digit = bytes[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
