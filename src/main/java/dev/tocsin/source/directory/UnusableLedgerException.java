package dev.tocsin.source.directory;

/** A ledger that can never become right by itself; the message is one line that says why. */
public final class UnusableLedgerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableLedgerException(String message) {
        super(message);
    }
}
