package dev.tocsin.source.directory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What a look at the directory came to: what is to be done, and what waits. */
final class Look {
    /** How many files one look finds to read: what is beyond that is found by the next. */
    static final int MOST = 50_000;

    /**
     * A file to look into.
     *
     * @param unread how many bytes of it wait
     */
    record ToRead(Found found, long unread) {}

    private final PriorityQueue<ToRead> first;
    private final Comparator<ToRead> order;
    private final List<String> toClean = new ArrayList<>();
    private final List<String> returned = new ArrayList<>();
    private long backlogFiles;
    private long backlogBytes;
    private boolean more;
    private boolean whole;

    Look(boolean latestFirst) {
        Comparator<ToRead> oldestFirst = Comparator.comparingLong((ToRead file) -> file.found.modified())
                .thenComparing(file -> file.found.path());
        this.order = latestFirst ? oldestFirst.reversed() : oldestFirst;
        this.first = new PriorityQueue<>(order.reversed());
    }

    /** A file is to be looked into; so many bytes of it wait. */
    void read(Found found, long unread) {
        backlogFiles += unread > 0 ? 1 : 0;
        backlogBytes += unread;
        first.add(new ToRead(found, unread));
        if (first.size() > MOST) {
            first.poll();
            more = true;
        }
    }

    void clean(String path) {
        if (toClean.size() < MOST) {
            toClean.add(path);
        } else {
            more = true;
        }
    }

    void back(String path) {
        if (returned.size() < MOST) {
            returned.add(path);
        } else {
            more = true;
        }
    }

    /** All names have been seen. */
    void ended() {
        whole = true;
    }

    /** The files to look into, in the order in which that is to be done. */
    List<ToRead> toRead() {
        List<ToRead> sorted = new ArrayList<>(first);
        sorted.sort(order);
        return sorted;
    }

    /** Files that are done and old enough to be archived or deleted, or are on their way out. */
    List<String> toClean() {
        return toClean;
    }

    /** Files that are there, as they were read, though their entries say that they are gone. */
    List<String> returned() {
        return returned;
    }

    /** Whether all names were seen, so that what was not is gone. */
    boolean whole() {
        return whole;
    }

    /** How many files hold bytes that were not read yet. */
    long backlogFiles() {
        return backlogFiles;
    }

    /** How many bytes that are. */
    long backlogBytes() {
        return backlogBytes;
    }

    /** Whether there is more to do than it names. */
    boolean more() {
        return more;
    }
}
