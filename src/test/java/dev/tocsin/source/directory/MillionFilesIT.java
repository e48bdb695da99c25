package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look at a directory of a million known files costs, where nothing says that it can be spared. */
class MillionFilesIT {
    private static final int MILLION = 1_000_000;

    /** The compiler takes the first ones. */
    private static final int ROUNDS = 12;

    /** How much more CPU than reading the names alone; it is about a third more. */
    private static final int ALLOWED = 3;

    @TempDir
    Path directory;

    @Test
    void aScanForOneNewFileTakesLittleCpu() throws IOException {
        KnownFiles known = new KnownFiles(Settings.of(directory).build(), new JournalLedger(new MapOfEntries()));
        for (int i = 0; i < MILLION; i++) {
            String name = "data-2025-10-10-" + i + ".json";
            Files.createFile(directory.resolve(name));
            known.closed().put(name, known(name), FileLedger.NOWHERE);
        }
        Files.createFile(directory.resolve("new.json"));
        DirectoryScan scan = new DirectoryScan(
                Settings.of(directory).growthWindow(Duration.ZERO).build(),
                known,
                path -> true,
                path -> {},
                path -> {});
        List<Duration> took = new ArrayList<>();
        List<Duration> floor = new ArrayList<>();

        for (int i = 0; i < ROUNDS; i++) {
            long begun = cpu();
            assertThat(names()).isEqualTo(MILLION + 1);
            floor.add(Duration.ofNanos(cpu() - begun));
            long before = cpu();
            Look look = scan.list(1);
            took.add(Duration.ofNanos(cpu() - before));
            assertThat(look.toRead()).extracting(file -> file.found().path()).containsExactly("new.json");
        }

        Duration best = Collections.min(took);
        System.out.printf("scan of %d known files: CPU %s; of their names alone: %s%n", MILLION, took, floor);
        assertThat(best).isLessThan(Collections.min(floor).multipliedBy(ALLOWED));
    }

    private FileState known(String name) throws IOException {
        return FileIdentity.generation(Found.look(directory, name)).in(FileState.Phase.DONE);
    }

    /** What any look at the directory costs at least. */
    private int names() throws IOException {
        int names = 0;
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory)) {
            for (Path path : paths) {
                names += path.getFileName().toString().isEmpty() ? 0 : 1;
            }
        }
        return names;
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
