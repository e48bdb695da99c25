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

/** Archives or deletes files that are done: Spark's {@code cleanSource}. Never overwrites what is in the archive. */
final class FileCleaner {
    private static final int MOST_NAMES = 1_000;

    private final DirectorySettings settings;

    FileCleaner(DirectorySettings settings) {
        this.settings = settings;
    }

    /**
     * Cleans the file away, provided that it is still what was read.
     *
     * @return false where the file has changed or is gone
     * @throws IOException where it cannot be moved or deleted
     */
    boolean clean(String path, FileState state) throws IOException {
        Path file = settings.path().resolve(path);
        if (!Files.exists(file) || !Found.look(settings.path(), path).unchangedSince(state)) {
            return false;
        }
        Path archive = settings.archive();
        if (archive == null) {
            Files.delete(file);
        } else {
            Path target = archive.resolve(path);
            Files.createDirectories(target.getParent());
            move(file, target);
        }
        return true;
    }

    /** A hard link cannot replace a file that exists, which a rename would do without a word. */
    private static void move(Path file, Path target) throws IOException {
        for (int i = 0; i < MOST_NAMES; i++) {
            Path name = i == 0 ? target : target.resolveSibling(target.getFileName() + "." + i);
            if (!Files.exists(name, LinkOption.NOFOLLOW_LINKS)) {
                place(file, name);
                return;
            }
            if (Files.isSameFile(name, file)) { // a move that ended half-way
                Files.delete(file);
                return;
            }
        }
        throw new IOException("the archive holds " + MOST_NAMES + " files of the name " + target.getFileName());
    }

    private static void place(Path file, Path name) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | FileSystemException e) {
            copy(file, name);
        }
        try {
            Files.delete(file);
        } catch (IOException e) {
            Files.deleteIfExists(name);
            throw e;
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
