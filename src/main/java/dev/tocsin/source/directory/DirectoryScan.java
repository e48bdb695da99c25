package dev.tocsin.source.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * One look at the directory: which files are to be read, which to be cleaned away, which to be forgotten. Reads no file
 * and changes nothing.
 *
 * @param toRead in the order in which they are to be read
 * @param toClean done, and old enough to be archived or deleted
 * @param toForget gone for longer than the retention
 * @param skipped matching names that are never read
 * @param backlogFiles files that hold bytes that were not read yet
 * @param backlogBytes how many bytes these are
 */
record DirectoryScan(
        List<Found> toRead,
        List<String> toClean,
        List<String> toForget,
        Set<String> skipped,
        long backlogFiles,
        long backlogBytes) {
    private static final Logger LOG = Logger.getLogger(DirectoryScan.class);

    /** Files may bear any time; a nanosecond clock must be able to count back to it. */
    private static final Duration LONGEST_AGE = Duration.ofDays(36_500);

    /** How many files beyond their growth window are looked at in one scan, about: one may have been replaced. */
    private static final int CLOSED_PER_SCAN = 1_000;

    /** A name that the process' locale cannot express comes with this in the place of its bytes. */
    private static final String UNREADABLE = "\uFFFD";

    /**
     * Looks at the directory.
     *
     * @param turn counts the scans: files that are not expected to change are looked at in turn, some at each scan
     * @throws IOException where it is missing or cannot be listed
     */
    static DirectoryScan of(
            DirectorySettings settings,
            Listing listing,
            Map<String, TrackedFile> files,
            Predicate<String> owned,
            int turn)
            throws IOException {
        List<String> names = listing.names();
        int turns = 1 + names.size() / CLOSED_PER_SCAN;
        DirectoryScan scan =
                new DirectoryScan(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new HashSet<>(), 0, 0);
        long backlogFiles = 0;
        long backlogBytes = 0;
        for (String path : names) {
            if (path.contains(UNREADABLE)) {
                scan.skipped.add(path);
            } else if (owned.test(path)) {
                long unread = scan.consider(
                        settings, path, files.get(path), Math.floorMod(path.hashCode() - turn, turns) == 0);
                backlogFiles += unread > 0 ? 1 : 0;
                backlogBytes += unread;
            }
        }
        if (names.isEmpty()) { // taken for a directory that is not mounted: nothing counts as missing
            files.values().forEach(TrackedFile::present);
        } else {
            Set<String> present = new HashSet<>(names);
            files.forEach((path, file) -> {
                if (present.contains(path)) {
                    file.present();
                } else if (file.missingFor(settings.retention())) {
                    scan.toForget.add(path);
                }
            });
        }
        Comparator<Found> oldestFirst =
                Comparator.comparingLong(Found::modified).thenComparing(Found::path);
        scan.toRead.sort(settings.latestFirst() ? oldestFirst.reversed() : oldestFirst);
        return new DirectoryScan(scan.toRead, scan.toClean, scan.toForget, scan.skipped, backlogFiles, backlogBytes);
    }

    /** How many bytes of the file wait to be read. */
    private long consider(
            DirectorySettings settings,
            String path,
            @org.jspecify.annotations.Nullable TrackedFile file,
            boolean inTurn) {
        boolean closed = file != null
                && file.state().phase() != FileState.Phase.READING
                && file.stoodStillFor(settings.growthWindow());
        boolean toClean = settings.cleans()
                && file != null
                && file.isDoneCommitted()
                && file.stoodStillFor(settings.afterDelay());
        if (closed && !toClean && !inTurn) {
            return 0;
        }
        try {
            Found found = Found.look(settings.path(), path);
            if (!found.regular()) {
                skipped.add(path);
            } else if (file == null || !found.unchangedSince(file.state()) || isDueToEnd(settings, file)) {
                toRead.add(found);
                return file == null
                        ? found.size()
                        : Math.max(0, found.size() - file.state().offset());
            } else if (toClean) {
                this.toClean.add(path);
            }
        } catch (IOException e) {
            if (Files.exists(settings.path().resolve(path))) {
                LOG.debugf("%s cannot be looked at: %s", path, e);
            }
        }
        return 0;
    }

    private static boolean isDueToEnd(DirectorySettings settings, TrackedFile file) {
        return file.state().phase() == FileState.Phase.READING
                && file.dueToEnd(file.stoodStillFor(settings.settle()), file.stoodStillFor(settings.growthWindow()));
    }

    /** How long ago a file was changed, as far as the clocks can tell. */
    static Duration age(long modified) {
        long age = Math.max(0, System.currentTimeMillis() - modified);
        return age > LONGEST_AGE.toMillis() ? LONGEST_AGE : Duration.ofMillis(age);
    }
}
