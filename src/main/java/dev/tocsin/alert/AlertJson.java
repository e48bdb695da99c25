package dev.tocsin.alert;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.io.NumberOutput;
import dev.tocsin.reading.Reading;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.format.DateTimeFormatter;

/**
 * The value of an alert: the projection {@code {"deviceId":…,"temperature":…,"timestamp":…}}, in this order, without
 * white space, in UTF-8. A field that the reading does not have is {@code null}.
 */
public final class AlertJson {
    private static final byte[] DEVICE = ascii("{\"deviceId\":");
    private static final byte[] TEMPERATURE = ascii(",\"temperature\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] NULL = ascii("null");

    private AlertJson() {}

    /** The JSON of a reading's projection. */
    public static byte[] encode(Reading reading) {
        String deviceId = reading.deviceId();
        ByteArrayOutputStream json = new ByteArrayOutputStream(80 + (deviceId == null ? 0 : deviceId.length()));
        json.writeBytes(DEVICE);
        if (deviceId == null) {
            json.writeBytes(NULL);
        } else {
            json.write('"');
            json.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(deviceId));
            json.write('"');
        }
        json.writeBytes(TEMPERATURE);
        json.writeBytes(ascii(number(reading.temperature())));
        json.writeBytes(TIMESTAMP);
        if (reading.timestamp() == null) {
            json.writeBytes(NULL);
        } else {
            json.write('"');
            json.writeBytes(ascii(DateTimeFormatter.ISO_INSTANT.format(reading.timestamp())));
            json.write('"');
        }
        json.write('}');
        return json.toByteArray();
    }

    /**
     * The shortest decimal that reads back as the same double, in the form of {@link Double#toString(double)}; the same
     * on every JDK, which {@code Double.toString} is only since 19.
     */
    public static String number(double value) {
        return NumberOutput.toString(value, true);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
