package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.delivery.index.HashIndex;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClosedFilesTest {
    private static final int MILLION = 1_000_000;
    private static final long NOON = 1_760_097_600_000L;

    /** The bound of docs/guarantees.md: 40 bytes, of which the journal's own index may take 20. */
    @Test
    void aMillionFilesTakeLessThanThirtyBytesEachWithATopicAndTwentyWithAJournal() {
        assertThat(bytesPerFile(true)).isLessThan(30);
        assertThat(bytesPerFile(false)).isLessThan(20);
    }

    private static double bytesPerFile(boolean places) {
        ClosedFiles files = new ClosedFiles(places);
        for (int i = 0; i < MILLION; i++) {
            assertThat(files.put("2025/10/10/data-" + i + ".json", state(i), i)).isTrue();
        }
        assertThat(files.size()).isEqualTo(MILLION);
        assertThat(files.place(files.find(files.hash("2025/10/10/data-7.json"))))
                .isEqualTo(places ? 7 : FileLedger.NOWHERE);
        return (double) files.bytes() / MILLION;
    }

    @Test
    void aFileThatLooksOtherwiseIsSeen() {
        ClosedFiles files = new ClosedFiles(true);
        files.put("a.json", state(7), 1);
        long cursor = files.find(files.hash("a.json"));

        assertThat(files.looksAs(cursor, found(7, 100, NOON))).isTrue();
        assertThat(files.looksAs(cursor, found(8, 100, NOON))).isFalse();
        assertThat(files.looksAs(cursor, found(7, 101, NOON))).isFalse();
        assertThat(files.looksAs(cursor, found(7, 100, NOON + 1))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE / 2, -1, 0, NOON, Long.MAX_VALUE / 2})
    void anyTimeOfChangeCanBeKept(long modified) {
        ClosedFiles files = new ClosedFiles(false);
        FileState state = new FileState(
                FileState.Phase.DONE, "1", 1, 2, modified, 2, 1, false, Fingerprint.NONE, Fingerprint.NONE);

        files.put("a.json", state, 0);

        long cursor = files.find(files.hash("a.json"));
        assertThat(files.looksAs(cursor, found(1, 2, modified))).isTrue();
        assertThat(files.isMissing(cursor)).isFalse();
        assertThat(files.isDone(cursor)).isTrue();
        assertThat(files.changedBefore(cursor, ClosedFiles.ago(Duration.ofSeconds(1))))
                .isEqualTo(modified <= NOON);
    }

    @Test
    void whatIsNotListedIsMissingUntilItIsBack() {
        ClosedFiles files = new ClosedFiles(true);
        files.put("a.json", state(1), 1);
        files.put("b.json", state(2), 2);
        files.beginListing();
        files.listed(files.find(files.hash("a.json")));
        files.endListing(Duration.ofDays(1));
        assertThat(files.isMissing(files.find(files.hash("a.json")))).isFalse();
        assertThat(files.isMissing(files.find(files.hash("b.json")))).isTrue();

        files.back(files.find(files.hash("b.json")), found(2, 100, NOON));

        assertThat(files.isMissing(files.find(files.hash("b.json")))).isFalse();
        assertThat(files.changedBefore(files.find(files.hash("b.json")), ClosedFiles.ago(Duration.ofDays(1))))
                .isTrue();
    }

    @Test
    void anEntryWithAnotherPlaceTakesThePlaceOfTheOneBefore() {
        ClosedFiles files = new ClosedFiles(true);
        files.put("a.json", state(1), 1);

        assertThat(files.put("a.json", state(2), 9)).isTrue();

        assertThat(files.size()).isEqualTo(1);
        assertThat(files.place(files.find(files.hash("a.json")))).isEqualTo(9);
    }

    @Test
    void aFileThatIsTakenOutIsUnknown() {
        ClosedFiles files = new ClosedFiles(false);
        files.put("a.json", state(1), 0);

        files.remove(files.find(files.hash("a.json")));

        assertThat(files.find(files.hash("a.json"))).isEqualTo(HashIndex.ABSENT);
    }

    private static FileState state(long inode) {
        return new FileState(
                FileState.Phase.DONE, "1", inode, 100, NOON, 100, 1, false, Fingerprint.NONE, Fingerprint.NONE);
    }

    private static Found found(long inode, long size, long modified) {
        return new Found("a.json", Found.Kind.REGULAR, inode, size, modified);
    }
}
