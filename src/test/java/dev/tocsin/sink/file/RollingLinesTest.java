package dev.tocsin.sink.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.delivery.journal.Disk;
import dev.tocsin.delivery.journal.FaultyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollingLinesTest {
    @TempDir
    Path directory;

    private final AtomicLong clock = new AtomicLong(-5);
    private final FaultyDisk disk = new FaultyDisk();
    private Reader reader;

    @BeforeEach
    void read() {
        reader = new Reader(directory, "alerts");
    }

    @Test
    void linesAppearWhenTheyAreCommittedAndPublished() throws IOException {
        try (RollingLines lines = open(null)) {
            lines.append(bytes("one"));
            lines.append(bytes(""));
            assertThat(lines.flush()).isEqualTo(new StreamState(1, 5));
            lines.committed(lines.state());
            assertThat(reader.names()).isEmpty();
            assertThat(directory.resolve("_alerts-00000000000000000001.json")).hasContent("one\n\n");
            lines.publish();
            assertThat(reader.names()).containsExactly("alerts-00000000000000000001.json");
            assertThat(reader.lines()).containsExactly("one", "");
            assertThat(lines.state()).isEqualTo(new StreamState(2, 0));
        }
    }

    @Test
    void aFileIsDueOneSecondAfterItsFirstLine() throws IOException {
        try (RollingLines lines = open(null)) {
            clock.addAndGet(10 * RollingLines.ROLL_NANOS);
            assertThat(lines.due()).isFalse();
            lines.append(bytes("one"));
            clock.addAndGet(RollingLines.ROLL_NANOS - 1);
            lines.append(bytes("two"));
            commit(lines);
            assertThat(lines.due()).isFalse();
            clock.addAndGet(1);
            assertThat(lines.due()).isTrue();
            lines.publish();
            assertThat(lines.due()).isFalse();
            clock.addAndGet(10 * RollingLines.ROLL_NANOS);
            lines.append(bytes("three"));
            commit(lines);
            assertThat(lines.due()).isFalse();
        }
    }

    @Test
    void aFileIsDueAt64MiB() throws IOException {
        try (RollingLines lines = RollingLines.open(directory, "alerts", null, false, clock::get, Disk.SHARED)) {
            lines.append(new byte[(int) RollingLines.ROLL_BYTES - 2]);
            commit(lines);
            assertThat(lines.due()).isFalse();
            lines.append(bytes(""));
            commit(lines);
            assertThat(lines.state().length()).isEqualTo(RollingLines.ROLL_BYTES);
            assertThat(lines.due()).isTrue();
        }
    }

    @Test
    void onlyCommittedLinesCanBePublished() throws IOException {
        try (RollingLines lines = open(null)) {
            assertThatIllegalStateException().isThrownBy(lines::publish);
            lines.append(bytes("one"));
            assertThatIllegalStateException().isThrownBy(lines::publish);
            StreamState one = lines.flush();
            clock.addAndGet(RollingLines.ROLL_NANOS);
            assertThat(lines.due()).isFalse();
            assertThatIllegalStateException().isThrownBy(lines::publish);
            lines.append(bytes("two"));
            lines.flush();
            lines.committed(one);
            assertThat(lines.due()).isFalse();
            assertThatIllegalStateException().isThrownBy(lines::publish);
            assertThat(reader.names()).isEmpty();
        }
    }

    @Test
    void onlyAFlushedStateCanBeCommitted() throws IOException {
        try (RollingLines lines = open(null)) {
            lines.append(bytes("one"));
            assertThatIllegalArgumentException().isThrownBy(() -> lines.committed(new StreamState(1, 4)));
            lines.flush();
            assertThatIllegalArgumentException().isThrownBy(() -> lines.committed(new StreamState(2, 4)));
            lines.committed(new StreamState(1, 4));
            assertThatIllegalArgumentException().isThrownBy(() -> lines.committed(new StreamState(1, 0)));
        }
    }

    @Test
    void linesInMemoryGoToTheNextFile() throws IOException {
        try (RollingLines lines = open(null)) {
            lines.append(bytes("one"));
            commit(lines);
            lines.append(bytes("two"));
            lines.publish();
            assertThat(lines.flush()).isEqualTo(new StreamState(2, 4));
            lines.committed(lines.state());
            clock.addAndGet(RollingLines.ROLL_NANOS);
            assertThat(lines.due()).isTrue();
            lines.publish();
        }
        assertThat(reader.lines()).containsExactly("one", "two");
    }

    @Test
    void linesOfAllLengthsStayInOrder() throws IOException {
        int buffer = RollingLines.BUFFER_BYTES;
        int[] lengths = {0, 1, buffer - 3, 0, buffer - 2, buffer - 1, buffer, buffer + 1, 5, 1_000_000, 0, 1};
        List<String> expected = new ArrayList<>();
        try (RollingLines lines = open(null)) {
            for (int i = 0; i < lengths.length; i++) {
                String line = String.valueOf((char) ('a' + i)).repeat(lengths[i]);
                expected.add(line);
                lines.append(bytes(line));
            }
            commit(lines);
            lines.publish();
        }
        assertThat(reader.lines()).isEqualTo(expected);
    }

    @Test
    void aLineHoldsNoNewline() throws IOException {
        try (RollingLines lines = open(null)) {
            assertThatIllegalArgumentException().isThrownBy(() -> lines.append(bytes("a\nb")));
            assertThat(lines.flush().length()).isZero();
        }
    }

    @Test
    void aRollbackTakesBackWhatWasNotCommitted() throws IOException {
        try (RollingLines lines = open(null)) {
            lines.append(bytes("one"));
            commit(lines);
            lines.append(bytes("x".repeat(RollingLines.BUFFER_BYTES)));
            lines.append(bytes("flushed"));
            lines.flush();
            lines.append(bytes("in memory"));
            lines.rollback();
            assertThat(directory.resolve("_alerts-00000000000000000001.json")).hasContent("one\n");
            assertThat(lines.state()).isEqualTo(new StreamState(1, 4));
            lines.append(bytes("two"));
            commit(lines);
            lines.publish();
        }
        assertThat(reader.lines()).containsExactly("one", "two");
    }

    @Test
    void aFailedForceIsRolledBackBeforeAnythingElse() throws IOException {
        try (RollingLines lines = open(null)) {
            lines.append(bytes("one"));
            disk.failOnceAfter(1);
            assertThatThrownBy(lines::flush).hasMessageContaining("No space left");
            assertThatThrownBy(lines::flush).hasMessageContaining("roll back first");
            lines.rollback();
            lines.append(bytes("two"));
            commit(lines);
            lines.publish();
        }
        assertThat(reader.lines()).containsExactly("two");
    }

    @Test
    void aFailedWriteCanBeTriedAgain() throws IOException {
        try (RollingLines lines = open(null)) {
            lines.append(bytes("one"));
            disk.failOnceAfter(0);
            assertThatThrownBy(lines::flush).hasMessageContaining("No space left");
            commit(lines);
            disk.failOnceAfter(0);
            lines.append(bytes("two"));
            assertThatThrownBy(lines::flush).hasMessageContaining("No space left");
            assertThat(lines.due()).isFalse();
            lines.publish();
            assertThat(reader.lines()).containsExactly("one");
            commit(lines);
            lines.publish();
        }
        assertThat(reader.lines()).containsExactly("one", "two");
    }

    @Test
    void aFailedPublicationIsFinishedByTheNextWrite() throws IOException {
        for (int step = 0; step < 3; step++) {
            Path here = directory.resolve("step-" + step);
            try (RollingLines lines = RollingLines.open(here, "alerts", null, false, clock::get, disk)) {
                lines.append(bytes("one"));
                commit(lines);
                disk.failOnceAfter(step);
                assertThatThrownBy(lines::publish).as("step %d", step).hasMessageContaining("No space left");
                lines.append(bytes("two"));
                commit(lines);
                clock.addAndGet(RollingLines.ROLL_NANOS);
                assertThat(lines.due()).isTrue();
                lines.publish();
            }
            assertThat(new Reader(here, "alerts").lines()).containsExactly("one", "two");
        }
    }

    @Test
    void aPublicationNeverReplacesAFile() throws IOException {
        Path foreign = directory.resolve("alerts-00000000000000000001.json");
        try (RollingLines lines = open(null)) {
            lines.append(bytes("one"));
            commit(lines);
            Files.writeString(foreign, "foreign\n");
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(lines::publish)
                        .isInstanceOf(FileSinkException.class)
                        .hasMessageContaining(foreign + " exists already with other content");
            }
            assertThat(foreign).hasContent("foreign\n");
            Files.delete(foreign);
            lines.publish();
        }
        assertThat(reader.lines()).containsExactly("one");
    }

    @Test
    void theBytesAreForcedBeforeTheStateIsGivenAndTheNameAfterTheRename() throws IOException {
        try (RollingLines lines = open(null)) {
            disk.operations().clear();
            lines.append(bytes("one"));
            lines.flush();
            assertThat(disk.operations())
                    .containsExactly(
                            "write _alerts-00000000000000000001.json", "force _alerts-00000000000000000001.json");
            lines.committed(lines.state());
            disk.operations().clear();
            lines.publish();
            assertThat(disk.operations())
                    .containsExactly(
                            "open _alerts-00000000000000000002.json",
                            "rename alerts-00000000000000000001.json",
                            "force directory " + directory.getFileName());
            disk.operations().clear();
            lines.flush();
            assertThat(disk.operations()).isEmpty();
        }
    }

    @Test
    void anInterruptFailsTheFlushAndNotTheStream() throws IOException {
        try (RollingLines lines = RollingLines.open(directory, "alerts", null, false)) {
            lines.append(bytes("one"));
            Thread.currentThread().interrupt();
            try {
                assertThatThrownBy(lines::flush).isInstanceOf(IOException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            lines.rollback();
            lines.append(bytes("two"));
            commit(lines);
            lines.publish();
        }
        assertThat(reader.lines()).containsExactly("two");
    }

    @Test
    void oneInstanceWritesAStreamAndADirectoryHoldsSeveral() throws IOException {
        try (RollingLines alerts = open(null);
                RollingLines rejects = RollingLines.open(directory, "rejects", null, false)) {
            assertThatThrownBy(() -> open(null))
                    .isInstanceOf(FileSinkException.class)
                    .hasMessage("The alerts files in " + directory + " are written by this process ("
                            + ProcessHandle.current().pid() + "); one instance at a time may write them");
            alerts.append(bytes("alert"));
            commit(alerts);
            alerts.publish();
            rejects.append(bytes("reject"));
            commit(rejects);
            rejects.publish();
        }
        assertThat(reader.lines()).containsExactly("alert");
        assertThat(new Reader(directory, "rejects").lines()).containsExactly("reject");
    }

    @Test
    void aStateSurvivesItsEncoding() {
        StreamState state = new StreamState(123_456_789_012L, 64L << 20);
        assertThat(StreamState.decode(state.encode())).isEqualTo(state);
        assertThat(new StreamState(7, 0).encode()).isEqualTo(bytes("7:0"));
        for (String wrong : List.of("", "1", "1:", "-1:2", "0:2", "1:2:3", "1:9999999999999999999")) {
            assertThatIllegalArgumentException().isThrownBy(() -> StreamState.decode(bytes(wrong)));
        }
    }

    private RollingLines open(StreamState state) throws IOException {
        return RollingLines.open(directory, "alerts", state, false, clock::get, disk);
    }

    private static void commit(RollingLines lines) throws IOException {
        lines.committed(lines.flush());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
