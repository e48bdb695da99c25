package dev.tocsin.source.directory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/**
 * Archives or deletes files that are done: Spark's {@code cleanSource}. Never overwrites what is in the archive.
 *
 * <p>In two steps, each of which may be repeated after a crash. {@link #putAway} places the file in the archive and gives it a
 * hidden name of ours; only once that is committed {@link #removeTrace} removes it. So the inode stays taken as long as the
 * ledger knows it, and whatever bears the old name is another file; and nothing is ever removed under a name of others.
 */
final class FileCleaner {
    private static final int MOST_NAMES = 1_000;
    private static final String ASIDE = ".tocsin-cleaned-";

    /** What became of a file that was to be put away. */
    enum Result {
        /** It does not bear its name any more. */
        AWAY,
        /** It is not what was read. */
        CHANGED
    }

    private final DirectorySettings settings;

    FileCleaner(DirectorySettings settings) {
        this.settings = settings;
    }

    /**
     * Takes the file out of sight, provided that it is still what was read.
     *
     * @throws IOException where it cannot be moved
     */
    Result putAway(String path, FileState state) throws IOException {
        Path file = settings.path().resolve(path);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Result.AWAY;
        }
        Found found = Found.look(settings.path(), path);
        if (!found.unchangedSince(state)) {
            return found.inode() != state.inode() && isAside(path, state) ? Result.AWAY : Result.CHANGED;
        }
        if (!settings.cleans()) { // not any more
            return Result.CHANGED;
        }
        Path archive = settings.archive();
        if (archive != null) {
            Path target = archive.resolve(path);
            Files.createDirectories(target.getParent());
            place(file, target);
        }
        Path aside = settings.path().resolve(aside(path, state));
        Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
        if (!isAside(path, state)) { // replaced since it was looked at: this process was paused, say
            Files.createLink(file, aside);
            Files.delete(aside);
            return Result.CHANGED;
        }
        return Result.AWAY;
    }

    /**
     * Removes what {@link #putAway} has left.
     *
     * @throws IOException where that cannot be removed
     */
    void removeTrace(String path, FileState state) throws IOException {
        if (isAside(path, state)) {
            Files.delete(settings.path().resolve(aside(path, state)));
        }
    }

    private boolean isAside(String path, FileState state) throws IOException {
        String aside = aside(path, state);
        return Files.exists(settings.path().resolve(aside), LinkOption.NOFOLLOW_LINKS)
                && Found.look(settings.path(), aside).inode() == state.inode();
    }

    private static String aside(String path, FileState state) {
        String directory = path.substring(0, path.lastIndexOf('/') + 1);
        return directory + ASIDE + HexFormat.of().toHexDigits(state.inode());
    }

    /** A hard link cannot replace a file that exists, which a rename would do without a word. */
    private static void place(Path file, Path target) throws IOException {
        for (int i = 0; i < MOST_NAMES; i++) {
            Path name = i == 0 ? target : target.resolveSibling(target.getFileName() + "." + i);
            if (!Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
                link(file, name);
                return;
            }
            if (isPlaced(file, name)) { // an attempt that ended half-way
                return;
            }
        }
        throw new IOException("the archive holds " + MOST_NAMES + " files of the name " + target.getFileName());
    }

    private static boolean isPlaced(Path file, Path name) throws IOException {
        return Files.isSameFile(name, file)
                || (Files.isRegularFile(name, LinkOption.NOFOLLOW_LINKS)
                        && Files.getLastModifiedTime(name).equals(Files.getLastModifiedTime(file))
                        && Files.mismatch(name, file) < 0);
    }

    private static void link(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            copy(file, name);
        }
    }

    /** Into another file system: complete and durable under its name before the original goes. */
    private static void copy(Path file, Path target) throws IOException {
        Path partial = target.resolveSibling("_" + target.getFileName() + ".part");
        Files.copy(file, partial, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(partial, target);
        }
    }
}
