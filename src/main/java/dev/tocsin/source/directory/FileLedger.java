package dev.tocsin.source.directory;

import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The durable record of files, as the directory source sees it. Used by the source's thread alone, but where it says so. */
interface FileLedger extends AutoCloseable {
    /** What {@link Visitor} gets for a place where a path alone finds the entry. */
    long NOWHERE = 0;

    /** Is shown the ledger. */
    @FunctionalInterface
    interface Visitor {
        /**
         * An entry. A later one of the same path takes its place.
         *
         * @param entry null: the path has none any more
         * @param place where it lies
         */
        void entry(String path, byte @Nullable [] entry, long place);
    }

    /**
     * Keeps the ownership of files alive. True when it changed: {@link #load} comes next.
     *
     * @param wait how long it may take when nothing happens
     * @throws RuntimeException where the ledger cannot be reached; the message says why
     */
    boolean poll(Duration wait);

    /** The same while there is nothing to do: ends as soon as the ownership has changed or {@link #wakeUp} was called. */
    boolean await(Duration wait) throws InterruptedException;

    /** Ends {@link #await} at once, or the next one. For any thread. */
    void wakeUp();

    /**
     * Shows the committed entries of all files that this instance owns, after waiting for commits under way.
     *
     * @throws RuntimeException as {@link #poll}
     */
    void load(Visitor visitor) throws InterruptedException;

    /**
     * The committed entry of a path.
     *
     * @param place where it lay when it was shown or committed
     * @return null where what lies there is not of this path
     * @throws RuntimeException as {@link #poll}, and where nothing lies there any more: then the ledger is to be loaded anew
     */
    byte @Nullable [] entry(String path, long place);

    /** Whether entries have places: else a path is shown once, and found by itself. */
    boolean hasPlaces();

    /** Whether it is known by now which files this instance owns. */
    boolean isAssigned();

    /** Whether this instance is to read the file. */
    boolean owns(String path);

    /**
     * The position that writes an entry.
     *
     * @param entry null takes the file out of the ledger
     * @param outcome what the file comes to by that; null: nothing yet
     */
    Position position(String path, byte @Nullable [] entry, @Nullable FileOutcome outcome);

    /** Where a position's entry has come to lie, once that was committed. */
    long place(Position.OfFile position);

    @Override
    void close();
}
