package dev.tocsin.sink.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.delivery.journal.FaultyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** A directory, a program that may crash in it, and a reader of each stream who never forgets. */
final class World implements AutoCloseable {
    static final int LINES = 12;

    enum Kind {
        CHUNK,
        PUBLISH,
        NOTE,
        TAKE,
        REOPEN
    }

    enum Fault {
        NONE,
        ONCE,
        /** The commit and its own attempt to take itself back. */
        TWICE,
        CRASH
    }

    /** @param at number of disk operations that work before the fault */
    record Step(Kind kind, int count, Fault fault, int at) {}

    final FaultyDisk disk = new FaultyDisk();
    private final Path root;
    private final AtomicLong clock = new AtomicLong();
    private final List<Reader> readers;
    private final List<List<String>> views;
    private final boolean taking;
    private Program program;

    World(boolean taking) throws IOException {
        this.taking = taking;
        root = Files.createTempDirectory("tocsin-world");
        Path out = Files.createDirectory(root.resolve("out"));
        readers = List.of(new Reader(out, "alerts"), new Reader(out, "rejects"));
        views = new ArrayList<>(List.of(List.of(), List.of()));
    }

    /** Takes all the input in chunks, publishing after every second one. */
    void run() throws IOException {
        try (Program started = new Program(root, clock, disk)) {
            while (started.committedPosition() < LINES) {
                started.chunk(3);
                clock.addAndGet(RollingLines.ROLL_NANOS / 2);
                started.publishDue();
                if (taking) {
                    takeAll();
                }
            }
            clock.addAndGet(RollingLines.ROLL_NANOS);
            started.publishDue();
            started.note();
        }
    }

    boolean runsUntilItCrashes() throws IOException {
        try {
            run();
            return false;
        } catch (IOException crash) {
            assertThat(crash).hasMessageContaining("No space left");
            if (taking) {
                takeAll();
            }
            return true;
        }
    }

    void take(Step step) throws IOException {
        if (step.fault() == Fault.ONCE) {
            disk.failOnceAfter(step.at());
        } else if (step.fault() == Fault.TWICE) {
            disk.failAfter(step.at(), 2);
        } else if (step.fault() == Fault.CRASH) {
            disk.dieAfter(step.at());
        }
        try {
            act(step);
            if (step.fault() == Fault.CRASH) {
                crash();
            }
        } catch (IOException failure) {
            assertThat(failure).hasMessageContaining("No space left");
            recover(step.fault());
        }
        disk.heal();
    }

    private void act(Step step) throws IOException {
        if (program == null) {
            program = new Program(root, clock, disk);
        }
        switch (step.kind()) {
            case CHUNK -> program.chunk(step.count());
            case PUBLISH -> {
                clock.addAndGet(RollingLines.ROLL_NANOS);
                program.publishDue();
            }
            case NOTE -> program.note();
            case TAKE -> takeAll();
            case REOPEN -> {
                crash();
                program = new Program(root, clock, disk);
            }
        }
    }

    private void recover(Fault fault) throws IOException {
        if (fault == Fault.CRASH) {
            crash();
        } else if (program != null) {
            disk.heal();
            program.rollback();
        }
    }

    private void crash() throws IOException {
        if (program != null) {
            program.close();
            program = null;
        }
    }

    private void takeAll() throws IOException {
        for (Reader reader : readers) {
            reader.takeAll();
        }
    }

    void assertViewsGrow() throws IOException {
        for (int i = 0; i < readers.size(); i++) {
            List<String> lines = readers.get(i).lines();
            assertThat(lines).hasSizeGreaterThanOrEqualTo(views.get(i).size());
            assertThat(lines.subList(0, views.get(i).size())).isEqualTo(views.get(i));
            assertThat(lines).isEqualTo(expected(i, lines.size() * 2L));
            views.set(i, lines);
        }
    }

    /** A last restart publishes all that is committed. */
    void finish() throws IOException {
        crash();
        program = new Program(root, clock, disk);
        program.publishDue();
        assertComplete(program.committedPosition());
    }

    void assertComplete(long position) throws IOException {
        for (int i = 0; i < readers.size(); i++) {
            assertThat(readers.get(i).lines()).isEqualTo(expected(i, position));
        }
    }

    private static List<String> expected(int stream, long position) {
        return LongStream.range(0, position)
                .filter(number -> number % 2 == stream)
                .mapToObj(number -> "line " + number)
                .toList();
    }

    @Override
    public void close() throws IOException {
        crash();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
