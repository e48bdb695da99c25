package dev.tocsin.source.directory;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The notices that the system gives of what is written below the watched directory. They say where to look, never what is so;
 * whatever is doubtful about them leads to a listing. Only local file systems give them: a network or object-store mount
 * says nothing of what others write.
 */
final class DirectoryWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DirectoryWatch.class);

    private static final Set<String> LOCAL =
            Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "tmpfs", "overlay");

    /** More names than these at once are found by a listing. */
    private static final int MOST_NAMES = 10_000;

    /** More directories than these are not asked for their times; there the listing once a minute has to do. */
    private static final int MOST_TIMES = 100;

    private final Path root;
    private final WatchService service;
    private final Runnable onNotice;
    private final Thread thread = new Thread(this::run, "tocsin-directory-watch");
    private final Map<WatchKey, Path> directories = new HashMap<>();
    private final Map<Path, WatchKey> keys = new HashMap<>();
    private final Map<Path, Appearance> looks = new HashMap<>();
    private Set<String> names = new HashSet<>();
    private boolean doubtful = true;
    private boolean partial;
    private boolean noticed;

    private DirectoryWatch(Path root, WatchService service, Runnable onNotice) {
        this.root = root;
        this.service = service;
        this.onNotice = onNotice;
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Begins to watch; null where that is of no use.
     *
     * @param onNotice called when there is something to {@link #take}; must be quick
     */
    static @Nullable DirectoryWatch of(Path directory, Runnable onNotice) {
        try {
            Path root = directory.toRealPath();
            return local(root) ? new DirectoryWatch(root, root.getFileSystem().newWatchService(), onNotice) : null;
        } catch (IOException | RuntimeException e) {
            LOG.infof("%s cannot be watched, and is listed instead: %s", directory, e);
            return null;
        }
    }

    private static boolean local(Path directory) throws IOException {
        return LOCAL.contains(Files.getFileStore(directory).type());
    }

    /** A directory is about to be listed: from now on notices are given of what happens in it. */
    synchronized void follow(Path directory) {
        WatchKey known = keys.get(directory);
        Appearance now = Appearance.of(directory);
        if (known != null && known.isValid() && now.isSameDirectory(looks.get(directory))) {
            looks.put(directory, now);
            return;
        }
        try {
            if (known != null) {
                known.cancel();
                directories.remove(known);
            }
            if (!directory.equals(root) && !local(directory)) {
                throw new IOException("not a local file system");
            }
            WatchKey key = directory.register(
                    service,
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            keys.put(directory, key);
            directories.put(key, directory);
            looks.put(directory, Appearance.of(directory));
        } catch (IOException | RuntimeException e) {
            if (!partial) {
                partial = true;
                LOG.infof("%s cannot be watched; all is listed at every scan: %s", directory, e);
            }
        }
    }

    /**
     * What was noticed since the last call.
     *
     * @return paths relative to the watched directory; null where only a listing can tell
     */
    synchronized @Nullable Set<String> take() {
        Set<String> taken = doubtful ? null : names;
        names = new HashSet<>();
        doubtful = false;
        return taken;
    }

    /** Whether there is something to {@link #take}. */
    synchronized boolean hasNews() {
        return doubtful || !names.isEmpty();
    }

    /**
     * Whether the notices can be relied on for a while: every directory is followed, is still the same, and none has changed
     * without a notice.
     */
    synchronized boolean isReliable() {
        if (partial || keys.isEmpty() || keys.keySet().stream().noneMatch(root::equals)) {
            return false;
        }
        boolean same = true;
        if (looks.size() <= MOST_TIMES) {
            for (Map.Entry<Path, Appearance> before : looks.entrySet()) {
                Appearance now = Appearance.of(before.getKey());
                boolean sameOne = now.isSameDirectory(before.getValue());
                same &= sameOne && (noticed || now.equals(before.getValue()));
                if (sameOne) { // another one is to be followed first
                    before.setValue(now);
                }
            }
        }
        noticed = false;
        return same;
    }

    /**
     * What a directory looks like: changes with every name that comes or goes.
     *
     * @param key its inode; null where it is gone
     * @param modified milliseconds since the epoch
     */
    private record Appearance(@Nullable Object key, long modified) {
        static Appearance of(Path directory) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class);
                return new Appearance(
                        attributes.fileKey(), attributes.lastModifiedTime().toMillis());
            } catch (IOException e) {
                return new Appearance(null, 0);
            }
        }

        boolean isSameDirectory(@Nullable Appearance other) {
            return key != null && other != null && key.equals(other.key);
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                notice(key);
                onNotice.run();
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            LOG.debug("The watch has ended");
        }
    }

    private synchronized void notice(WatchKey key) {
        Path directory = directories.get(key);
        noticed = true;
        for (WatchEvent<?> event : key.pollEvents()) {
            if (directory == null || !(event.context() instanceof Path name) || names.size() >= MOST_NAMES) {
                doubtful = true; // an overflow among others
            } else if (!Listing.hidden(name.toString())) {
                Path path = directory.resolve(name);
                names.add(root.relativize(path).toString());
                doubtful |= event.kind() == StandardWatchEventKinds.ENTRY_CREATE && Files.isDirectory(path);
            }
        }
        if (!key.reset() && directory != null) {
            directories.remove(key);
            keys.remove(directory);
            looks.remove(directory);
            doubtful = true;
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.debug("The watch was not closed well", e);
        }
    }
}
