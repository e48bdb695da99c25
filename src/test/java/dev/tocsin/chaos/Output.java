package dev.tocsin.chaos;

import java.util.List;

/** What came out, as a consumer sees it that does as the documentation says. */
interface Output extends AutoCloseable {
    /** Alerts now, in the order of each partition. */
    List<Found> alerts();

    /** Rejects now, in the order of each partition. */
    List<Found> rejects();

    @Override
    void close();
}
