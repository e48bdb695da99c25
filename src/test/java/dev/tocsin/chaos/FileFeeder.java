package dev.tocsin.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Drops files into the directory: whole by a rename, or slowly as by a copy that is cut anywhere; some compressed. On demand
 * also takes files away, renames them and puts others into their place, at once, while they may be being read.
 */
final class FileFeeder {
    /** Enough for each owner of a part of the ledger to have one. */
    private static final int BARRIERS = 24;

    private static final long MILLIS_BETWEEN_STEPS = 120;
    private static final long MILLIS_BETWEEN_REPLACEMENTS = 2;
    private static final int LINES_OF_REPLACEMENT = 25;
    private static final int SMALL = 200;
    private static final int LARGE = 20_000;
    private static final int MOST_GROWING = 4;
    /** Files are changed while they are young: they may just be being read. */
    private static final int RECENT = 5;

    /** A file as it was written. Growing: {@code written} bytes of {@code content} so far. */
    private static final class Drop {
        final String name;
        final String source;
        final int lines;
        /** Let go when it is written. */
        byte[] content;

        final Strand strand = new Strand();
        int written;

        Drop(String name, String source, int lines, byte[] content) {
            this.name = name;
            this.source = source;
            this.lines = lines;
            this.content = content;
        }
    }

    private final long seed;
    private final Path directory;
    private final boolean changing;
    private final SplittableRandom random;
    private final List<Strand> strands = new ArrayList<>();
    private final List<Drop> growing = new ArrayList<>();
    /** Files that are there, whole. */
    private final List<Drop> present = new ArrayList<>();

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private @Nullable Exception failure;
    private int next;
    private int barriers;
    private int replacements;
    private @Nullable Drop replaced;

    /** @param changing whether files are also renamed, replaced and removed */
    FileFeeder(long seed, Path directory, boolean changing) {
        this.seed = seed;
        this.directory = directory;
        this.changing = changing;
        this.random = new SplittableRandom(seed + 1);
    }

    void start() {
        var unused = clock.scheduleAtFixedRate(
                this::tick, 0, changing ? MILLIS_BETWEEN_STEPS / 3 : MILLIS_BETWEEN_STEPS, TimeUnit.MILLISECONDS);
    }

    /** Also puts one file after the other into the place of one name, faster than anybody can read them. */
    void startReplacing() {
        var unused =
                clock.scheduleAtFixedRate(this::tickReplacing, 0, MILLIS_BETWEEN_REPLACEMENTS, TimeUnit.MILLISECONDS);
    }

    private synchronized void tickReplacing() {
        try {
            Drop before = replaced;
            if (before != null) {
                before.strand.mayEndEarly();
            }
            Drop drop = file("busy.json", "r" + replacements++, LINES_OF_REPLACEMENT);
            rename(drop);
            replaced = drop;
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private void tick() {
        try {
            step();
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private synchronized void step() throws IOException {
        int dice = random.nextInt(10);
        if (changing && dice < 4 && present.size() > RECENT) {
            change(present.remove(present.size() - 1 - random.nextInt(RECENT)));
        } else if (dice < 7 && !growing.isEmpty()) {
            grow(growing.get(random.nextInt(growing.size())));
        } else if (dice == 9 && growing.size() < MOST_GROWING) {
            growing.add(newFile());
        } else {
            rename(newFile());
        }
    }

    private Drop newFile() throws IOException {
        int id = next++;
        return file("f" + id + (random.nextInt(4) == 0 ? ".json.gz" : ".json"));
    }

    private Drop file(String name) throws IOException {
        String source = "f" + next++;
        int lines = random.nextInt(20) == 0 ? 1 + random.nextInt(LARGE) : 20 + random.nextInt(SMALL);
        return file(name, source, lines);
    }

    private Drop file(String name, String source, int lines) throws IOException {
        StringBuilder text = new StringBuilder(lines * 90);
        Strand strand = new Strand();
        for (int number = 1; number <= lines; number++) {
            Line line = Line.of(seed, source, number);
            strand.add(line, name + ":" + number);
            boolean ended = number < lines || line.kind() != Line.Kind.ALERT; // so some last line has no newline
            text.append(line.text()).append(ended ? "\n" : "");
        }
        byte[] content = text.toString().getBytes(UTF_8);
        Drop drop = new Drop(name, source, lines, name.endsWith(".gz") ? gzip(content) : content);
        drop.strand.alerts().addAll(strand.alerts());
        drop.strand.rejects().addAll(strand.rejects());
        strands.add(drop.strand);
        return drop;
    }

    /** Whole at once, over any file of that name. */
    private void rename(Drop drop) throws IOException {
        Path hidden = directory.resolve("." + drop.name);
        Files.write(hidden, drop.content);
        Files.move(hidden, directory.resolve(drop.name), StandardCopyOption.ATOMIC_MOVE);
        complete(drop);
    }

    private void complete(Drop drop) {
        drop.content = new byte[0];
        if (changing) {
            present.add(drop);
        }
    }

    private void grow(Drop drop) throws IOException {
        int left = drop.content.length - drop.written;
        int bytes = Math.min(left, 1 + random.nextInt(1 + drop.content.length / 3));
        append(drop, bytes);
    }

    private void append(Drop drop, int bytes) throws IOException {
        Files.write(
                directory.resolve(drop.name),
                Arrays.copyOfRange(drop.content, drop.written, drop.written + bytes),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
        drop.written += bytes;
        if (drop.written == drop.content.length) {
            growing.remove(drop);
            complete(drop);
        }
    }

    private void change(Drop drop) throws IOException {
        drop.strand.mayEndEarly();
        switch (random.nextInt(3)) {
            case 0 -> Files.delete(directory.resolve(drop.name));
            case 1 -> {
                String suffix = drop.name.endsWith(".gz") ? ".json.gz" : ".json";
                Drop renamed = file("f" + next++ + "-renamed" + suffix, drop.source, drop.lines);
                Files.move(directory.resolve(drop.name), directory.resolve(renamed.name));
                complete(renamed);
            }
            default -> rename(file(drop.name));
        }
    }

    /** Drops files of one hot reading, younger than all others. */
    synchronized List<Event> barrier() throws IOException {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < BARRIERS; i++) {
            String source = "b" + barriers++;
            while (Line.of(seed, source, 1).kind() != Line.Kind.ALERT) {
                source = "b" + barriers++;
            }
            Drop drop = file("barrier-" + source + ".json", source, 1);
            rename(drop);
            present.remove(drop);
            events.addAll(drop.strand.alerts());
        }
        return events;
    }

    /** Ends when all files that were begun are complete. */
    void stop() throws Exception {
        clock.shutdown();
        if (!clock.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new AssertionError("the feeder is stuck");
        }
        if (failure != null) {
            throw new AssertionError("a file could not be written", failure);
        }
        for (Drop drop : List.copyOf(growing)) {
            append(drop, drop.content.length - drop.written);
        }
    }

    void close() {
        clock.shutdownNow();
    }

    /** What must come of the files, one strand for each that ever was. */
    List<Strand> expected() {
        return strands;
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        }
        return bytes.toByteArray();
    }
}
