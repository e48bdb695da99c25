package dev.tocsin.source.directory;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Committed entries that are in memory. */
record MapOfEntries(Supplier<Map<String, byte[]>> entries) implements CommittedFiles {
    MapOfEntries() {
        this(HashMap::new);
    }

    @Override
    public void forEach(BiConsumer<String, byte[]> action) {
        entries.get().forEach(action);
    }

    @Override
    public byte @Nullable [] get(String path) {
        return entries.get().get(path);
    }
}
