package dev.tocsin.source.directory;

import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Position;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ledger in the journal, which one instance has to itself. */
final class JournalLedger implements FileLedger {
    private final Supplier<Map<String, byte[]>> entries;
    private boolean loaded;

    /** @param entries the committed entries, by path */
    JournalLedger(Supplier<Map<String, byte[]>> entries) {
        this.entries = entries;
    }

    @Override
    public boolean poll(Duration wait) {
        boolean first = !loaded;
        loaded = true;
        return first;
    }

    @Override
    public Map<String, byte[]> load() {
        return entries.get();
    }

    @Override
    public boolean owns(String path) {
        return true;
    }

    @Override
    public Position position(String path, byte @Nullable [] entry, @Nullable FileOutcome outcome) {
        return new Position.OfFile(path, entry, null, outcome);
    }

    @Override
    public void close() {}
}
