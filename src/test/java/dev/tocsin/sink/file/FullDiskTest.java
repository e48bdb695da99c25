package dev.tocsin.sink.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tocsin.delivery.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real full disk, a small tmpfs. Skipped where none can be mounted. */
class FullDiskTest {
    @TempDir
    Path disk;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=256k", "tocsin-test", disk.toString());
        assumeThat(mounted).isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", disk.toString())).isTrue();
        }
    }

    @Test
    void aFullDiskStopsTheLinesUntilThereIsRoomAndLosesNone() throws IOException {
        List<String> expected = new ArrayList<>();
        int failures = 0;
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[100_000]);
        try (Journal journal = Journal.open(disk.resolve("checkpoint"));
                RollingLines lines = RollingLines.open(disk.resolve("out"), "alerts", null, false)) {
            while (expected.size() < 60) {
                String line = "line " + expected.size() + "x".repeat(3000);
                try {
                    lines.append(line.getBytes(UTF_8));
                    StreamState state = lines.flush();
                    journal.commit(Map.of("alerts", state.encode(), "padding", new byte[500]));
                    lines.committed(state);
                    expected.add(line);
                } catch (IOException full) {
                    failures++;
                    journal.settle();
                    lines.rollback();
                    if (failures == 5) {
                        Files.delete(ballast);
                    }
                }
            }
            lines.publish();
        }
        assertThat(failures).isEqualTo(5);
        assertThat(new Reader(disk.resolve("out"), "alerts").lines()).isEqualTo(expected);
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchCommand) {
            return false;
        }
    }
}
