package dev.tocsin.sink.file;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.alert.Alert;
import dev.tocsin.alert.AlertJson;
import dev.tocsin.reading.Reject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Alerts and rejects as lines of JSON. The names of the fields are part of the public contract. */
final class OutputLines {
    private static final JsonFactory JSON = new JsonFactory();

    private OutputLines() {}

    /** The alert's value; with {@code metadata} also {@code id}, {@code rule}, {@code severity} and {@code origin}. */
    static byte[] alert(Alert alert, boolean metadata) {
        byte[] value = AlertJson.encode(alert.reading());
        if (!metadata) {
            return value;
        }
        byte[] more = object(json -> {
            json.writeStringField("id", alert.id());
            json.writeStringField("rule", alert.rule().name());
            json.writeStringField("severity", alert.rule().severity().label());
            json.writeStringField("origin", alert.origin().text());
        });
        ByteArrayOutputStream line = new ByteArrayOutputStream(value.length + more.length);
        line.write(value, 0, value.length - 1);
        line.write(',');
        line.write(more, 1, more.length - 1);
        return line.toByteArray();
    }

    /** {@code reason}, {@code detail}, {@code origin}, {@code length} of the record, and its {@code bytes} in base64. */
    static byte[] reject(Reject reject) {
        return object(json -> {
            json.writeStringField("reason", reject.reason().code());
            json.writeStringField("detail", reject.detail());
            json.writeStringField("origin", reject.origin().text());
            json.writeNumberField("length", reject.size());
            json.writeBinaryField("bytes", reject.bytes());
        });
    }

    private static byte[] object(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    @FunctionalInterface
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }
}
