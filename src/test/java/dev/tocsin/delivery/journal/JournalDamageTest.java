package dev.tocsin.delivery.journal;

import static dev.tocsin.delivery.journal.JournalContent.file;
import static dev.tocsin.delivery.journal.JournalContent.name;
import static dev.tocsin.delivery.journal.JournalContent.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are cut, changed or missing. */
class JournalDamageTest {
    private static final long NEVER = Long.MAX_VALUE;

    @TempDir
    Path temporary;

    private Path original;
    /** The content after each commit, the empty one first. */
    private final List<Map<String, String>> states = new ArrayList<>();
    /** Where the segment ended then. */
    private final List<Integer> ends = new ArrayList<>();

    /** Four commits in one segment. */
    @BeforeEach
    void commit() throws IOException {
        original = temporary.resolve("original");
        try (Journal journal = new FaultyDisk().journal(original, NEVER)) {
            note(journal);
            for (int i = 1; i <= 4; i++) {
                journal.commit(put("n", "" + i, "key-" + i, "value-" + i));
                note(journal);
            }
        }
    }

    private void note(Journal journal) throws IOException {
        states.add(JournalContent.of(journal));
        ends.add((int) Files.size(file(original, "journal", 1)));
    }

    @Test
    void aRecordTornAtAnyByteIsDroppedAndNamed() throws IOException {
        byte[] whole = Files.readAllBytes(file(original, "journal", 1));
        for (int length = ends.get(3); length <= whole.length; length++) {
            Path copy = copyWith("torn-" + length, file(original, "journal", 1), Arrays.copyOf(whole, length));
            boolean complete = length == whole.length;
            try (Journal journal = new FaultyDisk().journal(copy, NEVER)) {
                assertThat(JournalContent.of(journal)).isEqualTo(states.get(complete ? 4 : 3));
                Recovery recovery = journal.recovery();
                assertThat(recovery.droppedBytes()).isEqualTo(complete ? 0 : length - ends.get(3));
                assertThat(recovery.damages()).isEmpty();
                assertThat(recovery.commitsLost()).isFalse();
                if (!recovery.clean()) {
                    assertThat(recovery.tornFile()).isEqualTo(name("journal", 1));
                    assertThat(recovery.describe())
                            .endsWith("dropped a half-written record of " + recovery.droppedBytes()
                                    + " bytes at the end of " + name("journal", 1));
                }
                journal.commit(put("after", "x"));
            }
            assertThatItReopensClean(copy, "after");
        }
    }

    @Test
    void zerosAfterTheLastRecordAreATornRecord() throws IOException {
        byte[] longer = Arrays.copyOf(Files.readAllBytes(file(original, "journal", 1)), 5000);
        Path copy = copyWith("zeros", file(original, "journal", 1), longer);
        try (Journal journal = new FaultyDisk().journal(copy, NEVER)) {
            assertThat(JournalContent.of(journal)).isEqualTo(states.get(4));
            assertThat(journal.recovery().droppedBytes()).isEqualTo(5000 - ends.get(4));
            assertThat(journal.recovery().damages()).isEmpty();
        }
    }

    @Test
    void aFlippedBitInTheSegmentLeavesTheCommitsBeforeItAndIsReported() throws IOException {
        int size = ends.get(4);
        for (int offset = 0; offset < size; offset++) {
            Path copy = temporary.resolve("flip-" + offset);
            JournalContent.copy(original, copy);
            JournalContent.flip(file(copy, "journal", 1), offset, offset % 8);
            int good = 0;
            while (ends.get(good) <= offset) {
                good++;
            }
            int before = Math.max(0, good - 1);
            try (Journal journal = new FaultyDisk().journal(copy, NEVER)) {
                Recovery recovery = journal.recovery();
                assertThat(JournalContent.of(journal)).as("byte %d", offset).isEqualTo(states.get(before));
                if (good == 4) {
                    assertThat(recovery.droppedBytes()).isEqualTo(ends.get(4) - ends.get(3));
                } else {
                    assertThat(recovery.commitsLost()).isTrue();
                    assertThat(recovery.damages()).hasSize(1);
                    Recovery.Damage damage = recovery.damages().get(0);
                    assertThat(damage.file()).isEqualTo(name("journal", 1));
                    assertThat(damage.offset()).isEqualTo(good == 0 ? 0 : ends.get(good - 1));
                    assertThat(damage.setAsideAs()).isEqualTo(name("journal", 1) + ".corrupt-1");
                    assertThat(copy.resolve(damage.setAsideAs())).hasSize(size);
                }
                journal.commit(put("after", "x"));
            }
            assertThatItReopensClean(copy, "after");
        }
    }

