package dev.tocsin.source.directory;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The next batch as soon as there is something to read: the system's notices say where to look at once, and a scan looks
 * whether they have missed anything. While they can be relied on, a scan lists the directory once a minute only.
 */
final class LiveBatches extends Batches {
    private static final long LISTING_NANOS = TimeUnit.MINUTES.toNanos(1);
    /** A file that is being written gives notice after notice. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final DirectorySource.Run run;
    private @Nullable DirectoryWatch watch;
    private boolean listed;
    /** Whether the notices could be relied on at the last scan. */
    private boolean reliable;

    private boolean more = true;
    private long listedNanos;
    private long lookedNanos;

    LiveBatches(Parts parts, DirectorySource.Run run) {
        super(parts, directory -> run.follow(directory));
        this.run = run;
    }

    @Override
    boolean take() throws InterruptedException {
        if (!pending.isEmpty()) {
            nextBatch();
            dropTheOldestLast();
            return true;
        }
        DirectoryWatch noticing = watch;
        boolean scanDue = run.takeScan();
        if (scanDue) {
            reliable = relies(noticing);
        }
        if (more || (scanDue && !reliable)) {
            listAll();
            return true;
        }
        List<String> restless = scanDue ? parts.known().restless() : List.of();
        if (!restless.isEmpty()) { // before the news: these never end where much is written
            work(scan.at(restless));
            return true;
        }
        if (noticing != null && noticing.hasNews() && untilDue().isZero()) {
            Set<String> names = noticing.take();
            lookedNanos = System.nanoTime();
            if (names == null) {
                listAll();
            } else {
                work(scan.at(names));
            }
            return true;
        }
        return false;
    }

    private boolean relies(@Nullable DirectoryWatch noticing) {
        return noticing != null && listed && System.nanoTime() - listedNanos < LISTING_NANOS && noticing.isReliable();
    }

    private void listAll() throws InterruptedException {
        long now = System.nanoTime();
        long scans = listed
                ? 1 + (now - listedNanos) / parts.settings().scanInterval().toNanos()
                : 1;
        if (!listed) {
            watch = run.watch();
        }
        DirectoryWatch noticing = watch;
        if (noticing != null) {
            noticing.take(); // what comes from now on is after this listing has begun
        }
        Look look = list(() -> scan.list((int) Math.min(scans, 1_000)));
        listed = look != null;
        listedNanos = now;
        more = look != null && look.more();
        if (look != null) {
            work(look);
            dropTheOldestLast();
        }
    }

    /** Where the latest come first, what is left over waits behind what comes meanwhile. */
    private void dropTheOldestLast() {
        if (parts.settings().latestFirst() && !pending.isEmpty()) {
            pending.clear();
            more = true;
        }
    }

    @Override
    Duration untilDue() {
        DirectoryWatch noticing = watch;
        if (!pending.isEmpty() || more) {
            return Duration.ZERO;
        }
        if (noticing == null || !noticing.hasNews()) {
            return mayRest() ? Duration.ofDays(1) : run.untilScan();
        }
        return Duration.ofNanos(Math.max(0, lookedNanos + PAUSE_NANOS - System.nanoTime()));
    }

    @Override
    boolean mayRest() {
        return reliable && parts.known().restless().isEmpty();
    }

    @Override
    void reloaded() {
        super.reloaded();
        more = true;
    }
}
