package dev.tocsin.source.directory;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lists the names in the watched directory that match. */
final class Listing {
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
     * Paths relative to the directory, with {@code /} between their names.
     *
     * @throws IOException where the directory is missing or cannot be listed
     */
    List<String> names() throws IOException {
        Path root = directory.toRealPath(); // a walk that begins at a link takes the link for a file
        if (!Files.isDirectory(root)) {
            throw new NotDirectoryException(directory.toString());
        }
        List<String> names = new ArrayList<>();
        Files.walkFileTree(root, Set.of(), recursive ? Integer.MAX_VALUE : 1, visitor(root, names));
        return names;
    }

    private FileVisitor<Path> visitor(Path root, List<String> names) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                return path.equals(root) || !hidden(path) ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                if (!attributes.isDirectory() && matches(path)) {
                    names.add(root.relativize(path).toString());
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path path, IOException e) throws IOException {
                if (path.equals(root)) {
                    throw e;
                }
                return FileVisitResult.CONTINUE; // vanished since it was listed, or a directory that is not ours to see
            }
        };
    }

    private boolean matches(Path path) {
        Path name = path.getFileName();
        return !hidden(path) && patterns.stream().anyMatch(pattern -> pattern.matches(name));
    }

    private static boolean hidden(Path path) {
        String name = path.getFileName().toString();
        return name.startsWith(".") || name.startsWith("_");
    }
}
