package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look at a directory of a million known files costs, where nothing says that it can be spared. */
class MillionFilesIT {
    private static final int MILLION = 1_000_000;

    /** The aim is half a second; a busy machine needs more CPU for the same, so the test allows for that. */
    private static final Duration ALLOWED = Duration.ofMillis(1_000);

    @TempDir
    Path directory;

    @Test
    void aScanForOneNewFileTakesLittleCpu() throws IOException {
        KnownFiles known =
                new KnownFiles(Settings.of(directory).build(), new JournalLedger(new MapOfEntries()));
        for (int i = 0; i < MILLION; i++) {
            String name = "data-2025-10-10-" + i + ".json";
            Files.createFile(directory.resolve(name));
            known.closed().put(name, known(name), FileLedger.NOWHERE);
        }
        Files.createFile(directory.resolve("new.json"));
        DirectoryScan scan = new DirectoryScan(
                Settings.of(directory).growthWindow(Duration.ZERO).build(), known, path -> true, path -> {}, path -> {});
        List<Duration> took = new ArrayList<>();

        for (int i = 0; i < 5; i++) {
            long before = cpu();
            Look look = scan.list(1);
            took.add(Duration.ofNanos(cpu() - before));
            assertThat(look.toRead()).extracting(file -> file.found().path()).containsExactly("new.json");
        }

        Duration best = took.stream().min(Duration::compareTo).orElseThrow();
        System.out.printf("scan of %d known files: CPU %s, best %s%n", MILLION, took, best);
        assertThat(best).isLessThan(ALLOWED);
    }

    private FileState known(String name) throws IOException {
        return FileIdentity.generation(Found.look(directory, name)).in(FileState.Phase.DONE);
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
