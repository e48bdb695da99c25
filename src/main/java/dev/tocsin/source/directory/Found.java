package dev.tocsin.source.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/**
 * A file as it was seen.
 *
 * @param path relative to the watched directory, with {@code /} between its names
 * @param kind what the name stands for
 * @param size in bytes
 * @param modified milliseconds since the epoch
 */
record Found(String path, Kind kind, long inode, long size, long modified) {
    /** What a name stands for. */
    enum Kind {
        REGULAR,
        DIRECTORY,
        /** A link, a device, a pipe. */
        OTHER
    }

    /** @throws IOException where it cannot be looked at, or is gone */
    static Found look(Path directory, String path) throws IOException {
        Map<String, Object> attributes = Files.readAttributes(
                directory.resolve(path),
                "unix:ino,size,lastModifiedTime,isRegularFile,isDirectory",
                LinkOption.NOFOLLOW_LINKS);
        return new Found(
                path,
                kind(attributes),
                (Long) asked(attributes, "ino"),
                (Long) asked(attributes, "size"),
                ((FileTime) asked(attributes, "lastModifiedTime")).toMillis());
    }

    private static Kind kind(Map<String, Object> attributes) {
        if ((Boolean) asked(attributes, "isRegularFile")) {
            return Kind.REGULAR;
        }
        return (Boolean) asked(attributes, "isDirectory") ? Kind.DIRECTORY : Kind.OTHER;
    }

    boolean regular() {
        return kind == Kind.REGULAR;
    }

    /** The same file, of which only so many bytes are to be seen. */
    Found upTo(long bytes) {
        return new Found(path, kind, inode, bytes, modified);
    }

    private static Object asked(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name), name);
    }

    /** Whether the file looks as it did when it was last read. */
    boolean unchangedSince(FileState state) {
        return inode == state.inode() && size == state.size() && modified == state.modified();
    }
}
