package dev.tocsin.delivery.journal;

import static dev.tocsin.delivery.journal.JournalContent.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalLockTest {
    @TempDir
    Path directory;

    @Test
    void aSecondOpeningInTheSameProcessIsRefusedAndTheFirstGoesOn() throws Exception {
        try (Journal first = Journal.open(directory)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> Journal.open(directory))
                        .isInstanceOf(JournalLockedException.class)
                        .hasMessage("The checkpoint directory " + directory + " is in use by this process ("
                                + ProcessHandle.current().pid()
                                + "); without a Kafka sink one instance at a time may use it");
            }
            Path link =
                    Files.createSymbolicLink(directory.resolveSibling(directory.getFileName() + "-link"), directory);
            assertThatThrownBy(() -> Journal.open(link)).isInstanceOf(JournalLockedException.class);
            Files.delete(link);
            assertThat(firstLineOf(startHolder()))
                    .as("the refused openings have not dropped the lock")
                    .contains("is in use by process " + ProcessHandle.current().pid());
            first.commit(put("a", "1"));
        }
        try (Journal second = Journal.open(directory)) {
            assertThat(JournalContent.of(second)).containsEntry("a", "1");
        }
    }

    @Test
    void anotherProcessHoldsTheDirectoryUntilItIsKilled() throws Exception {
        Process holder = startHolder();
        try {
            assertThat(firstLineOf(holder)).startsWith("new journal");
            assertThatThrownBy(() -> Journal.open(directory))
                    .isInstanceOf(JournalLockedException.class)
                    .hasMessageContaining(directory + " is in use by process " + holder.pid());
        } finally {
            holder.destroyForcibly().waitFor();
        }
        try (Journal journal = Journal.open(directory)) {
            assertThat(journal.recovery().clean()).isTrue();
        }
    }

    @Test
    void aFailedStartGivesTheLockBack() throws IOException {
        Files.writeString(directory.resolve(JournalContent.name("snapshot", 1)), "garbage");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> Journal.open(directory)).isInstanceOf(JournalCorruptException.class);
        }
    }

    private Process startHolder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        directory.toString())
                .redirectErrorStream(true)
                .start();
    }

    private static String firstLineOf(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        return lines.readLine();
    }
}
