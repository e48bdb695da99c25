package dev.tocsin.delivery.journal;

import static dev.tocsin.delivery.journal.JournalContent.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that dies, or a disk that fails, at every operation in turn. */
class JournalCrashTest {
    private static final int COMMITS = 12;
    private static final long SEGMENT_BYTES = 100;

    @TempDir
    Path temporary;

    @Test
    void aCrashAtAnyStepLeavesAllCommitsOrAllButTheLast() throws IOException {
        int steps = stepsOfARun(temporary.resolve("whole"));
        assertThat(steps).isGreaterThan(60);
        for (int n = 0; n < steps; n++) {
            Path directory = temporary.resolve("crash-" + n);
            FaultyDisk disk = new FaultyDisk();
            disk.dieAfter(n);
            int committed = commitUntilItFails(disk, directory);
            try (Journal journal = Journal.open(directory, SEGMENT_BYTES, Disk.SHARED)) {
                assertThat(committed(journal)).as("crash after %d", n).isBetween(committed, committed + 1);
                assertThat(journal.recovery().damages()).isEmpty();
            }
        }
    }

    @Test
    void anyNumberOfCrashesDuringTheFirstStartLeavesANewJournal() throws IOException {
        int steps = stepsOfAnOpening(temporary.resolve("empty"));
        for (int n = 0; n < steps * steps; n++) {
            Path directory = temporary.resolve("crash-" + n);
            for (int step : new int[] {n / steps, n % steps, n / steps}) {
                FaultyDisk disk = new FaultyDisk();
                disk.dieAfter(step);
                try (Journal journal = disk.journal(directory, SEGMENT_BYTES)) {
                    assertThat(committed(journal)).isZero();
                } catch (IOException crashed) {
                    assertThat(crashed).hasMessageContaining("No space left");
                }
            }
            assertReopens(directory, 0);
        }
    }

    @Test
    void aCrashDuringTheRecoveryFromDamageLosesNothingMore() throws IOException {
        Path original = temporary.resolve("original");
        try (Journal journal = new FaultyDisk().journal(original, Long.MAX_VALUE)) {
            for (int i = 1; i <= 3; i++) {
                journal.commit(put("n", "" + i, "m", "" + i));
            }
        }
        JournalContent.flip(JournalContent.file(original, "journal", 1), 70, 0);
        for (int n = 0; n < 20; n++) {
            Path directory = temporary.resolve("crash-" + n);
            JournalContent.copy(original, directory);
            FaultyDisk disk = new FaultyDisk();
            disk.dieAfter(n);
            try (Journal journal = disk.journal(directory, SEGMENT_BYTES)) {
                assertThat(committed(journal)).isEqualTo(1);
            } catch (IOException crashed) {
                assertThat(crashed).hasMessageContaining("No space left");
            }
            disk.heal();
            try (Journal journal = disk.journal(directory, SEGMENT_BYTES)) {
                assertThat(committed(journal)).as("crash after %d", n).isEqualTo(1);
            }
            assertThat(JournalContent.names(directory)).contains(JournalContent.name("journal", 1) + ".corrupt-1");
        }
    }

    @Test
    void aDiskThatFailsOnceAtAnyStepLosesNoCommitAndMakesNone() throws IOException {
        int steps = stepsOfARun(temporary.resolve("whole"));
        int opening = stepsOfAnOpening(temporary.resolve("empty"));
        for (int n = 0; n < steps - opening; n++) {
            Path directory = temporary.resolve("fault-" + n);
            FaultyDisk disk = new FaultyDisk();
            int failures = 0;
            try (Journal journal = disk.journal(directory, SEGMENT_BYTES)) {
                disk.failOnceAfter(n);
                for (int i = 1; i <= COMMITS; ) {
                    try {
                        journal.commit(put("n", "" + i, "m", "" + i));
                        i++;
                    } catch (IOException e) {
                        failures++;
                        assertThat(committed(journal)).isEqualTo(i - 1);
                        Path copy = temporary.resolve("copy-" + n);
                        JournalContent.copy(directory, copy);
                        assertReopens(copy, i - 1);
                    }
                }
            }
            assertThat(failures).as("fault after %d", n).isEqualTo(1);
            assertReopens(directory, COMMITS);
        }
    }

    @Test
    void aDiskThatStaysFullFailsEveryCommitUntilThereIsRoom() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (Journal journal = disk.journal(temporary, SEGMENT_BYTES)) {
            journal.commit(put("n", "1", "m", "1"));
            disk.dieAfter(0);
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> journal.commit(put("n", "2", "m", "2")))
                        .isInstanceOf(IOException.class);
                assertThatThrownBy(journal::settle).isInstanceOf(IOException.class);
            }
            assertThat(committed(journal)).isEqualTo(1);
            disk.heal();
            journal.settle();
            Path copy = temporary.resolve("copy");
            JournalContent.copy(temporary, copy);
            assertReopens(copy, 1);
            journal.commit(put("n", "2", "m", "2"));
        }
        assertReopens(temporary, 2);
    }

    private static void assertReopens(Path directory, int commits) throws IOException {
        try (Journal journal = Journal.open(directory, SEGMENT_BYTES, Disk.SHARED)) {
            assertThat(committed(journal)).isEqualTo(commits);
            assertThat(journal.recovery().clean()).isTrue();
        }
    }

    private static int stepsOfARun(Path directory) throws IOException {
        FaultyDisk disk = new FaultyDisk();
        assertThat(commitUntilItFails(disk, directory)).isEqualTo(COMMITS);
        return disk.operations().size();
    }

    private static int stepsOfAnOpening(Path directory) throws IOException {
        FaultyDisk disk = new FaultyDisk();
        disk.journal(directory, SEGMENT_BYTES).close();
        return disk.operations().size();
    }

    private static int commitUntilItFails(FaultyDisk disk, Path directory) {
        int committed = 0;
        try (Journal journal = disk.journal(directory, SEGMENT_BYTES)) {
            for (int i = 1; i <= COMMITS; i++) {
                journal.commit(put("n", "" + i, "m", "" + i));
                committed = i;
            }
        } catch (IOException crashed) {
            assertThat(crashed).hasMessageContaining("No space left");
        }
        return committed;
    }

    /** The number of the last commit; fails unless it is there whole. */
    private static int committed(Journal journal) throws IOException {
        Map<String, String> content = JournalContent.of(journal);
        assertThat(content.get("n")).isEqualTo(content.get("m"));
        return Integer.parseInt(content.getOrDefault("n", "0"));
    }
}
