package dev.tocsin.dashboard;

import dev.tocsin.rule.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The last alerts, bounded in number and bytes, in the order in which they came here, with how far each partition was
 * read. All views of it are moved by its methods. Safe for use by several threads.
 */
final class AlertLog {
    /** How many alerts are kept. */
    static final int MAX_ENTRIES = 20_000;

    /** The heap that they may take, in bytes, estimated. */
    static final long MAX_WEIGHT = 8L << 20;

    private final int maxEntries;
    private final long maxWeight;
    private final AlertEntry[] ring;
    private String generation = "none";
    private long epoch;
    /** By partition: from which offset on everything was kept, and up to where it was read. */
    private long[] starts = {};

    private long[] ends = {};
    private long first;
    private long next;
    private long weight;
    private long passed;
    private boolean loaded;

    AlertLog() {
        this(MAX_ENTRIES, MAX_WEIGHT);
    }

    AlertLog(int maxEntries, long maxWeight) {
        this.maxEntries = maxEntries;
        this.maxWeight = maxWeight;
        this.ring = new AlertEntry[maxEntries];
    }

    /** Begins anew: what was kept is forgotten. Views notice, and tell of a gap where there is one. */
    synchronized void begin(String newGeneration, long[] offsets) {
        generation = newGeneration;
        epoch++;
        starts = offsets.clone();
        ends = offsets.clone();
        Arrays.fill(ring, null);
        first = next;
        weight = 0;
        loaded = false;
    }

    /** The topic has got more partitions; all of a new one is kept from its beginning. */
    synchronized void grow(int partitions) {
        starts = Arrays.copyOf(starts, Math.max(starts.length, partitions));
        ends = Arrays.copyOf(ends, Math.max(ends.length, partitions));
    }

    /** Adds alerts, and notes that each partition was read up to {@code offsets}. */
    synchronized void append(List<AlertEntry> entries, long[] offsets) {
        for (AlertEntry entry : entries) {
            while (next > first && (next - first == maxEntries || weight + entry.weight() > maxWeight)) {
                evict();
            }
            ring[(int) (next++ % maxEntries)] = entry;
            weight += entry.weight();
        }
        for (int partition = 0; partition < offsets.length; partition++) {
            ends[partition] = Math.max(ends[partition], offsets[partition]);
        }
    }

    /** Alerts of a partition, up to this offset, were never taken up: there were too many to show them. */
    synchronized void passOver(int partition, long offset, long count) {
        starts[partition] = Math.max(starts[partition], offset);
        ends[partition] = Math.max(ends[partition], offset);
        passed += count;
    }

    /** What was there at the beginning has been read. */
    synchronized void loaded() {
        loaded = true;
    }

    synchronized boolean isLoaded() {
        return loaded;
    }

    synchronized String generation() {
        return generation;
    }

    synchronized Bookmark end() {
        return new Bookmark(generation, ends.clone());
    }

    private void evict() {
        int place = (int) (first++ % maxEntries);
        AlertEntry oldest = ring[place];
        ring[place] = null;
        weight -= oldest.weight();
        starts[oldest.partition()] = Math.max(starts[oldest.partition()], oldest.offset() + 1);
    }

    /** A page of a list: newest first, without what was left out. */
    record Page(String generation, List<AlertEntry> alerts, boolean more, Bookmark end, boolean loaded) {}

    /** @param after where the page before ended; null: the first page */
    synchronized Page page(Filter filter, @Nullable Cursor after, int limit) {
        PriorityQueue<AlertEntry> newest = new PriorityQueue<>(AlertEntry.NEWEST_FIRST.reversed());
        boolean more = false;
        for (long number = next - 1; number >= first; number--) {
            AlertEntry entry = ring[(int) (number % maxEntries)];
            if (filter.matches(entry) && (after == null || after.isBefore(entry))) {
                newest.add(entry);
                if (newest.size() > limit) {
                    newest.remove();
                    more = true;
                }
            }
        }
        List<AlertEntry> alerts = new ArrayList<>(newest);
        alerts.sort(AlertEntry.NEWEST_FIRST);
        return new Page(generation, alerts, more, end(), loaded);
    }

