package dev.tocsin.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Published files of alerts and rejects, read again and again while they are written: what was seen once must stay as it is, and
 * what is new must come behind it.
 */
final class FileOutput implements Output {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long NANOS_BETWEEN_LOOKS = 20_000_000;

    private record Seen(long size, int hash) {}

    private final Path directory;
    private final List<Found> alerts = new ArrayList<>();
    private final List<Found> rejects = new ArrayList<>();
    private final Map<Path, Seen> seen = new HashMap<>();
    private final Map<Path, String> newest = new HashMap<>();
    private final Thread reader = new Thread(this::run, "reader of published files");
    private volatile boolean closed;
    private volatile String takenBack = "";

    FileOutput(Path directory) {
        this.directory = directory;
        reader.start();
    }

    private void run() {
        while (!closed) {
            try {
                read();
            } catch (RuntimeException e) {
                takenBack = e.toString();
            }
            LockSupport.parkNanos(NANOS_BETWEEN_LOOKS);
        }
    }

    /** Says what a reader saw being taken back; empty as it should be. */
    String takenBack() {
        return takenBack;
    }

    /** Looks at everything once more, and at every byte. */
    synchronized void verify() {
        read();
        seen.forEach((file, before) -> {
            if (content(file).hashCode() != before.hash()) {
                takenBack = file + " has changed after it was published";
            }
        });
    }

    private synchronized void read() {
        for (Path file : published(directory)) {
            look(file, alerts, FileOutput::alert);
        }
        for (Path file : published(directory.resolve("_rejects"))) {
            look(file, rejects, FileOutput::reject);
        }
        for (Path file : seen.keySet()) {
            if (!Files.exists(file)) {
                takenBack = file + " has vanished";
            }
        }
    }

    private void look(Path file, List<Found> into, Function<String, Found> parser) {
        Seen before = seen.get(file);
        if (before != null) {
            if (file.toFile().length() != before.size()) {
                takenBack = file + " has another length than when it was published";
            }
            return;
        }
        long size = file.toFile().length();
        String content = content(file);
        seen.put(file, new Seen(size, content.hashCode()));
        String name = file.getFileName().toString();
        String last = newest.put(file.getParent(), name);
        if (last != null && last.compareTo(name) > 0) {
            takenBack = name + " came behind " + last;
        }
        if (!content.isEmpty() && !content.endsWith("\n")) {
            takenBack = file + " ends within a line";
        }
        content.lines().map(parser).forEach(into::add);
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In the order of their names, which is that of their lines. */
    private static List<Path> published(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("[a-z]+-\\d+\\.json"))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Found alert(String line) {
        JsonNode json = parse(line);
        String value = line.substring(0, line.indexOf(",\"id\":")) + "}";
        return new Found(
                new Event(json.path("origin").asText(), value), json.path("id").asText(), 0);
    }

    private static Found reject(String line) {
        JsonNode json = parse(line);
        try {
            String value = new String(json.path("bytes").binaryValue(), UTF_8);
            return new Found(new Event(json.path("origin").asText(), value), "", 0);
        } catch (IOException e) {
            throw new UncheckedIOException(line, e);
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("not a line of a published file: " + line, e);
        }
    }

    @Override
    public synchronized List<Found> alerts() {
        return List.copyOf(alerts);
    }

    @Override
    public synchronized List<Found> rejects() {
        return List.copyOf(rejects);
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
