package dev.tocsin.source.directory;

import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Position;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The durable record of files, as the directory source sees it. Used by the source's thread alone. */
interface FileLedger extends AutoCloseable {
    /**
     * Keeps the ownership of files alive. True when it changed: {@link #load} comes next.
     *
     * @param wait how long it may take when nothing happens
     * @throws RuntimeException where the ledger cannot be reached; the message says why
     */
    boolean poll(Duration wait);

    /**
     * Reads the committed entries of all files that this instance owns, after waiting for commits under way.
     *
     * @throws RuntimeException as {@link #poll}
     */
    Map<String, byte[]> load() throws InterruptedException;

    /** Whether this instance is to read the file. May be asked from any thread. */
    boolean owns(String path);

    /**
     * The position that writes an entry.
     *
     * @param entry null takes the file out of the ledger
     * @param outcome what the file comes to by that; null: nothing yet
     */
    Position position(String path, byte @Nullable [] entry, @Nullable FileOutcome outcome);

    @Override
    void close();
}
