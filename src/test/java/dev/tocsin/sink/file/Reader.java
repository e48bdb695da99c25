package dev.tocsin.sink.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Somebody who reads the published files of a stream, in the order of their names, and may take them away. */
final class Reader {
    private final Path directory;
    private final String prefix;
    private final List<String> taken = new ArrayList<>();

    Reader(Path directory, String prefix) {
        this.directory = directory;
        this.prefix = prefix;
    }

    /** All lines seen so far, those of files taken away first. Throws if the last line of a file has no newline. */
    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>(taken);
        for (Path file : files()) {
            String content = Files.readString(file);
            if (!content.endsWith("\n")) {
                throw new AssertionError("half a line in " + file + ": " + content);
            }
            lines.addAll(content.lines().toList());
        }
        return lines;
    }

    void takeAll() throws IOException {
        List<String> lines = lines();
        taken.clear();
        taken.addAll(lines);
        for (Path file : files()) {
            Files.delete(file);
        }
    }

    List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix + "-"))
                    .sorted()
                    .toList();
        }
    }

    List<String> names() throws IOException {
        return files().stream().map(file -> file.getFileName().toString()).toList();
    }
}