    /** A view of what comes from now on. */
    synchronized View viewOfNew(Filter filter) {
        View view = new View(filter, generation, ends);
        view.epoch = epoch;
        view.next = next;
        view.passed = passed;
        return view;
    }

    /** A view of all that comes after a bookmark; whether there is a gap is said by the first read. */
    View viewAfter(Filter filter, Bookmark bookmark) {
        View view = new View(filter, bookmark.generation(), bookmark.offsets());
        view.epoch = -1;
        return view;
    }

    /** Whether all that was read here was seen by the view, and not more. */
    synchronized boolean atEnd(View view) {
        return view.epoch == epoch && view.next == next && end().covers(view.bookmark());
    }

    /** Moves a view on, alert by alert, until so many alerts or bytes were found. */
    synchronized View.Unseen read(View view, int maxAlerts, long maxBytes) {
        String gap = settle(view);
        List<AlertEntry> alerts = new ArrayList<>();
        int[] counts = new int[Severity.values().length];
        long bytes = 0;
        while (view.next < next && alerts.size() < maxAlerts && bytes < maxBytes) {
            AlertEntry entry = ring[(int) (view.next++ % maxEntries)];
            if (!view.hasSeen(entry)) {
                view.see(entry);
                if (view.filter.matches(entry)) {
                    alerts.add(entry);
                    counts[entry.severity().ordinal()]++;
                    bytes += entry.json().length;
                }
            }
        }
        return unseen(view, gap, alerts, counts);
    }

    /** Moves a view to the end. Where there are more than so many alerts or bytes, the gravest and then the newest are given. */
    synchronized View.Unseen sample(View view, int maxAlerts, long maxBytes) {
        String gap = settle(view);
        List<AlertEntry> matching = new ArrayList<>();
        int[] counts = new int[Severity.values().length];
        for (; view.next < next; view.next++) {
            AlertEntry entry = ring[(int) (view.next % maxEntries)];
            if (!view.hasSeen(entry)) {
                view.see(entry);
                if (view.filter.matches(entry)) {
                    matching.add(entry);
                    counts[entry.severity().ordinal()]++;
                }
            }
        }
        return unseen(view, gap, gravest(matching, maxAlerts, maxBytes), counts);
    }

    private static List<AlertEntry> gravest(List<AlertEntry> alerts, int maxAlerts, long maxBytes) {
        if (alerts.size() <= maxAlerts
                && alerts.stream().mapToLong(entry -> entry.json().length).sum() <= maxBytes) {
            return alerts;
        }
        List<AlertEntry> ranked = new ArrayList<>(alerts);
        ranked.sort(Comparator.comparing(AlertEntry::severity).thenComparing(AlertEntry.NEWEST_FIRST));
        List<AlertEntry> chosen = new ArrayList<>();
        long room = maxBytes;
        for (AlertEntry entry : ranked) {
            if (chosen.size() == maxAlerts || room < entry.json().length) {
                break;
            }
            room -= entry.json().length;
            chosen.add(entry);
        }
        chosen.sort(AlertEntry.NEWEST_FIRST.reversed());
        return chosen;
    }

    private View.Unseen unseen(View view, @Nullable String gap, List<AlertEntry> alerts, int[] counts) {
        long missed = passed - view.passed;
        view.passed = passed;
        boolean atEnd = view.next == next;
        if (atEnd) {
            view.seeUpTo(ends);
        }
        return new View.Unseen(gap, alerts, counts, missed, view.bookmark(), atEnd);
    }

    /** Finds the view's place, if it has none or has lost it; says why where alerts may be missing before it. */
    private @Nullable String settle(View view) {
        if (view.epoch == epoch) {
            if (view.next >= first) {
                return null;
            }
            view.next = first;
            return "more alerts came than are kept";
        }
        view.epoch = epoch;
        view.next = first;
        view.passed = passed;
        Bookmark seen = view.bookmark();
        if (!seen.generation().equals(generation)) {
            view.turnTo(generation, starts);
            return "the alerts are counted anew";
        }
        if (!seen.covers(
                new Bookmark(generation, Arrays.copyOf(starts, Math.min(starts.length, seen.offsets().length))))) {
            view.seeUpTo(starts);
            return "alerts before these are no longer kept";
        }
        return null;
    }
}