    @Test
    void aFlippedBitInTheOnlySnapshotStopsTheStartAndChangesNoFile() throws IOException {
        int size = (int) Files.size(file(original, "snapshot", 1));
        for (int offset = 0; offset < size; offset++) {
            Path copy = temporary.resolve("flip-" + offset);
            JournalContent.copy(original, copy);
            JournalContent.flip(file(copy, "snapshot", 1), offset, offset % 8);
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(() -> new FaultyDisk().journal(copy, NEVER))
                        .isInstanceOf(JournalCorruptException.class)
                        .hasMessageContaining(copy.toString())
                        .hasMessageContaining(name("snapshot", 1) + " is damaged at byte 0")
                        .hasMessageNotContaining("\n");
            }
            assertThat(JournalContent.names(copy)).isEqualTo(JournalContent.names(original));
        }
    }

    @Test
    void aMissingSnapshotOrSegmentIsNoFreshStart() throws IOException {
        Path withoutSnapshot = temporary.resolve("without-snapshot");
        JournalContent.copy(original, withoutSnapshot);
        Files.delete(file(withoutSnapshot, "snapshot", 1));
        assertThatThrownBy(() -> new FaultyDisk().journal(withoutSnapshot, NEVER))
                .isInstanceOf(JournalCorruptException.class)
                .hasMessageContaining("it has no snapshot");

        Path withoutSegment = temporary.resolve("without-segment");
        JournalContent.copy(original, withoutSegment);
        Files.delete(file(withoutSegment, "journal", 1));
        try (Journal journal = new FaultyDisk().journal(withoutSegment, NEVER)) {
            assertThat(journal.recovery().commitsLost()).isTrue();
            assertThat(journal.recovery().describe())
                    .contains(name("journal", 1) + " is damaged at byte 0 (missing)")
                    .endsWith("the last commits are lost");
        }
    }

    @Test
    void whatIsOnlyThereAsSetAsideIsNoFreshStart() throws IOException {
        Path copy = temporary.resolve("copy");
        JournalContent.copy(original, copy);
        Files.delete(file(copy, "snapshot", 1));
        Files.move(file(copy, "journal", 1), copy.resolve(name("journal", 1) + ".corrupt-1"));
        assertThatThrownBy(() -> new FaultyDisk().journal(copy, NEVER)).isInstanceOf(JournalCorruptException.class);
    }

    @Test
    void theSecondDamagedFileOfANameIsKeptToo() throws IOException {
        Path copy = temporary.resolve("copy");
        JournalContent.copy(original, copy);
        Files.writeString(copy.resolve(name("journal", 1) + ".corrupt-1"), "former");
        JournalContent.flip(file(copy, "journal", 1), ends.get(1), 0);
        try (Journal journal = new FaultyDisk().journal(copy, NEVER)) {
            assertThat(journal.recovery().damages().get(0).setAsideAs()).isEqualTo(name("journal", 1) + ".corrupt-2");
        }
        assertThat(copy.resolve(name("journal", 1) + ".corrupt-1")).hasContent("former");
    }

    @Test
    void aDamagedNewestSnapshotCostsNothing() throws IOException {
        Path rolled = temporary.resolve("rolled");
        long newest = rollTwice(rolled);
        int size = (int) Files.size(file(rolled, "snapshot", newest));
        for (int offset = 0; offset < size; offset++) {
            Path copy = temporary.resolve("flip-" + offset);
            JournalContent.copy(rolled, copy);
            JournalContent.flip(file(copy, "snapshot", newest), offset, offset % 8);
            try (Journal journal = new FaultyDisk().journal(copy, NEVER)) {
                assertThat(JournalContent.of(journal)).isEqualTo(states.get(states.size() - 1));
                assertThat(journal.recovery().snapshot()).isEqualTo(name("snapshot", newest - 1));
                assertThat(journal.recovery().damages()).hasSize(1);
                assertThat(journal.recovery().commitsLost()).isFalse();
                journal.commit(put("after", "x"));
            }
            assertThat(JournalContent.names(copy)).contains(name("snapshot", newest) + ".corrupt-1");
            assertThatItReopensClean(copy, "after");
        }
    }

    @Test
    void aFlippedBitAnywhereIsNeverSilentAndNeverWrong() throws IOException {
        Path rolled = temporary.resolve("rolled");
        rollTwice(rolled);
        for (Path source : JournalContent.list(rolled)) {
            int size = (int) Files.size(source);
            for (int offset = 0; offset < size; offset += 7) {
                Path copy = temporary.resolve(source.getFileName() + "-" + offset);
                JournalContent.copy(rolled, copy);
                JournalContent.flip(copy.resolve(source.getFileName()), offset, (offset + 5) % 8);
                try (Journal journal = new FaultyDisk().journal(copy, NEVER)) {
                    Map<String, String> content = JournalContent.of(journal);
                    assertThat(states).contains(content);
                    assertThat(content.equals(states.get(states.size() - 1))
                                    || !journal.recovery().clean())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void aSegmentCutInTheMiddleOfTheChainIsDamage() throws IOException {
        Path rolled = temporary.resolve("rolled");
        long newest = rollTwice(rolled);
        JournalContent.flip(file(rolled, "snapshot", newest), 0, 0);
        byte[] segment = Files.readAllBytes(file(rolled, "journal", newest - 1));
        Files.write(file(rolled, "journal", newest - 1), Arrays.copyOf(segment, segment.length - 1));
        try (Journal journal = new FaultyDisk().journal(rolled, NEVER)) {
            assertThat(journal.recovery().commitsLost()).isTrue();
            assertThat(journal.recovery().damages())
                    .extracting(Recovery.Damage::file)
                    .containsExactly(name("snapshot", newest), name("journal", newest - 1), name("journal", newest));
            assertThat(states).contains(JournalContent.of(journal));
        }
    }

    @Test
    void garbageAfterManyRecordsIsTornAndARecordBehindItIsDamage() throws IOException {
        Path large = temporary.resolve("large");
        try (Journal journal = new FaultyDisk().journal(large, NEVER)) {
            for (int i = 0; i < 100; i++) {
                journal.commit(put("k" + i, "x".repeat(3000)));
            }
        }
        byte[] whole = Files.readAllBytes(file(large, "journal", 1));
        byte[] bad = whole.clone();
        Arrays.fill(bad, 20_000, 250_000, (byte) 0);
        Path copy = temporary.resolve("hole");
        JournalContent.copy(large, copy);
        Files.write(file(copy, "journal", 1), bad);
        try (Journal journal = new FaultyDisk().journal(copy, NEVER)) {
            assertThat(journal.recovery().commitsLost()).isTrue();
            assertThat(journal.recovery().entries()).isEqualTo(6);
        }
    }

    /** Goes on until two snapshots have content; returns the number of the newer one. */
    private long rollTwice(Path directory) throws IOException {
        states.clear();
        try (Journal journal = new FaultyDisk().journal(directory, 150)) {
            states.add(JournalContent.of(journal));
            for (int i = 0; !Files.exists(file(directory, "snapshot", 4)); i++) {
                journal.commit(put("k" + i % 3, "v" + i, "n", "" + i));
                states.add(JournalContent.of(journal));
            }
            journal.commit(put("last", "x"));
            states.add(JournalContent.of(journal));
        }
        assertThat(JournalContent.names(directory))
                .containsExactly(name("journal", 3), name("journal", 4), name("snapshot", 3), name("snapshot", 4));
        return 4;
    }

    private Path copyWith(String name, Path file, byte[] content) throws IOException {
        Path copy = temporary.resolve(name);
        JournalContent.copy(original, copy);
        Files.write(copy.resolve(file.getFileName()), content);
        return copy;
    }

    private static void assertThatItReopensClean(Path directory, String key) throws IOException {
        try (Journal journal = new FaultyDisk().journal(directory, NEVER)) {
            assertThat(journal.recovery().clean()).isTrue();
            assertThat(journal.get(key)).isNotNull();
        }
    }
}
