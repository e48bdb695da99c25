package dev.tocsin.source.directory;

import dev.tocsin.delivery.FileOutcome;
import java.time.Duration;

/** Is told what happens with files. Must be quick. */
public interface DirectoryEvents {
    /** A file has come to this, and that is committed. */
    void file(FileOutcome outcome);

    /** A listing of the directory took so long. */
    default void scanned(Duration time) {}

    /**
     * Whether {@link DirectorySource#scan} is of no use for now: there is nothing to do, the system gives notice of what comes, and
     * the source itself looks now and then whether a notice was missed. At first it is of use.
     */
    default void resting(boolean resting) {}

    /** The ledger cannot be used as it is, and never will be: nothing more is read. */
    default void unusable(UnusableLedgerException why) {}
}
