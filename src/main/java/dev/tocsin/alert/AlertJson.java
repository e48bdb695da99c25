package dev.tocsin.alert;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import dev.tocsin.reading.Reading;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The value of an alert: the projection {@code {"deviceId":…,"temperature":…,"timestamp":…}}, in this order, without
 * white space, in UTF-8. A field that the reading does not have is {@code null}.
 */
public final class AlertJson {
    private static final byte[] DEVICE = ascii("{\"deviceId\":");
    private static final byte[] TEMPERATURE = ascii(",\"temperature\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] NULL = ascii("null");
    private static final byte[] END = ascii("}");

    private AlertJson() {}

    /** The JSON of a reading's projection. */
    public static byte[] encode(Reading reading) {
        byte[] deviceId = quoted(utf8(reading.deviceId()));
        byte[] temperature = ascii(number(reading.temperature()));
        byte[] timestamp = quoted(reading.timestamp() == null ? null : InstantText.of(reading.timestamp()));
        return join(DEVICE, deviceId, TEMPERATURE, temperature, TIMESTAMP, timestamp, END);
    }

    /**
     * The shortest decimal that reads back as the same double, in the form of {@link Double#toString(double)}; the same
     * on every JDK, which {@code Double.toString} is only since 19.
     */
    public static String number(double value) {
        return NumberOutput.toString(value, true);
    }

    private static byte @Nullable [] utf8(@Nullable String text) {
        return text == null ? null : JsonStringEncoder.getInstance().quoteAsUTF8(text);
    }

    private static byte[] quoted(byte @Nullable [] text) {
        if (text == null) {
            return NULL;
        }
        byte[] quoted = new byte[text.length + 2];
        quoted[0] = '"';
        System.arraycopy(text, 0, quoted, 1, text.length);
        quoted[text.length + 1] = '"';
        return quoted;
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] joined = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, joined, at, part.length);
            at += part.length;
        }
        return joined;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
