package dev.tocsin.dashboard;

/** Brings alerts into the {@link AlertLog}. */
interface AlertFeed {
    /** Someone is looking. Returns at once; called often. */
    void wanted();

    /** Why alerts may be missing or late at present; empty when all is well. */
    String problem();

    /** Ends for good. */
    void stop();
}
