package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.file.Path;

/**
 * There is a journal, but nothing in it can be read. Starting from zero would ring everything twice, so the start stops. The
 * message is one line for the operator; the files are left as they are.
 */
public final class JournalCorruptException extends IOException {
    private static final long serialVersionUID = 1L;

    JournalCorruptException(Path directory, String what) {
        super("The journal in the checkpoint directory " + directory + " cannot be read: " + what
                + "; restore the directory, or empty it to read and ring everything again");
    }
}
