package dev.tocsin.source.directory;

import dev.tocsin.delivery.FileOutcome;
import java.time.Duration;

/** Is told what happens with files. Must be quick. */
public interface DirectoryEvents {
    /** A file has come to this, and that is committed. */
    void file(FileOutcome outcome);

    /** A listing of the directory took so long. */
    default void scanned(Duration time) {}

    /** The ledger cannot be used as it is, and never will be: nothing more is read. */
    default void unusable(UnusableLedgerException why) {}
}
