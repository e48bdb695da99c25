package dev.tocsin.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories as a crash, a reader or an operator leaves them. */
class RollingLinesRecoveryTest {
    @TempDir
    Path directory;

    private Reader reader;

    @BeforeEach
    void read() {
        reader = new Reader(directory, "alerts");
    }

    @Test
    void withoutAStateTheFirstFileWasNeverCommitted() throws IOException {
        inProgress(1, "never committed\n");
        assertThat(recovered(null)).isEqualTo(new StreamState(1, 0));
        assertThat(names()).containsExactly("_alerts-00000000000000000001.json");
        assertThat(directory.resolve("_alerts-00000000000000000001.json")).isEmptyFile();
    }

    /** A volume that was not mounted, another working directory: all alerts would be written again behind these. */
    @Test
    void publishedFilesThatTheJournalKnowsNothingOfAreRefused() throws IOException {
        published(4, "four\n");
        inProgress(5, "never committed\n");
        assertRefused(
                null, "alerts-00000000000000000004.json is there; restore the checkpoint, or move the files away");
        assertThat(reader.lines()).containsExactly("four");
    }

    @Test
    void aLaterFileInProgressThatTheJournalKnowsNothingOfIsRefused() throws IOException {
        inProgress(2, "");
        assertRefused(null, "_alerts-00000000000000000002.json is there; restore the checkpoint");
    }

    @Test
    void bytesAfterTheCommittedLengthAreCutOff() throws IOException {
        published(1, "zero\n");
        inProgress(2, "one\ntwo\nthr");
        inProgress(3, "");
        assertThat(recovered(new StreamState(2, 4))).isEqualTo(new StreamState(2, 4));
        assertThat(names()).containsExactly("_alerts-00000000000000000002.json", "alerts-00000000000000000001.json");
        assertThat(directory.resolve("_alerts-00000000000000000002.json")).hasContent("one\n");
    }

    @Test
    void committedLinesAreDueAtOnce() throws IOException {
        inProgress(1, "one\n");
        try (RollingLines lines = RollingLines.open(directory, "alerts", new StreamState(1, 4), false)) {
            assertThat(lines.due()).isTrue();
            lines.publish();
        }
        assertThat(reader.lines()).containsExactly("one");
    }

    @Test
    void aFileThatWasPublishedBeforeTheJournalKnewIsLeftAlone() throws IOException {
        published(2, "one\n");
        inProgress(3, "never committed\n");
        assertThat(recovered(new StreamState(2, 4))).isEqualTo(new StreamState(3, 0));
        assertThat(reader.lines()).containsExactly("one");
        assertThat(recovered(new StreamState(2, 4))).isEqualTo(new StreamState(3, 0));
    }

    @Test
    void aFileThatAReaderTookAtOnceWasPublished() throws IOException {
        inProgress(3, "");
        assertThat(recovered(new StreamState(2, 4))).isEqualTo(new StreamState(3, 0));
        assertThat(recovered(new StreamState(2, 4))).isEqualTo(new StreamState(3, 0));
    }

    @Test
    void aMissingFileWithoutCommittedLinesIsCreated() throws IOException {
        assertThat(recovered(new StreamState(9, 0))).isEqualTo(new StreamState(9, 0));
        assertThat(names()).containsExactly("_alerts-00000000000000000009.json");
    }

    @Test
    void namesOfOthersAreLeftAlone() throws IOException {
        for (String name : new String[] {"_alerts-1.json", "_rejects-00000000000000000001.json", "alerts.json"}) {
            Files.writeString(directory.resolve(name), "theirs\n");
        }
        assertThat(recovered(null)).isEqualTo(new StreamState(1, 0));
        assertThat(names()).contains("_alerts-1.json", "_rejects-00000000000000000001.json", "alerts.json");
    }

    @Test
    void aMissingFileWithCommittedLinesIsRefused() {
        assertRefused(new StreamState(2, 4), "_alerts-00000000000000000002.json is missing, and it was not published");
    }

    @Test
    void aFileThatIsTooShortIsRefused() throws IOException {
        inProgress(2, "on");
        assertRefused(new StreamState(2, 4), "has 2 bytes, but the journal says 4");
    }

    @Test
    void aCommittedLengthWithinALineIsRefused() throws IOException {
        inProgress(2, "other\n");
        assertRefused(new StreamState(2, 4), "has no line that ends at byte 4");
    }

    @Test
    void aJournalThatIsOlderThanTheFilesIsRefused() throws IOException {
        published(2, "one\ntwo\n");
        assertRefused(new StreamState(2, 4), "is published with 8 bytes, but the journal says 4");
        assertRefused(new StreamState(2, 0), "is published with 8 bytes, but the journal says 0");
        assertRefused(new StreamState(1, 4), "the journal only knows of the files up to 1");
        assertThat(reader.lines()).containsExactly("one", "two");
    }

    /** Though readers have taken away all that was published since. */
    @Test
    void aJournalThatIsOlderThanTheFileInProgressIsRefused() throws IOException {
        inProgress(8, "");
        assertRefused(new StreamState(5, 0), "_alerts-00000000000000000008.json is there");
        assertRefused(new StreamState(5, 4), "the journal only knows of the files up to 5");
        assertRefused(new StreamState(7, 0), "the journal knows of no line in the file before it");
    }

    @Test
    void afterALossOfCommitsAFileWhoseFateIsNotKnownIsRefused() throws IOException {
        assertRefusedAfterLoss(new StreamState(5, 0));
        assertRefusedAfterLoss(new StreamState(5, 4));
        inProgress(6, "");
        assertRefusedAfterLoss(new StreamState(5, 4));
    }

    @Test
    void afterALossOfCommitsAFileThatIsThereIsGoneOnWith() throws IOException {
        inProgress(5, "one\ntwo\n");
        try (RollingLines lines = RollingLines.open(directory, "alerts", new StreamState(5, 4), true)) {
            assertThat(lines.state()).isEqualTo(new StreamState(5, 4));
        }
    }

    @Test
    void aFileThatHasBothNamesIsRefused() throws IOException {
        published(2, "one\n");
        inProgress(2, "two\n");
        assertRefused(new StreamState(2, 4), "exists already with other content");
        assertThat(names()).containsExactly("_alerts-00000000000000000002.json", "alerts-00000000000000000002.json");
    }

    private void assertRefusedAfterLoss(StreamState state) {
        assertThatThrownBy(() -> RollingLines.open(directory, "alerts", state, true))
                .isInstanceOf(FileSinkException.class)
                .hasMessageContaining("the last commits of the journal are lost");
    }

    /** Twice, because a refusal changes nothing and gives the lock back. */
    private void assertRefused(@Nullable StreamState state, String message) {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> recovered(state))
                    .isInstanceOf(FileSinkException.class)
                    .hasMessageContaining(message)
                    .hasMessageNotContaining("\n");
        }
    }

    private StreamState recovered(@Nullable StreamState journal) throws IOException {
        try (RollingLines lines = RollingLines.open(directory, "alerts", journal, false)) {
            return lines.state();
        }
    }

    private void inProgress(long sequence, String content) throws IOException {
        Files.writeString(directory.resolve(String.format("_alerts-%020d.json", sequence)), content);
    }

    private void published(long sequence, String content) throws IOException {
        Files.writeString(directory.resolve(String.format("alerts-%020d.json", sequence)), content);
    }

    private Stream<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .sorted()
                    .toList()
                    .stream();
        }
    }
}
