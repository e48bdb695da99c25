package dev.tocsin.delivery.journal;

import static dev.tocsin.delivery.journal.JournalContent.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    Path temporary;

    @Test
    void aNewJournalIsEmptyAndItsDirectoryIsForItsOwnerOnly() throws IOException {
        Path directory = temporary.resolve("a/b");
        try (Journal journal = Journal.open(directory)) {
            assertThat(JournalContent.of(journal)).isEmpty();
            assertThat(journal.get("k")).isNull();
            assertThat(journal.recovery().snapshot()).isNull();
            assertThat(journal.recovery().clean()).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
            for (Path file : JournalContent.list(directory)) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void whatWasCommittedIsThereAfterAReopening() throws IOException {
        try (Journal journal = Journal.open(temporary)) {
            journal.commit(put("a", "1", "b", "2", "", "empty key"));
            journal.commit(put("a", "3", "b", null, "none", null, "c", ""));
        }
        try (Journal journal = Journal.open(temporary)) {
            assertThat(JournalContent.of(journal)).isEqualTo(Map.of("a", "3", "c", "", "", "empty key"));
            assertThat(journal.recovery().clean()).isTrue();
            assertThat(journal.recovery().entries()).isEqualTo(3);
            assertThat(journal.recovery().describe())
                    .isEqualTo("journal recovered from snapshot-0000000000000000001, 3 entries");
        }
    }

    @Test
    void everyStringIsAKey() throws IOException {
        String[] keys = {"\0", "ä", "€", "\uD83D\uDD14", "\uD83D", "\uDD14", "?"};
        try (Journal journal = Journal.open(temporary)) {
            for (String key : keys) {
                journal.commit(put(key, "value of " + key.codePointAt(0)));
            }
        }
        try (Journal journal = Journal.open(temporary)) {
            for (String key : keys) {
                assertThat(journal.get(key)).asString().isEqualTo("value of " + key.codePointAt(0));
            }
        }
    }

    @Test
    void callersCannotChangeWhatWasCommitted() throws IOException {
        try (Journal journal = Journal.open(temporary)) {
            byte[] value = {1};
            journal.commit(Map.of("k", value));
            value[0] = 2;
            journal.get("k")[0] = 3;
            journal.forEach((key, seen) -> seen[0] = 4);
            assertThat(journal.get("k")).containsExactly(1);
        }
    }

    @Test
    void theLongestPathThereCanBeIsAKey() throws IOException {
        String ofFourByteCharacters = "\uD83D\uDD14".repeat(1023);
        String ofUndecodableBytes = "\uFFFD".repeat(4095);
        try (Journal journal = Journal.open(temporary)) {
            journal.commit(put("file/" + ofFourByteCharacters, "1", "file/" + ofUndecodableBytes, "2"));
        }
        try (Journal journal = Journal.open(temporary)) {
            assertThat(JournalContent.of(journal))
                    .isEqualTo(Map.of("file/" + ofFourByteCharacters, "1", "file/" + ofUndecodableBytes, "2"));
        }
    }

    @Test
    void whatIsTooLargeIsRefusedAndChangesNothing() throws IOException {
        try (Journal journal = Journal.open(temporary)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> journal.commit(put("ok", "1", "k".repeat(16 * 1024 + 1), "1")));
            assertThatIllegalArgumentException().isThrownBy(() -> journal.commit(put("€".repeat(5462), "1")));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> journal.commit(Map.of("k", new byte[1024 * 1024 + 1])));
            assertThat(JournalContent.of(journal)).isEmpty();
            assertThatCode(() -> journal.commit(Map.of("k".repeat(16 * 1024), new byte[1024 * 1024])))
                    .doesNotThrowAnyException();
        }
        try (Journal journal = Journal.open(temporary)) {
            assertThat(journal.recovery().entries()).isEqualTo(1);
        }
    }

    @Test
    void aClosedJournalCommitsNothing() throws IOException {
        Journal journal = Journal.open(temporary);
        journal.close();
        journal.close();
        assertThatIllegalStateException().isThrownBy(() -> journal.commit(put("a", "1")));
    }

    @Test
    void aCommitIsForcedBeforeItReturns() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (Journal journal = disk.journal(temporary, 1000)) {
            disk.operations().clear();
            journal.commit(put("a", "1"));
            assertThat(disk.operations())
                    .containsExactly("write journal-0000000000000000001", "force journal-0000000000000000001");
        }
    }

    @Test
    void aSnapshotGetsItsNameWhenItAndTheNextSegmentAreDurable() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (Journal journal = disk.journal(temporary, 0)) {
            disk.operations().clear();
            journal.commit(put("a", "1"));
            String snapshot = "snapshot-0000000000000000002";
            String segment = "journal-0000000000000000002";
            assertThat(disk.operations())
                    .containsSubsequence("write " + snapshot + ".tmp", "force " + snapshot + ".tmp")
                    .containsSubsequence("write " + segment, "force " + segment, "rename " + snapshot)
                    .containsSubsequence(
                            "force " + snapshot + ".tmp",
                            "force directory " + temporary.getFileName(),
                            "rename " + snapshot,
                            "force directory " + temporary.getFileName(),
                            "write " + segment);
        }
    }

    @Test
    void theFilesStayBounded() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        long limit = 1000;
        try (Journal journal = disk.journal(temporary, limit)) {
            for (int i = 0; i < 2000; i++) {
                journal.commit(put("key-" + i % 10, "value-" + i));
            }
            assertThat(JournalContent.list(temporary)).hasSize(4);
            for (Path file : JournalContent.list(temporary)) {
                assertThat(Files.size(file)).isLessThan(limit + 100);
            }
        }
        try (Journal journal = disk.journal(temporary, limit)) {
            assertThat(JournalContent.of(journal))
                    .hasSize(10)
                    .containsEntry("key-0", "value-1990")
                    .containsEntry("key-9", "value-1999");
            assertThat(journal.recovery().clean()).isTrue();
        }
    }

    @Test
    void muchLiveDataIsNotWrittenAgainAndAgain() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        try (Journal journal = disk.journal(temporary, 1000)) {
            for (int i = 0; i < 1000; i++) {
                journal.commit(put("key-" + i, "x".repeat(200)));
            }
        }
        assertThat(disk.operations().stream().filter(step -> step.startsWith("rename")))
                .hasSize(1);
    }

    @Test
    void aSnapshotOfManyPartsIsReadBack() throws IOException {
        FaultyDisk disk = new FaultyDisk();
        Map<String, String> expected;
        try (Journal journal = disk.journal(temporary, 1000)) {
            for (int i = 0; i < 500; i++) {
                journal.commit(put("key-" + i, "x".repeat(1000)));
            }
            for (int i = 0; i < 600; i++) {
                journal.commit(put("key-" + i, i % 2 == 0 ? null : "y".repeat(1500)));
            }
            expected = JournalContent.of(journal);
        }
        try (Journal journal = disk.journal(temporary, 1000)) {
            assertThat(journal.recovery().snapshot()).isNotEqualTo("snapshot-0000000000000000001");
            assertThat(JournalContent.of(journal)).isEqualTo(expected);
        }
    }

    @Test
    void anInterruptFailsTheCommitAndNotTheJournal() throws IOException {
        try (Journal journal = Journal.open(temporary)) {
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(() -> journal.commit(put("a", "1"))).isInstanceOf(IOException.class);
                assertThatThrownBy(() -> journal.commit(put("a", "2"))).isInstanceOf(IOException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            journal.commit(put("a", "3"));
        }
        try (Journal journal = Journal.open(temporary)) {
            assertThat(JournalContent.of(journal)).isEqualTo(Map.of("a", "3"));
        }
    }
}
