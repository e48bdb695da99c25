package dev.tocsin.source.directory;

/** Which files are looked at in which listing, of those that are looked at in turn: all of them would take too long. */
final class Turns {
    /** How many files beyond their growth window are looked at for each scan interval, about: one may have been replaced. */
    private static final int CLOSED_PER_SCAN = 1_000;

    /** How many closed files within their growth window are looked at in one listing, about: they may have grown. */
    private static final int YOUNG_PER_SCAN = 50_000;

    private int listing;
    private int ofClosed = 1;
    private int ofYoung = 1;
    private long young;

    /**
     * A listing begins.
     *
     * @param closed how many closed files there are
     * @param scans for how many scan intervals the listing stands
     */
    void begin(long closed, int scans) {
        listing++;
        young = 0;
        ofClosed = 1 + (int) (closed / ((long) CLOSED_PER_SCAN * scans));
    }

    /** The listing has ended: the next one goes by what this one has seen. */
    void end() {
        ofYoung = 1 + (int) (young / YOUNG_PER_SCAN);
    }

    /** The number of the listing, from 1. */
    int listing() {
        return listing;
    }

    /** Whether it is the turn of a closed file. */
    boolean isOfClosed(long hash) {
        return isIn(hash, ofClosed);
    }

    /** Whether it is the turn of one that may still grow. */
    boolean isOfYoung(long hash) {
        young++;
        return isIn(hash, ofYoung);
    }

    /** Whether it is the turn of one of so many that are never read. */
    boolean isOfSkipped(long hash, long skipped) {
        return isIn(hash, 1 + (int) (skipped / CLOSED_PER_SCAN));
    }

    private boolean isIn(long hash, int of) {
        return of <= 1 || Math.floorMod(hash - listing, (long) of) == 0;
    }
}
