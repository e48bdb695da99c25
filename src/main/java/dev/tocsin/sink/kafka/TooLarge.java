package dev.tocsin.sink.kafka;

import dev.tocsin.reading.Reject;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What becomes of a record that its topic does not take: a reject with as much of it as that topic takes. */
final class TooLarge {
    private static final Logger LOG = Logger.getLogger(TooLarge.class);

    /** How much is kept, in bytes; the next smaller where that is too large. */
    private static final int[] KEPT = {Reject.MAX_BYTES, 512, 0};

    private TooLarge() {}

    /**
     * The record to send in its place.
     *
     * @param attempt how often the record has been replaced before
     * @return null when there is no less to send
     */
    static @Nullable ProducerRecord<byte[], byte[]> replacement(
            AlertRecords records, ProducerRecord<byte[], byte[]> record, int attempt) {
        if (attempt >= KEPT.length) {
            return null;
        }
        LOG.warnf(
                "Topic %s does not take a record of %d bytes; it goes to the topic of rejects as too_large",
                record.topic(), record.value().length);
        return records.tooLarge(record, KEPT[attempt]);
    }
}
