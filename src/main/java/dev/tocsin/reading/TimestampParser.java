package dev.tocsin.reading;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads timestamps as Spark's cast from string to timestamp does with the session time zone UTC (the rules are those of
 * {@code SparkDateTimeUtils.stringToTimestamp} in Spark 4.2, which its JSON source uses as long as no format is set).
 *
 * <pre>
 * timestamp = [sign] year ["-" month ["-" day [("T" | " ") time]]] | ["T"] time
 * time      = hour [":" minute [":" second ["." digits] [zone]]]
 * </pre>
 *
 * A year has four to six digits, the other parts one or two; what is left out is the first month or day, or zero. A zone
 * is whatever {@link ZoneId#of(String, java.util.Map)} knows with {@link ZoneId#SHORT_IDS}, and offsets with hours or
 * minutes of one digit; without a zone it is UTC. A local time that a change to summer time skips is moved forward by
 * the gap; of one that comes twice the first is taken. Without a date it is today's date in the zone; a time without
 * {@code T} needs its minutes, or it would be a year. White space and control characters around the text do not count.
 * If a text cannot be read, it is tried once more without {@code GMT} in it.
 *
 * <p>Unlike Spark, which cuts to microseconds, it keeps nine digits of the second; further digits are cut. As in Spark a
 * timestamp must fit 64 bits of microseconds since 1970 (about the years ±294,000).
 *
 * <p>Not thread-safe.
 */
final class TimestampParser {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final Instant MIN = ofEpochMicro(Long.MIN_VALUE);
    private static final Instant MAX = ofEpochMicro(Long.MAX_VALUE).plusNanos(999);

    /** No zone of the JDK has a name nearly as long. */
    private static final int MAX_ZONE_LENGTH = 64;

    private static final Pattern BEFORE_HOUR_OF_ONE_DIGIT = Pattern.compile("(?<=[+-])(?=[0-9]:)");
    private static final Pattern BEFORE_MINUTE_OF_ONE_DIGIT = Pattern.compile("(?<=[+-][0-9]{2}:)(?=[0-9]$)");

    private final Clock clock;

    private String text = "";
    private int at;
    private int end;
    private int number;

    /** @param clock tells the date of a timestamp that is only a time of day */
    TimestampParser(Clock clock) {
        this.clock = clock;
    }

    /** The instant, or null where the text is not one. */
    @Nullable Instant parse(String text) {
        Instant instant = read(text);
        return instant == null && text.contains("GMT") ? read(text.replace("GMT", "")) : instant;
    }

    /** The instant so many seconds after 1970, or null where that is out of range. */
    static @Nullable Instant ofEpochSecond(long seconds) {
        return seconds < MIN.getEpochSecond() || seconds > MAX.getEpochSecond()
                ? null
                : inRange(Instant.ofEpochSecond(seconds));
    }

    private @Nullable Instant read(String text) {
        this.text = text;
        at = 0;
        end = text.length();
        while (at < end && isBlank(text.charAt(at))) {
            at++;
        }
        while (end > at && isBlank(text.charAt(end - 1))) {
            end--;
        }
        try {
            return at == end ? null : dateAndTime();
        } catch (DateTimeException unreadable) {
            return null; // a month 13, an unknown zone
        }
    }

    private @Nullable Instant dateAndTime() {
        if (at == 0 && next('T')) {
            return time(null);
        }
        int begin = at;
        boolean negative = next('-');
        boolean signed = negative || next('+');
        int year = digits();
        if (year <= 2 && !signed && at < end && text.charAt(at) == ':') {
            at = begin;
            return time(null);
        }
        if (year < 4 || year > 6) {
            return null;
        }
        LocalDate date = LocalDate.of(negative ? -number : number, 1, 1);
        if (at < end) {
            if (!next('-') || !oneOrTwoDigits()) {
                return null;
            }
            date = date.withMonth(number);
        }
        if (at < end) {
            if (!next('-') || !oneOrTwoDigits()) {
                return null;
            }
            date = date.withDayOfMonth(number);
        }
        if (at == end) {
            return inRange(date.atStartOfDay(ZoneOffset.UTC).toInstant());
        }
        return next('T') || next(' ') ? time(date) : null;
    }

    private @Nullable Instant time(@Nullable LocalDate date) {
        if (!oneOrTwoDigits()) {
            return null;
        }
        int hour = number;
        int minute = 0;
        int second = 0;
        int nanos = 0;
        ZoneId zone = ZoneOffset.UTC;
        if (at < end) {
            if (!next(':') || !oneOrTwoDigits()) {
                return null;
            }
            minute = number;
        }
        if (at < end) {
            if (!next(':') || !oneOrTwoDigits()) {
                return null;
            }
            second = number;
            nanos = next('.') ? nanos() : 0;
            if (at < end) {
                zone = zone(text.substring(at, end).trim());
            }
        }
        LocalTime time = LocalTime.of(hour, minute, second, nanos);
        LocalDate day = date == null ? LocalDate.now(clock.withZone(zone)) : date;
        return inRange(day.atTime(time).atZone(zone).toInstant());
    }

    private static ZoneId zone(String name) {
        if (name.length() > MAX_ZONE_LENGTH) {
            throw new DateTimeException("no zone has so long a name");
        }
        if (name.indexOf(':') < 0) {
            return ZoneId.of(name, ZoneId.SHORT_IDS);
        }
        String full = BEFORE_HOUR_OF_ONE_DIGIT.matcher(name).replaceFirst("0");
        return ZoneId.of(BEFORE_MINUTE_OF_ONE_DIGIT.matcher(full).replaceFirst("0"), ZoneId.SHORT_IDS);
    }

    private boolean next(char expected) {
        if (at < end && text.charAt(at) == expected) {
            at++;
            return true;
        }
        return false;
    }

    private boolean oneOrTwoDigits() {
        int count = digits();
        return count == 1 || count == 2;
    }

    /** Reads a run of digits into {@link #number}, which holds up to nine of them, and returns how many there are. */
    private int digits() {
        int begin = at;
        number = 0;
        while (at < end && isDigit(text.charAt(at))) {
            number = at - begin < 9 ? number * 10 + (text.charAt(at) - '0') : number;
            at++;
        }
        return at - begin;
    }

    /** Reads the digits of a fraction, if any. */
    private int nanos() {
        int nanos;
        int count = digits();
        for (nanos = number; count < 9; count++) {
            nanos *= 10;
        }
        return nanos;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isBlank(char c) {
        return c <= ' ' || c == 0x7F;
    }

    private static @Nullable Instant inRange(Instant instant) {
        return instant.isBefore(MIN) || instant.isAfter(MAX) ? null : instant;
    }

    private static Instant ofEpochMicro(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, MICROS_PER_SECOND), Math.floorMod(micros, MICROS_PER_SECOND) * 1000);
    }
}
