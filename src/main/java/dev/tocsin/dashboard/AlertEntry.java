package dev.tocsin.dashboard;

import dev.tocsin.rule.Severity;
import java.util.Comparator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An alert as it is kept for showing. Its JSON is written when it is asked for: most alerts are never looked at. Safe for use by
 * several threads.
 */
final class AlertEntry {
    /** The order of lists. It is the same on every instance, whatever the order in which that one read. */
    static final Comparator<AlertEntry> NEWEST_FIRST = Comparator.comparingLong(AlertEntry::time)
            .thenComparingInt(AlertEntry::partition)
            .thenComparingLong(AlertEntry::offset)
            .reversed();

    /** An estimate of the entry's fixed part on the heap: object headers, references and numbers, in bytes. */
    private static final int FIXED_WEIGHT = 160;

    private final long time;
    private final int partition;
    private final long offset;
    private final @Nullable String device;
    private final String rule;
    private final Severity severity;
    private final int jsonWeight;
    private final Supplier<byte[]> writer;
    private volatile byte @Nullable [] json;

    /**
     * @param time when it was committed, in milliseconds since the epoch; with a Kafka sink the timestamp of its record
     * @param partition of its record; 0 without a Kafka sink
     * @param offset of its record; without a Kafka sink a number in the order of commits
     * @param device what is shown of the device id; null: the reading had none
     * @param jsonWeight an estimate of the heap that the JSON takes, and what it is written from, in bytes
     * @param writer makes the alert as the interface shows it, in UTF-8, on one line; asked once, as a rule
     */
    AlertEntry(
            long time,
            int partition,
            long offset,
            @Nullable String device,
            String rule,
            Severity severity,
            int jsonWeight,
            Supplier<byte[]> writer) {
        this.time = time;
        this.partition = partition;
        this.offset = offset;
        this.device = device;
        this.rule = rule;
        this.severity = severity;
        this.jsonWeight = jsonWeight;
        this.writer = writer;
    }

    long time() {
        return time;
    }

    int partition() {
        return partition;
    }

    long offset() {
        return offset;
    }

    @Nullable String device() {
        return device;
    }

    String rule() {
        return rule;
    }

    Severity severity() {
        return severity;
    }

    /** The alert as the interface shows it. */
    byte[] json() {
        byte[] written = json;
        if (written == null) {
            written = writer.get();
            json = written;
        }
        return written;
    }

    /** An estimate of the heap that the entry takes, in bytes. */
    int weight() {
        return FIXED_WEIGHT + jsonWeight + 2 * (device == null ? 0 : device.length());
    }

    /** Where the entry stands in the order of lists. */
    Cursor cursor() {
        return new Cursor(time, partition, offset);
    }
}
