package dev.tocsin.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tocsin.alert.Alert;
import dev.tocsin.alert.AlertJson;
import dev.tocsin.reading.Reading;
import dev.tocsin.rule.Severity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Makes entries of alerts: of Tocsin's own, and of what it finds in the topic, where others may have written too. */
final class AlertEntries {
    /** Longer texts are cut, in characters: a page shows them to people. */
    static final int MAX_DEVICE = 256;

    private static final int MAX_ORIGIN = 512;
    private static final int MAX_NAME = 64;
    private static final int MAX_NUMBER = 64;

    private static final JsonFactory JSON = new JsonFactory();

    /** An estimate of the heap of an alert of our own, and of the JSON that is written of it, without its texts; in bytes. */
    private static final int OWN_WEIGHT = 400;

    private AlertEntries() {}

    /**
     * The parts of an alert that its JSON shows; the value's own three may each be absent except the temperature.
     *
     * @param deviceId its begin, where it is long
     */
    private record Shown(
            String id,
            @Nullable String deviceId,
            int deviceIdLength,
            String temperature,
            @Nullable String timestamp,
            String rule,
            Severity severity,
            String origin) {}

    /** An alert that this instance has committed. */
    static AlertEntry of(Alert alert, long time, long offset) {
        Reading reading = alert.reading();
        String whole = reading.deviceId();
        int length = whole == null ? 0 : whole.length();
        String device = whole == null ? null : cut(whole, MAX_DEVICE);
        Alert kept = new Alert(
                alert.rule(), new Reading(device, reading.timestamp(), reading.temperature()), alert.origin());
        return new AlertEntry(
                time,
                0,
                offset,
                device,
                alert.rule().name(),
                alert.rule().severity(),
                OWN_WEIGHT
                        + Math.min(length, MAX_DEVICE)
                        + alert.origin().text().length(),
                () -> json(time, shown(kept, length)));
    }

    private static Shown shown(Alert alert, int deviceIdLength) {
        Instant timestamp = alert.reading().timestamp();
        return new Shown(
                alert.id(),
                alert.reading().deviceId(),
                deviceIdLength,
                AlertJson.number(alert.reading().temperature()),
                timestamp == null ? null : timestamp.toString(),
                alert.rule().name(),
                alert.rule().severity(),
                alert.origin().text());
    }

    /** The alert in a record of the topic; null where the record is none. */
    static @Nullable AlertEntry of(ConsumerRecord<byte[], byte[]> record) {
        Severity severity = severity(header(record, "tocsin-severity"));
        String rule = header(record, "tocsin-rule");
        if (severity == null || rule == null || record.value() == null) {
            return null;
        }
        String deviceId = null;
        String temperature = null;
        String timestamp = null;
        try (JsonParser json = JSON.createParser(record.value())) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                switch (name) {
                    case "deviceId" -> deviceId = value == JsonToken.VALUE_STRING ? json.getText() : null;
                    case "temperature" -> temperature = value.isNumeric() ? json.getText() : null;
                    case "timestamp" -> timestamp = value == JsonToken.VALUE_STRING ? json.getText() : null;
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            return null;
        }
        if (temperature == null || temperature.length() > MAX_NUMBER) {
            return null;
        }
        String device = deviceId == null ? null : cut(deviceId, MAX_DEVICE);
        String name = cut(rule, MAX_NAME);
        byte[] json = json(
                record.timestamp(),
                new Shown(
                        orEmpty(header(record, "tocsin-alert-id")),
                        device,
                        deviceId == null ? 0 : deviceId.length(),
                        temperature,
                        timestamp == null ? null : cut(timestamp, MAX_NAME),
                        name,
                        severity,
                        orEmpty(header(record, "tocsin-origin"))));
        return new AlertEntry(
                record.timestamp(),
                record.partition(),
                record.offset(),
                device,
                name,
                severity,
                json.length,
                () -> json);
    }

    /** The severity that a record's header names; null: none. */
    static @Nullable Severity severity(@Nullable String label) {
        for (Severity severity : Severity.values()) {
            if (severity.label().equals(label)) {
                return severity;
            }
        }
        return null;
    }

    /** A header's text; null where the record has no such header. */
    static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
    }

    private static byte[] json(long time, Shown shown) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(320);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", cut(shown.id(), MAX_NAME));
            json.writeStringField("deviceId", shown.deviceId());
            if (shown.deviceIdLength() > MAX_DEVICE) {
                json.writeNumberField("deviceIdLength", shown.deviceIdLength());
            }
            json.writeFieldName("temperature");
            json.writeNumber(shown.temperature());
            json.writeStringField("timestamp", shown.timestamp());
            json.writeStringField("rule", shown.rule());
            json.writeStringField("severity", shown.severity().label());
            json.writeStringField("origin", cut(shown.origin(), MAX_ORIGIN));
            json.writeStringField("raised", Instant.ofEpochMilli(time).toString());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** The first characters, never half of a pair of surrogates. */
    static String cut(String text, int length) {
        if (text.length() <= length) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length);
    }
}
