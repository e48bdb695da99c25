package dev.tocsin.delivery.journal;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The state in memory. */
final class Entries {
    private final Map<String, byte[]> values = new HashMap<>();
    private long bytes;

    byte @Nullable [] get(String key) {
        byte[] value = values.get(key);
        return value == null ? null : value.clone();
    }

    void forEach(BiConsumer<String, byte[]> action) {
        values.forEach((key, value) -> action.accept(key, value.clone()));
    }

    void apply(Map<String, byte @Nullable []> changes) {
        changes.forEach(this::change);
    }

    private void change(String key, byte @Nullable [] value) {
        byte[] former = value == null ? values.remove(key) : values.put(key, value.clone());
        bytes += value == null ? 0 : Changes.length(key, value);
        bytes -= former == null ? 0 : Changes.length(key, former);
    }

    /** The live map itself, not to be changed. */
    Iterable<Map.Entry<String, byte[]>> all() {
        return values.entrySet();
    }

    int size() {
        return values.size();
    }

    /** Encoded length of all entries. */
    long bytes() {
        return bytes;
    }
}
