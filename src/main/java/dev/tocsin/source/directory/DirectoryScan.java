package dev.tocsin.source.directory;

import dev.tocsin.delivery.index.HashIndex;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the directory: which files are to be read, which to be cleaned away, which are gone ({@link ScanPass}). Reads no file and
 * changes none. Names come first: a file that is closed is not looked at, but for some of them at each listing.
 */
final class DirectoryScan {
    private static final Logger LOG = Logger.getLogger(DirectoryScan.class);

    /** Files may bear any time; a nanosecond clock must be able to count back to it. */
    private static final Duration LONGEST_AGE = Duration.ofDays(36_500);

    final DirectorySettings settings;
    final Listing listing;
    final KnownFiles known;
    final Predicate<String> owned;
    final SkippedNames skipped;
    final Consumer<Path> onDirectory;
    final Turns turns = new Turns();

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
        this.skipped = new SkippedNames(onSkipped);
        this.onDirectory = onDirectory;
    }

    /**
     * Lists the directory.
     *
     * @param scans for how many scan intervals this listing stands: the more, the more of the closed files it looks at
     * @throws IOException where it is missing or cannot be listed
     */
    Look list(int scans) throws IOException {
        return new ScanPass(this, false, null).all(scans);
    }

    /**
     * Lists the directory and looks at every file.
     *
     * @param frozen what counts; sizes are those of the start
     * @throws IOException as {@link #list}
     */
    Look listAll(Frozen frozen) throws IOException {
        return new ScanPass(this, true, frozen).all(1);
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
        return new ScanPass(this, true, null).at(paths);
    }

    /** How long ago a file was changed, as far as the clocks can tell. */
    static Duration age(long modified) {
        long now = System.currentTimeMillis();
        long age = modified < now - LONGEST_AGE.toMillis() ? LONGEST_AGE.toMillis() : Math.max(0, now - modified);
        return Duration.ofMillis(age);
    }

    /** A file as it is now; null: it cannot be looked at, or is gone. */
    @Nullable Found look(String path) {
        try {
            return Found.look(settings.path(), path);
        } catch (IOException | RuntimeException e) {
            LOG.debugf("%s cannot be looked at: %s", path, e);
            return null;
        }
    }
}
