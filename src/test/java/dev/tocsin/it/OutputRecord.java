package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** An alert or a reject as it stands in its topic, with its headers as text, in their order. */
record OutputRecord(@Nullable String key, byte[] value, Map<String, String> headers) {
    static OutputRecord of(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new LinkedHashMap<>();
        record.headers().forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
        return new OutputRecord(record.key() == null ? null : new String(record.key(), UTF_8), record.value(), headers);
    }

    String text() {
        return new String(value, UTF_8);
    }

    String id() {
        return headers.getOrDefault("tocsin-alert-id", "");
    }

    String rule() {
        return headers.getOrDefault("tocsin-rule", "");
    }

    String origin() {
        return headers.getOrDefault("tocsin-origin", "");
    }

    /** The file in the origin of a line. */
    String file() {
        return origin().substring(0, origin().lastIndexOf(':'));
    }

    String reason() {
        return headers.getOrDefault("tocsin-reason", "");
    }
}
