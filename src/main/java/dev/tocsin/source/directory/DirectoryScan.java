package dev.tocsin.source.directory;

import dev.tocsin.delivery.index.HashIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the directory: which files are to be read, which to be cleaned away, which to be forgotten. Reads no file and
 * changes none. Names come first: a file that is closed is not looked at, but for some of them at each listing.
 */
final class DirectoryScan {
    private static final Logger LOG = Logger.getLogger(DirectoryScan.class);

    /** Files may bear any time; a nanosecond clock must be able to count back to it. */
    private static final Duration LONGEST_AGE = Duration.ofDays(36_500);

    /** How many files beyond their growth window are looked at for each scan interval, about: one may have been replaced. */
    private static final int CLOSED_PER_SCAN = 1_000;

    /** How many closed files within their growth window are looked at in one listing, about: they may have grown. */
    private static final int YOUNG_PER_SCAN = 50_000;

    private final DirectorySettings settings;
    private final Listing listing;
    private final KnownFiles known;
    private final Predicate<String> owned;
    private final Consumer<String> onSkipped;
    private final Consumer<Path> onDirectory;
    /** Names that are never read, by their hash, with the listing that saw them last. */
    private final HashIndex skipped = new HashIndex(1);

    private int listings;
    private int turns = 1;
    private int youngTurns = 1;

    /**
     * A scan of a directory.
     *
     * @param owned whether this instance is to read a path
     * @param onSkipped told once of each matching name that is never read
     * @param onDirectory told of each directory before it is listed
     */
    DirectoryScan(
            DirectorySettings settings,
            KnownFiles known,
            Predicate<String> owned,
            Consumer<String> onSkipped,
            Consumer<Path> onDirectory) {
        this.settings = settings;
        this.listing = new Listing(settings.path(), settings.patterns(), settings.recursive());
        this.known = known;
        this.owned = owned;
        this.onSkipped = onSkipped;
        this.onDirectory = onDirectory;
    }

    /**
     * Lists the directory.
     *
     * @param scans for how many scan intervals this listing stands: the more, the more of the closed files it looks at
     * @throws IOException where it is missing or cannot be listed
     */
    Look list(int scans) throws IOException {
        Look look = new Look(settings.latestFirst());
        Pass pass = new Pass(look, false, null);
        pass.begin(scans);
        listing.visit(pass);
        pass.end();
        return look;
    }

    /**
     * Lists the directory and looks at every file.
     *
     * @param frozen what counts; sizes are those of the start
     * @throws IOException as {@link #list}
     */
    Look listAll(Frozen frozen) throws IOException {
        Look look = new Look(settings.latestFirst());
        Pass pass = new Pass(look, true, frozen);
        pass.begin(1);
        listing.visit(pass);
        pass.end();
        return look;
    }

    /**
     * Notes what there is to read, whoever is to read it.
     *
     * @throws IOException as {@link #list}
     */
    Frozen freeze() throws IOException {
        Frozen frozen = new Frozen();
        listing.visit(new Listing.Visitor() {
            @Override
            public void directory(Path directory) {
                onDirectory.accept(directory);
            }

            @Override
            public List<String> names(List<String> paths) {
                return paths.stream().filter(path -> !freeze(path, frozen)).toList();
            }
        });
        return frozen;
    }

    /** Notes a file; false: it is none, or is not to be read. */
    private boolean freeze(String path, Frozen frozen) {
        Found found = listing.matches(path) ? look(path) : null;
        if (found == null || !found.regular()) {
            return false;
        }
        frozen.add(known.closed().hash(path), found.size(), unread(found));
        return true;
    }

    private long unread(Found found) {
        if (!owned.test(found.path())) {
            return 0;
        }
        TrackedFile file = known.tracked(found.path());
        long cursor = known.closed().find(known.closed().hash(found.path()));
        if (file == null && cursor != HashIndex.ABSENT && known.closed().looksAs(cursor, found)) {
            return 0;
        }
        file = known.open(found.path());
        if (file == null) {
            return found.size();
        }
        boolean concluded = file.state().phase() != FileState.Phase.READING && found.unchangedSince(file.state());
        return concluded ? 0 : Math.max(0, found.size() - file.state().offset());
    }

    /** Looks at some names alone. */
    Look at(Collection<String> paths) {
        Look look = new Look(settings.latestFirst());
        Pass pass = new Pass(look, true, null);
        for (String path : paths) {
            if (listing.matches(path)) {
                pass.mayBeDirectory(path, known.closed().hash(path));
            }
        }
        pass.considerLeaving();
        return look;
    }

