package dev.tocsin.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.MemoryCommitter;
import dev.tocsin.delivery.Output;
import dev.tocsin.delivery.Source;
import dev.tocsin.reading.RejectReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesBesideTopicsTest {
    @TempDir
    Path directory;

    private final MemoryCommitter topics = new MemoryCommitter();
    private Reader reader;
    private Reader rejects;

    @BeforeEach
    void read() {
        reader = new Reader(directory, "alerts");
        rejects = new Reader(directory.resolve("_rejects"), "rejects");
    }

    @Test
    void linesAreOnTheDiskBeforeTheTopicsCommitAndShownAfter() throws Exception {
        try (FilesBesideTopics files = open(false)) {
            topics.commitFailures.add(new IOException("no broker"));
            assertThatThrownBy(() -> files.commit(List.of(alerts("a")))).hasMessage("no broker");

            assertThat(inProgress(1)).content().contains("\"a\"").endsWith("\n");
            assertThat(reader.lines()).isEmpty();
        }
    }

    @Test
    void aCommitThatIsTriedAgainMayDoubleALineAndLosesNone() throws Exception {
        try (FilesBesideTopics files = open(false)) {
            topics.commitFailures.add(new IOException("no broker"));
            assertThatThrownBy(() -> files.commit(List.of(alerts("a")))).hasMessage("no broker");
            files.recover();
            files.commit(List.of(alerts("a", "b")));
        }

        assertThat(devices()).containsExactly("a", "a", "b");
        assertThat(topics.commits).hasSize(1);
    }

    @Test
    void rejectsAreWrittenBelow() throws Exception {
        try (FilesBesideTopics files = open(false)) {
            files.commit(List.of(ChunkBuilder.from(Source.KAFKA)
                    .reject(RejectReason.MALFORMED, "x")
                    .build()));
        }

        assertThat(rejects.lines()).singleElement().asString().contains("malformed");
        assertThat(topics.closed).isTrue();
    }

    /** The line that was being written when it crashed was not committed anywhere. */
    @Test
    void afterACrashAllWholeLinesCount() throws Exception {
        Files.writeString(directory.resolve("alerts-00000000000000000004.json"), "{\"deviceId\":\"z\"}\n");
        Files.writeString(inProgress(5), "{\"deviceId\":\"a\"}\n{\"deviceId\":\"b\"}\n{\"devi");
        Files.writeString(inProgress(6), "");

        try (FilesBesideTopics files = open(false)) {
            files.commit(List.of(alerts("c")));
        }

        assertThat(devices()).containsExactly("z", "a", "b", "c");
    }

    @Test
    void theLastWholeLineIsFoundBehindALongOneThatWasNot() throws Exception {
        Files.writeString(inProgress(1), "{\"deviceId\":\"a\"}\n" + "x".repeat(200_000));

        open(false).close();

        assertThat(devices()).containsExactly("a");
    }

    @Test
    void aFileThatNoCrashLeavesBehindIsRefused() throws Exception {
        Files.writeString(inProgress(1), "{}\n");
        Files.writeString(inProgress(2), "{}\n");
        assertThatThrownBy(() -> open(false))
                .isInstanceOf(FileSinkException.class)
                .hasMessage(
                        inProgress(1) + " was never published, though _alerts-00000000000000000002.json came after it;"
                                + " move it away");
        Files.move(inProgress(2), directory.resolve("alerts-00000000000000000002.json"));
        assertThatThrownBy(() -> open(false))
                .hasMessageContaining("though alerts-00000000000000000002.json came after");
    }

    @Test
    void oneInstanceAtATimeWritesThem() throws Exception {
        try (FilesBesideTopics files = open(false)) {
            assertThatThrownBy(() -> open(false))
                    .isInstanceOf(FileSinkException.class)
                    .hasMessageContaining("one instance at a time may write them");
            files.commit(List.of(alerts("a")));
        }
        assertThat(devices()).containsExactly("a");
    }

    /** Where output and positions come apart: the lines of the output are shown with the next position. */
    @Test
    void outputThatIsSentAtOnceIsShownWithThePositions() throws Exception {
        List<Consumer<@Nullable Exception>> sent = new ArrayList<>();
        try (FilesBesideTopics files = open(true)) {
            Output output = files.with(new Output() {
                @Override
                public void send(Evaluated chunk, Consumer<@Nullable Exception> done) {
                    sent.add(done);
                }

                @Override
                public void recover() {}

                @Override
                public void close() {}
            });
            output.send(alerts("a"), e -> {});
            assertThat(sent).hasSize(1);
            output.recover();
            output.send(alerts("b"), e -> {});
            assertThat(reader.lines()).isEmpty();

            files.commit(List.of(ChunkBuilder.from(Source.KAFKA).build()));

            assertThat(devices()).containsExactly("b");
        }
    }

    private FilesBesideTopics open(boolean atEachCommit) throws IOException {
        return new FilesBesideTopics(topics, directory, false, atEachCommit);
    }

    private static Evaluated alerts(String... devices) {
        return ChunkBuilder.from(Source.KAFKA).alerts(devices).build();
    }

    private Path inProgress(long sequence) {
        return directory.resolve(String.format("_alerts-%020d.json", sequence));
    }

    private List<String> devices() throws IOException {
        return reader.lines().stream()
                .map(line -> line.replaceAll(".*\"deviceId\":\"([^\"]*)\".*", "$1"))
                .toList();
    }
}
