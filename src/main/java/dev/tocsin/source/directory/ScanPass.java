package dev.tocsin.source.directory;

import dev.tocsin.delivery.index.HashIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One way through the names: considers one after the other, and notes what is to be done about its file. */
final class ScanPass implements Listing.Visitor {
    private final DirectoryScan scan;
    private final DirectorySettings settings;
    private final KnownFiles known;
    private final Look look;
    private final boolean thorough;
    private final @Nullable Frozen frozen;
    private final long growsSince;
    private final long staysSince;
    private boolean any;

    /**
     * A pass.
     *
     * @param thorough whether every file is looked at
     * @param frozen what counts; null: all
     */
    ScanPass(DirectoryScan scan, boolean thorough, @Nullable Frozen frozen) {
        this.scan = scan;
        this.settings = scan.settings;
        this.known = scan.known;
        this.look = new Look(settings.latestFirst());
        this.thorough = thorough;
        this.frozen = frozen;
        this.growsSince = ClosedFiles.ago(settings.growthWindow());
        this.staysSince = ClosedFiles.ago(settings.afterDelay());
    }

    /**
     * Considers all names.
     *
     * @param scans for how many scan intervals that stands
     * @throws IOException where they cannot be listed
     */
    Look all(int scans) throws IOException {
        scan.turns.begin(known.closed().size(), scans);
        known.closed().beginListing();
        scan.listing.visit(this);
        end();
        return look;
    }

    /** Considers some names. */
    Look at(Iterable<String> paths) {
        for (String path : paths) {
            if (scan.listing.matches(path)) {
                mayBeDirectory(path, known.closed().hash(path));
            }
        }
        considerLeaving();
        return look;
    }

    @Override
    public void directory(Path directory) {
        scan.onDirectory.accept(directory);
    }

    @Override
    public List<String> names(List<String> paths) {
        long[] hashes = new long[paths.size()];
        for (int i = 0; i < hashes.length; i++) {
            hashes[i] = known.closed().hash(paths.get(i));
        }
        known.closed().fetch(hashes);
        List<String> directories = new ArrayList<>();
        for (int i = 0; i < hashes.length; i++) {
            if (mayBeDirectory(paths.get(i), hashes[i])) {
                directories.add(paths.get(i));
            }
        }
        return directories;
    }

    private boolean mayBeDirectory(String path, long hash) {
        any = true;
        long cursor = known.closed().find(hash);
        TrackedFile file = cursor == HashIndex.ABSENT || known.hasNamesakes() ? known.tracked(path) : null;
        if (file != null) {
            file.listed(scan.turns.listing());
            consider(path, file);
            return false;
        }
        if (cursor != HashIndex.ABSENT) {
            considerClosed(path, hash, cursor);
            return false;
        }
        return considerUnknown(path, hash);
    }

    private boolean considerUnknown(String path, long hash) {
        if (!scan.listing.matches(path) || !scan.owned.test(path)) {
            return true;
        }
        boolean unreadable = path.contains(Listing.UNREADABLE);
        boolean skipped = scan.skipped.listed(hash, scan.turns.listing());
        if (skipped && (unreadable || !scan.turns.isOfSkipped(hash, scan.skipped.size()))) {
            return true;
        }
        Found found = unreadable ? null : scan.look(path);
        if (found != null && found.regular()) {
            read(found, found.size());
            return false;
        }
        boolean never = unreadable || (found != null && found.kind() == Found.Kind.OTHER);
        if (never) {
            scan.skipped.skip(path, hash, scan.turns.listing());
        }
        return !never;
    }

    private void considerClosed(String path, long hash, long cursor) {
        ClosedFiles files = known.closed();
        files.listed(cursor);
        boolean missing = files.isMissing(cursor) || files.isNoted(cursor);
        boolean grows = !missing && !files.changedBefore(cursor, growsSince);
        boolean inTurn = grows ? scan.turns.isOfYoung(hash) : scan.turns.isOfClosed(hash);
        boolean toClean =
                settings.cleans() && files.isDone(cursor) && !missing && files.changedBefore(cursor, staysSince);
        if (!missing && !toClean && !thorough && !inTurn) {
            return;
        }
        Found found = scan.look(path);
        if (found == null) {
            return;
        }
        if (files.looksAs(cursor, found)) {
            if (missing) {
                files.back(cursor, found);
            }
            if (files.isNoted(cursor)) {
                look.back(path);
            }
            if (toClean) {
                look.clean(path);
            }
        } else if (found.regular()) {
            TrackedFile file = known.open(path);
            if (file != null) {
                file.listed(scan.turns.listing());
                file.present(); // at once: what is read again is not to be forgotten
            }
            read(found, file == null ? found.size() : unread(found, file));
        }
    }

    private void consider(String path, TrackedFile file) {
        FileState.Phase phase = file.state().phase();
        if (phase.isLeaving()) {
            return; // considered in the end, whether it is listed or not
        }
        Found found = scan.look(path);
        if (found == null) {
            return;
        }
        file.present();
        if (!found.regular()) {
            if (found.kind() == Found.Kind.OTHER) {
                scan.skipped.skip(path, known.closed().hash(path), scan.turns.listing());
            }
        } else if (!found.unchangedSince(file.state())
                || isDueToEnd(file)
                || (frozen != null && phase == FileState.Phase.READING)) {
            read(found, unread(found, file));
        } else if (file.state().gone() != 0) {
            look.back(path);
        } else if (settings.cleans() && file.isDoneCommitted() && file.stoodStillFor(settings.afterDelay())) {
            look.clean(path);
        }
    }

    private void read(Found found, long unread) {
        if (frozen == null) {
            look.read(found, unread);
            return;
        }
        long size = frozen.size(known.closed().hash(found.path()));
        if (size >= 0) {
            look.read(found, Math.min(unread, size));
        }
    }

    private static long unread(Found found, TrackedFile file) {
        return Math.max(0, found.size() - file.state().offset());
    }

    private boolean isDueToEnd(TrackedFile file) {
        return file.state().phase() == FileState.Phase.READING
                && file.dueToEnd(file.stoodStillFor(settings.settle()), file.stoodStillFor(settings.growthWindow()));
    }

    /** Draws conclusions from what was not listed. */
    private void end() {
        int now = scan.turns.listing();
        scan.turns.end();
        scan.skipped.end(now);
        considerLeaving();
        look.ended();
        if (!any) { // taken for a directory that is not mounted: nothing counts as missing
            known.restartRetention();
            return;
        }
        known.tracked().forEach((path, file) -> {
            if (file.wasListed(now)) {
                file.present();
            } else {
                file.missing();
            }
        });
        known.closed().endListing();
    }

    /** What is on its way out goes on with its next step, once the last one is committed. */
    private void considerLeaving() {
        known.tracked().forEach((path, file) -> {
            if (file.state().phase().isLeaving() && file.isCommitted()) {
                look.clean(path);
            }
        });
    }
}
