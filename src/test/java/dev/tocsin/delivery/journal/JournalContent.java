package dev.tocsin.delivery.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the journal's tests share: values as text, and directories as they are after a crash. */
final class JournalContent {
    private JournalContent() {}

    static Map<String, byte[]> put(String... keysAndValues) {
        Map<String, byte[]> changes = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            String value = keysAndValues[i + 1];
            changes.put(keysAndValues[i], value == null ? null : value.getBytes(UTF_8));
        }
        return changes;
    }

    static Map<String, String> of(Journal journal) throws IOException {
        Map<String, String> content = new TreeMap<>();
        journal.forEach((key, value) -> content.put(key, new String(value, UTF_8)));
        return content;
    }

    /** All but the lock: opening that here would drop it. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        for (Path file : list(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
    }

    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.endsWith("lock")).sorted().toList();
        }
    }

    static List<String> names(Path directory) throws IOException {
        return list(directory).stream()
                .map(file -> file.getFileName().toString())
                .toList();
    }

    static String name(String kind, long generation) {
        return String.format("%s-%019d", kind, generation);
    }

    static Path file(Path directory, String kind, long generation) {
        return directory.resolve(name(kind, generation));
    }

    static void flip(Path file, int offset, int bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= (byte) (1 << bit);
        Files.write(file, bytes);
    }
}
