package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names in the directory: {@code snapshot-<n>}, {@code journal-<n>} with the records after it, and what was set aside. */
record JournalFiles(Path directory, Disk disk) {
    static final String LOCK = "lock";
    private static final String CORRUPT = ".corrupt-";
    private static final String TEMPORARY = ".tmp";
    private static final Pattern SNAPSHOT = Pattern.compile(Snapshot.PREFIX + "(\\d{19})");
    private static final Pattern SEGMENT = Pattern.compile("journal-(\\d{19})");

    /** Creates the directory, for its owner only, where it is missing; one that exists keeps its permissions. */
    static JournalFiles in(Path directory, Disk disk) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (!Files.isDirectory(absolute) && parent != null) {
            Files.createDirectories(parent);
            if (absolute.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
                Files.createDirectory(absolute, ownerOnly);
            } else {
                Files.createDirectory(absolute);
            }
            disk.force(parent);
        }
        return new JournalFiles(absolute, disk);
    }

    Path snapshot(long generation) {
        return directory.resolve(String.format(Snapshot.PREFIX + "%019d", generation));
    }

    Path segment(long generation) {
        return directory.resolve(String.format("journal-%019d", generation));
    }

    Path temporary(Path file) {
        return directory.resolve(name(file) + TEMPORARY);
    }

    NavigableSet<Long> snapshots() throws IOException {
        return generations(SNAPSHOT);
    }

    NavigableSet<Long> segments() throws IOException {
        return generations(SEGMENT);
    }

    private NavigableSet<Long> generations(Pattern pattern) throws IOException {
        NavigableSet<Long> found = new TreeSet<>();
        for (String name : names()) {
            Matcher matcher = pattern.matcher(name);
            if (matcher.matches()) {
                found.add(Long.parseLong(matcher.group(1)));
            }
        }
        return found;
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(JournalFiles::name).toList();
        }
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    boolean anySetAside() throws IOException {
        return names().stream().anyMatch(name -> name.contains(CORRUPT));
    }

    void deleteTemporary() throws IOException {
        for (String name : names()) {
            if (name.endsWith(TEMPORARY)) {
                disk.delete(directory.resolve(name));
            }
        }
    }

    /**
     * Keeps a damaged file under a name of its own, durably. It stays under the old name as well until the recovered state lies
     * in a snapshot, so that a crash in between loses nothing that can still be read.
     *
     * @return the name
     */
    String keepAside(Path file) throws IOException {
        Path aside = file;
        for (int n = 1; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); n++) {
            aside = directory.resolve(name(file) + CORRUPT + n);
        }
        try {
            Files.createLink(aside, file);
        } catch (IOException | UnsupportedOperationException noHardLinks) {
            Files.copy(file, aside);
        }
        disk.force(directory);
        return name(aside);
    }

    /** Removes what is older than the last two snapshots. */
    void deleteOld() throws IOException {
        NavigableSet<Long> snapshots = snapshots();
        Long previous = snapshots.lower(snapshots.last());
        if (previous == null) {
            return;
        }
        for (long generation : snapshots.headSet(previous)) {
            disk.delete(snapshot(generation));
        }
        for (long generation : segments().headSet(previous)) {
            disk.delete(segment(generation));
        }
    }
}
