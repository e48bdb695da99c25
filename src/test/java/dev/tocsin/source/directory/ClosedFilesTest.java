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
        files.endListing();
        assertThat(files.isMissing(files.find(files.hash("a.json")))).isFalse();
        assertThat(files.isMissing(files.find(files.hash("b.json")))).isTrue();

        files.back(files.find(files.hash("b.json")), found(2, 100, NOON));

        assertThat(files.isMissing(files.find(files.hash("b.json")))).isFalse();
        assertThat(files.changedBefore(files.find(files.hash("b.json")), ClosedFiles.ago(Duration.ofDays(1))))
                .isTrue();
    }

    @Test
    void aFileGoesOnBeingGoneForAsLongAsItsEntrySays() {
        ClosedFiles files = new ClosedFiles(false);
        long since = System.currentTimeMillis() - Duration.ofDays(3).toMillis();

        files.put("a.json", state(1).goneSince(since), 0);

        long cursor = files.find(files.hash("a.json"));
        assertThat(files.gone(cursor))
                .isBetween(Duration.ofDays(3), Duration.ofDays(3).plusMinutes(1));
        assertThat(files.isToBeNoted(cursor)).isFalse();
        assertThat(files.isGoneFor(cursor, Duration.ofDays(4))).isFalse();
        assertThat(files.hasNews(Duration.ofDays(4))).isFalse();
        assertThat(files.isGoneFor(cursor, Duration.ofDays(2))).isTrue();
        assertThat(files.hasNews(Duration.ofDays(2))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, NOON, Long.MAX_VALUE / 2})
    void anyTimeSinceWhenItIsGoneCanBeKept(long since) {
        ClosedFiles files = new ClosedFiles(false);

        files.put("a.json", state(1).goneSince(since), 0);

        assertThat(files.gone(files.find(files.hash("a.json")))).isGreaterThanOrEqualTo(Duration.ZERO);
    }

    /** Else a restart would go on counting from a time that does not count. */
    @Test
    void theRetentionBeginsAnewOnlyWhenTheEntryDoesNotSayOtherwise() {
        ClosedFiles files = new ClosedFiles(false);
        files.put("noted.json", state(1).goneSince(NOON), 0);
        files.put("new.json", state(2), 0);
        files.beginListing();
        files.endListing();
        assertThat(files.isToBeNoted(files.find(files.hash("new.json")))).isTrue();

        files.restartRetention();

        long noted = files.find(files.hash("noted.json"));
        long fresh = files.find(files.hash("new.json"));
        assertThat(files.gone(noted)).isNull();
        assertThat(files.isToBeNoted(noted)).isTrue();
        assertThat(files.gone(fresh)).isNull();
        assertThat(files.isToBeNoted(fresh)).isFalse();
        files.beginListing();
        files.endListing();
        assertThat(files.gone(noted)).isNull();
        assertThat(files.gone(fresh)).isNotNull();
    }

    @Test
    void aFileThatWasBackInBetweenIsGoneAnew() {
        ClosedFiles files = new ClosedFiles(false);
        files.put("a.json", state(1).goneSince(NOON), 0);
        long cursor = files.find(files.hash("a.json"));

        files.back(cursor, found(1, 100, NOON));
        assertThat(files.isToBeNoted(cursor)).isTrue();
        files.beginListing();
        files.endListing();

        assertThat(files.gone(cursor)).isNull();
        assertThat(files.isToBeNoted(cursor)).isTrue();
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
