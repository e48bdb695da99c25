package dev.tocsin.source.directory;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Lists the names in the watched directory, one by one, so that a directory of millions takes no memory. */
final class Listing {
    /** Is shown the names. */
    interface Visitor {
        /** A directory is about to be listed. */
        void directory(Path directory);

        /**
         * Some names that are not hidden; whether they match, and what they stand for, was not looked at.
         *
         * @param paths relative to the watched directory, with {@code /} between their names; valid for the call
         * @return those that are not known for names of files: of these it is looked at whether they are directories
         */
        List<String> names(List<String> paths);
    }

    /** A name that the process' locale cannot express comes with this in the place of its bytes. */
    static final String UNREADABLE = "\uFFFD";

    /** Names are shown so many at a time. */
    private static final int AT_ONCE = 64;

    private final Path directory;
    private final List<PathMatcher> patterns;
    private final boolean recursive;

    Listing(Path directory, List<String> patterns, boolean recursive) {
        this.directory = directory;
        this.patterns = patterns.stream()
                .map(pattern -> FileSystems.getDefault().getPathMatcher("glob:" + pattern))
                .toList();
        this.recursive = recursive;
    }

    /**
     * Shows all names that are not hidden.
     *
     * @throws IOException where the directory is missing or cannot be listed
     */
    void visit(Visitor visitor) throws IOException {
        Path root = directory.toRealPath();
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(directory.toString());
        }
        Deque<String> below = new ArrayDeque<>();
        list(root, "", below, visitor);
        for (String prefix = below.poll(); prefix != null; prefix = below.poll()) {
            try {
                list(root.resolve(prefix), prefix, below, visitor);
            } catch (IOException e) {
                // vanished since it was listed, or a directory that is not ours to see
                visitor.directory(root.resolve(prefix));
            }
        }
    }

    private void list(Path listed, String prefix, Deque<String> below, Visitor visitor) throws IOException {
        visitor.directory(listed);
        List<String> some = new ArrayList<>(AT_ONCE);
        try (DirectoryStream<Path> names = Files.newDirectoryStream(listed)) {
            for (Path path : names) {
                String text = path.toString(); // its last name by itself would cost another path
                String name = text.substring(text.lastIndexOf('/') + 1);
                if (!hidden(name)) {
                    some.add(prefix.isEmpty() ? name : prefix + name);
                    if (some.size() == AT_ONCE) {
                        show(some, below, visitor);
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        show(some, below, visitor);
    }

    private void show(List<String> paths, Deque<String> below, Visitor visitor) {
        for (String path : visitor.names(paths)) {
            if (recursive
                    && !path.contains(UNREADABLE)
                    && Files.isDirectory(directory.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
                below.add(path + "/");
            }
        }
        paths.clear();
    }

    /** Whether files of this path are to be read, by their names alone. */
    boolean matches(String path) {
        int last = path.lastIndexOf('/');
        if (last >= 0 && !recursive) {
            return false;
        }
        for (int at = 0; at <= last; at = path.indexOf('/', at) + 1) {
            if (hidden(path.substring(at))) {
                return false;
            }
        }
        String name = path.substring(last + 1);
        Path asPath = Path.of(name.replace(UNREADABLE, "?"));
        return !hidden(name) && patterns.stream().anyMatch(pattern -> pattern.matches(asPath));
    }

    static boolean hidden(String name) {
        return name.startsWith(".") || name.startsWith("_");
    }
}
