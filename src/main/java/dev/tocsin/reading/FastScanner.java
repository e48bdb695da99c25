package dev.tocsin.reading;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One validating pass over a record's bytes, made for the three fields of a reading. It allocates nothing, except for
 * the text of a number with more digits than a double holds.
 *
 * <p>It accepts only what is JSON in every byte: a record that it judges would be judged the same by
 * {@link StrictParser}. At anything that is wrong, and at anything out of the ordinary (a field named twice, an escape
 * in a name at the top level, a temperature that could mean infinity, deep nesting, a very long number), it gives up
 * and leaves the record to that class. So it knows no reasons, and a defect here can only be an accepted line too many
 * or a wrong value, never a wrong reject.
 *
 * <p>Positions are indices into the scanned buffer; methods that consume something return the index after it, or
 * {@link ValueScanner#GIVE_UP}.
 */
final class FastScanner {
    private static final int GIVE_UP = ValueScanner.GIVE_UP;

    private static final int DEVICE_ID = 1;
    private static final int TIMESTAMP = 2;
    private static final int TEMPERATURE = 4;
    private static final int OTHER = 0;

    private static final long NAME_DEVICE_ID = eightBytes("deviceId");
    private static final long NAME_TIMESTAMP = eightBytes("timestam");
    private static final long NAME_TEMPERATURE = eightBytes("temperat");

    /** From the start of the longest of the three names to behind its closing quote. */
    private static final int LONGEST_NAME = "temperature\"".length();

    private final StringScanner strings = new StringScanner();
    private final DecimalScanner decimals = new DecimalScanner();
    private final ValueScanner values = new ValueScanner(strings, decimals);

    private double temperature;
    private boolean hasTemperature;
    private int deviceIdStart;
    private int deviceIdEnd;
    private int timestampStart;
    private int timestampEnd;
    private boolean plain;

    /** Judges the bytes from {@code from} to before {@code end}; null means that the strict parser has to. */
    @Nullable Decoded scan(byte[] bytes, int from, int end) {
        hasTemperature = false;
        plain = true;
        deviceIdStart = -1;
        timestampStart = -1;
        int at = ValueScanner.skipWhiteSpace(bytes, from, end);
        if (at == end) {
            return Decoded.BLANK;
        }
        if (bytes[at] != '{') {
            return null;
        }
        at = fields(bytes, at + 1, end);
        if (at < 0 || (at != end && ValueScanner.skipWhiteSpace(bytes, at, end) != end)) {
            return null;
        }
        return hasTemperature ? Decoded.READING : Decoded.UNUSABLE;
    }

    /** The temperature, finite, where the record is a reading. */
    double temperature() {
        return temperature;
    }

    /**
     * Whether {@code deviceId} and {@code timestamp} are each absent, null, or text without escapes, so that the
     * positions say all about them. If not, only the strict parser can tell them.
     */
    boolean plain() {
        return plain;
    }

    /** Index of the first byte of the device's text, or -1 where there is none. */
    int deviceIdStart() {
        return deviceIdStart;
    }

    /** Index after the last byte of the device's text. */
    int deviceIdEnd() {
        return deviceIdEnd;
    }

    /** Index of the first byte of the timestamp's text, or -1 where there is none. */
    int timestampStart() {
        return timestampStart;
    }

    /** Index after the last byte of the timestamp's text. */
    int timestampEnd() {
        return timestampEnd;
    }

    /** The members of the top-level object and its closing brace. */
    private int fields(byte[] bytes, int from, int end) {
        int at = ValueScanner.skipWhiteSpace(bytes, from, end);
        if (at < end && bytes[at] == '}') {
            return at + 1;
        }
        int seen = 0;
        while (at < end && bytes[at] == '"') {
            at++;
            int field = field(bytes, at, end);
            if ((seen & field) != 0) {
                return GIVE_UP;
            }
            seen |= field;
            at = ValueScanner.afterColon(bytes, afterName(bytes, at, end, field), end);
            at = switch (field) {
                case DEVICE_ID, TIMESTAMP -> textValue(bytes, at, end, field);
                case TEMPERATURE -> temperatureValue(bytes, at, end);
                default -> values.after(bytes, at, end, 1);
            };
            if (at < 0) {
                return GIVE_UP;
            }
            at = ValueScanner.skipWhiteSpace(bytes, at, end);
            if (at == end) {
                return GIVE_UP;
            }
            byte separator = bytes[at++];
            if (separator == '}') {
                return at;
            }
            if (separator != ',') {
                return GIVE_UP;
            }
            at = ValueScanner.skipWhiteSpace(bytes, at, end);
        }
        return GIVE_UP;
    }

    /** Which field the name at this index is. Nearer to the end than this none of the three has room for a value. */
    private static int field(byte[] bytes, int at, int end) {
        if (end - at < LONGEST_NAME) {
            return OTHER;
        }
        long name = StringScanner.eightBytes(bytes, at);
        if (name == NAME_DEVICE_ID) {
            return bytes[at + 8] == '"' ? DEVICE_ID : OTHER;
        }
        if (name == NAME_TIMESTAMP) {
            return bytes[at + 8] == 'p' && bytes[at + 9] == '"' ? TIMESTAMP : OTHER;
        }
        if (name == NAME_TEMPERATURE) {
            return bytes[at + 8] == 'u' && bytes[at + 9] == 'r' && bytes[at + 10] == 'e' && bytes[at + 11] == '"'
                    ? TEMPERATURE
                    : OTHER;
        }
        return OTHER;
    }

    private int afterName(byte[] bytes, int at, int end, int field) {
        return switch (field) {
            case DEVICE_ID -> at + "deviceId\"".length();
            case TIMESTAMP -> at + "timestamp\"".length();
            case TEMPERATURE -> at + "temperature\"".length();
            default -> afterOtherName(bytes, at, end);
        };
    }

    /** An escape could spell one of the three. */
    private int afterOtherName(byte[] bytes, int at, int end) {
        int after = strings.after(bytes, at, end);
        return strings.escaped() ? GIVE_UP : after;
    }

    private int textValue(byte[] bytes, int at, int end, int field) {
        if (at < 0 || at >= end) {
            return GIVE_UP;
        }
        byte first = bytes[at];
        if (first != '"') {
            plain &= first == 'n';
            return values.after(bytes, at, end, 1);
        }
        int after = strings.after(bytes, at + 1, end);
        if (strings.escaped()) {
            plain = false;
        } else if (field == DEVICE_ID) {
            deviceIdStart = at + 1;
            deviceIdEnd = after - 1;
        } else {
            timestampStart = at + 1;
            timestampEnd = after - 1;
        }
        return after;
    }

    private int temperatureValue(byte[] bytes, int at, int end) {
        if (at < 0 || at >= end) {
            return GIVE_UP;
        }
        byte first = bytes[at];
        if (first == '-' || (first >= '0' && first <= '9')) {
            int after = decimals.after(bytes, at, end);
            if (after < 0) {
                return GIVE_UP;
            }
            temperature = decimals.value(bytes);
            hasTemperature = true;
            return Double.isFinite(temperature) ? after : GIVE_UP;
        }
        if (first == '"' && at + 1 < end && "NI+-\\".indexOf(bytes[at + 1]) >= 0) {
            return GIVE_UP; // text that could mean infinity
        }
        return values.after(bytes, at, end, 1);
    }

    private static long eightBytes(String name) {
        return StringScanner.eightBytes(name.getBytes(StandardCharsets.US_ASCII), 0);
    }
}
