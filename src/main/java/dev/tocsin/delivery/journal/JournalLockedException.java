package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.file.Path;

/** Another instance uses the journal. The message is one line for the operator. */
public final class JournalLockedException extends IOException {
    private static final long serialVersionUID = 1L;

    JournalLockedException(Path directory, String holder) {
        super("The checkpoint directory " + directory + " is in use by " + holder
                + "; without a Kafka sink one instance at a time may use it");
    }
}
