package dev.tocsin.sink.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Source;
import dev.tocsin.delivery.journal.Journal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournaledFilesTest {
    @TempDir
    Path home;

    @Test
    void whatWasCommittedIsPublishedAtTheEnd() throws Exception {
        runOnce("a");
        runOnce("b");

        assertThat(published()).hasSize(2);
    }

    @Test
    void aCheckpointThatIsGoneIsNoReasonToBeginAnew() throws Exception {
        runOnce("a");
        deleteAll(checkpoint());

        assertThatThrownBy(() -> runOnce("a"))
                .isInstanceOf(FileSinkException.class)
                .hasMessageContaining("The journal knows nothing of the alerts files")
                .hasMessageNotContaining("\n");
        assertThat(published()).hasSize(1);
    }

    /** Also by the second start, which finds the journal mended, and by the third. */
    @Test
    void aJournalThatHasLostCommitsIsRefusedWhereItsFileWasTakenAway() throws Exception {
        for (int i = 0; i < 4; i++) {
            runOnce("a");
        }
        deleteAll(out());
        Files.createFile(out().resolve("_alerts-00000000000000000005.json"));
        turnAByteInTheMiddleOf(segment());

        for (int start = 0; start < 3; start++) {
            assertThatThrownBy(() -> runOnce("b"))
                    .isInstanceOf(FileSinkException.class)
                    .hasMessageContaining("do not belong together");
            Files.deleteIfExists(out().resolve("_alerts-00000000000000000005.json"));
        }
    }

    private void runOnce(String device) throws Exception {
        Journal journal = Journal.open(checkpoint());
        try (JournaledFiles files = new JournaledFiles(journal, out(), false)) {
            files.commit(
                    List.of(ChunkBuilder.from(Source.DIRECTORY).alerts(device).build()));
        } finally {
            journal.close();
        }
    }

    private Path checkpoint() {
        return home.resolve("checkpoint");
    }

    private Path out() {
        return home.resolve("out");
    }

    private List<Path> published() throws IOException {
        try (Stream<Path> files = Files.list(out())) {
            return files.filter(file -> file.getFileName().toString().startsWith("alerts-"))
                    .toList();
        }
    }

    private Path segment() throws IOException {
        try (Stream<Path> files = Files.list(checkpoint())) {
            return files.filter(file -> file.getFileName().toString().startsWith("journal-"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void turnAByteInTheMiddleOf(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, channel.size() / 2);
            channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), channel.size() / 2);
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }
}
