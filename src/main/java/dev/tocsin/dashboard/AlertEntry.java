package dev.tocsin.dashboard;

import dev.tocsin.rule.Severity;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * An alert as it is kept for showing.
 *
 * @param time when it was committed, in milliseconds since the epoch; with a Kafka sink the timestamp of its record
 * @param partition of its record; 0 without a Kafka sink
 * @param offset of its record; without a Kafka sink a number in the order of commits
 * @param device the whole device id; null: the reading had none
 * @param json the alert as the interface shows it, in UTF-8, on one line
 */
record AlertEntry(
        long time, int partition, long offset, @Nullable String device, String rule, Severity severity, byte[] json) {
    /** The order of lists. It is the same on every instance, whatever the order in which that one read. */
    static final Comparator<AlertEntry> NEWEST_FIRST = Comparator.comparingLong(AlertEntry::time)
            .thenComparingInt(AlertEntry::partition)
            .thenComparingLong(AlertEntry::offset)
            .reversed();

    /** An estimate of the entry's fixed part on the heap: object headers, references and numbers, in bytes. */
    private static final int FIXED_WEIGHT = 160;

    /** An estimate of the heap that the entry takes, in bytes. */
    int weight() {
        return FIXED_WEIGHT + json.length + 2 * (device == null ? 0 : device.length());
    }

    /** Where the entry stands in the order of lists. */
    Cursor cursor() {
        return new Cursor(time, partition, offset);
    }
}