    /** How long ago a file was changed, as far as the clocks can tell. */
    static Duration age(long modified) {
        long now = System.currentTimeMillis();
        long age = modified < now - LONGEST_AGE.toMillis() ? LONGEST_AGE.toMillis() : Math.max(0, now - modified);
        return Duration.ofMillis(age);
    }

    private @Nullable Found look(String path) {
        try {
            return Found.look(settings.path(), path);
        } catch (IOException | RuntimeException e) {
            LOG.debugf("%s cannot be looked at: %s", path, e);
            return null;
        }
    }

    /** Considers one name after the other. */
    private final class Pass implements Listing.Visitor {
        private final Look look;
        private final boolean thorough;
        private final @Nullable Frozen frozen;
        private final long growsSince = ClosedFiles.ago(settings.growthWindow());
        private final long staysSince = ClosedFiles.ago(settings.afterDelay());
        private boolean any;
        private long young;

        /**
         * A pass.
         *
         * @param thorough whether every file is looked at
         * @param frozen what counts; null: all
         */
        Pass(Look look, boolean thorough, @Nullable Frozen frozen) {
            this.look = look;
            this.thorough = thorough;
            this.frozen = frozen;
        }

        /** All names will be shown. */
        void begin(int scans) {
            listings++;
            turns = 1 + (int) (known.closed().size() / ((long) CLOSED_PER_SCAN * scans));
            known.closed().beginListing();
        }

        @Override
        public void directory(Path directory) {
            onDirectory.accept(directory);
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
                file.listed(listings);
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
            if (!listing.matches(path) || !owned.test(path)) {
                return true;
            }
            long cursor = skipped.find(hash);
            if (cursor != HashIndex.ABSENT) {
                skipped.set(cursor, 0, listings);
                if (path.contains(Listing.UNREADABLE)
                        || !isInTurn(hash, 1 + (int) (skipped.size() / CLOSED_PER_SCAN))) {
                    return true;
                }
            }
            Found found = path.contains(Listing.UNREADABLE) ? null : look(path);
            if (found != null && found.regular()) {
                read(found, found.size());
                return false;
            }
            boolean never = path.contains(Listing.UNREADABLE) || (found != null && found.kind() == Found.Kind.OTHER);
            if (never && cursor == HashIndex.ABSENT) {
                skipped.put(hash, listings);
                onSkipped.accept(path);
            }
            return !never;
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

        private void considerClosed(String path, long hash, long cursor) {
            ClosedFiles files = known.closed();
            files.listed(cursor);
            boolean missing = files.isMissing(cursor) || files.isNoted(cursor);
            boolean grows = !missing && !files.changedBefore(cursor, growsSince);
            young += grows ? 1 : 0;
            boolean toClean =
                    settings.cleans() && files.isDone(cursor) && !missing && files.changedBefore(cursor, staysSince);
            if (!missing && !toClean && !thorough && !isInTurn(hash, grows ? youngTurns : turns)) {
                return;
            }
            Found found = look(path);
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
                read(found, file == null ? found.size() : unread(found, file));
            }
        }

        private void consider(String path, TrackedFile file) {
            FileState.Phase phase = file.state().phase();
            if (phase.isLeaving()) {
                return; // considered in the end, whether it is listed or not
            }
            Found found = look(path);
            if (found == null) {
                return;
            }
            if (!found.regular()) {
                if (found.kind() == Found.Kind.OTHER
                        && skipped.find(known.closed().hash(path)) == HashIndex.ABSENT) {
                    skipped.put(known.closed().hash(path), listings);
                    onSkipped.accept(path);
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

        private static long unread(Found found, TrackedFile file) {
            return Math.max(0, found.size() - file.state().offset());
        }

        private boolean isDueToEnd(TrackedFile file) {
            return file.state().phase() == FileState.Phase.READING
                    && file.dueToEnd(
                            file.stoodStillFor(settings.settle()), file.stoodStillFor(settings.growthWindow()));
        }

        private boolean isInTurn(long hash, int of) {
            return of <= 1 || Math.floorMod(hash - listings, (long) of) == 0;
        }

        /** Draws conclusions from what was not listed. */
        void end() {
            youngTurns = 1 + (int) (young / YOUNG_PER_SCAN);
            considerLeaving();
            int now = listings;
            skipped.removeIf(seen -> seen != now);
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
        void considerLeaving() {
            known.tracked().forEach((path, file) -> {
                if (file.state().phase().isLeaving() && file.isCommitted()) {
                    look.clean(path);
                }
            });
        }
    }
}
