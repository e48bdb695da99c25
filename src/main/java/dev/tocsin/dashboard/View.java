package dev.tocsin.dashboard;

import dev.tocsin.rule.Severity;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Someone's place in the {@link AlertLog}, which moves it; not safe for use by several threads at once. */
final class View {
    final Filter filter;
    /** The log's count of its beginnings when the place was found. */
    long epoch;
    /** The next entry to look at, by its number in the log. */
    long next;
    /** The log's count of alerts that it passed over, as known to this view. */
    long passed;

    private String generation;
    private long[] seen;

    View(Filter filter, String generation, long[] seen) {
        this.filter = filter;
        this.generation = generation;
        this.seen = seen.clone();
    }

    /** The same place, to move on by itself. */
    View copy() {
        View copy = new View(filter, generation, seen);
        copy.epoch = epoch;
        copy.next = next;
        copy.passed = passed;
        return copy;
    }

    /** What was seen so far. */
    Bookmark bookmark() {
        return new Bookmark(generation, seen.clone());
    }

    boolean hasSeen(AlertEntry entry) {
        return entry.partition() < seen.length && entry.offset() < seen[entry.partition()];
    }

    void see(AlertEntry entry) {
        see(entry.partition(), entry.offset() + 1);
    }

    /** All up to these offsets was seen, whatever lay there. */
    void seeUpTo(long[] offsets) {
        for (int partition = 0; partition < offsets.length; partition++) {
            see(partition, offsets[partition]);
        }
    }

    /** Begins anew in another generation, of which all up to these offsets counts as seen. */
    void turnTo(String other, long[] offsets) {
        generation = other;
        seen = offsets.clone();
    }

    private void see(int partition, long offset) {
        if (partition >= seen.length) {
            seen = Arrays.copyOf(seen, partition + 1);
        }
        seen[partition] = Math.max(seen[partition], offset);
    }

    /**
     * What a view has not seen yet.
     *
     * @param gap why alerts before these may be missing; null: none are
     * @param alerts oldest first
     * @param counts of all matching alerts, those left out among them, by the ordinal of {@link Severity}
     * @param passed how many the log never took up, because there were too many; of any device, rule and severity
     * @param bookmark after all of this
     * @param atEnd whether nothing is left to see at present
     */
    record Unseen(
            @Nullable String gap,
            List<AlertEntry> alerts,
            int[] counts,
            long passed,
            Bookmark bookmark,
            boolean atEnd) {
        /** How many matching alerts were left out. */
        long omitted() {
            return Arrays.stream(counts).sum() - alerts.size();
        }

        boolean isEmpty() {
            return gap == null && alerts.isEmpty() && passed == 0;
        }
    }
}
