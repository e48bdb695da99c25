package dev.tocsin.sink.file;

import dev.tocsin.delivery.journal.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of a stream in its directory: {@code _<prefix>-<n>.json} in progress, {@code <prefix>-<n>.json} published. */
record LineFiles(Path directory, String prefix, Disk disk) {
    static LineFiles in(Path directory, String prefix, Disk disk) throws IOException {
        if (!prefix.matches("[a-z][a-z0-9]*")) {
            throw new IllegalArgumentException("Not a prefix of file names: " + prefix);
        }
        Path absolute = directory.toAbsolutePath().normalize();
        Files.createDirectories(absolute);
        return new LineFiles(absolute, prefix, disk);
    }

    Path inProgress(long sequence) {
        return directory.resolve("_" + name(sequence));
    }

    Path published(long sequence) {
        return directory.resolve(name(sequence));
    }

    private String name(long sequence) {
        return String.format("%s-%020d.json", prefix, sequence);
    }

    String lockName() {
        return "_" + prefix + ".lock";
    }

    NavigableSet<Long> allInProgress() throws IOException {
        return sequences(Pattern.compile("_" + prefix + "-0(\\d{19})\\.json"));
    }

    NavigableSet<Long> allPublished() throws IOException {
        return sequences(Pattern.compile(prefix + "-0(\\d{19})\\.json"));
    }

    private NavigableSet<Long> sequences(Pattern pattern) throws IOException {
        NavigableSet<Long> found = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> {
                Matcher matcher = pattern.matcher(String.valueOf(file.getFileName()));
                if (matcher.matches()) {
                    found.add(Long.parseLong(matcher.group(1)));
                }
            });
        }
        return found;
    }

    /** Opens the file in progress for writing; creates it if it is missing. */
    FileChannel create(long sequence) throws IOException {
        return disk.open(inProgress(sequence), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    /** Opens the file in progress for writing; fails if it is missing. */
    FileChannel reopen(long sequence) throws IOException {
        return disk.open(inProgress(sequence), Set.of(StandardOpenOption.WRITE));
    }

    /**
     * Gives the file in progress its final name, never over another file. Looking first is enough: the lock keeps other
     * instances out, and a rename, unlike a link and an unlink, leaves no instant at which a crash makes the step ambiguous.
     */
    void publish(long sequence) throws IOException {
        Path target = published(sequence);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSinkException("Cannot publish " + inProgress(sequence) + ": " + target
                    + " exists already with other content; move one of them away");
        }
        disk.rename(inProgress(sequence), target);
    }

    void force() throws IOException {
        disk.force(directory);
    }
}
