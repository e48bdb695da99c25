package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.delivery.MemoryCommitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a source has nothing to do, and needs no scans to find out what comes. */
@Timeout(60)
class RestTest {
    @TempDir
    Path temporary;

    private final MemoryCommitter committer = new MemoryCommitter();
    private Path in;
    private SourceUnderTest source;

    @BeforeEach
    void directory() throws IOException {
        in = Files.createDirectory(temporary.resolve("in"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        source.close();
    }

    @Test
    void aWatchedDirectoryInWhichAllIsReadIsLeftAloneUntilSomethingComes() throws IOException {
        Files.writeString(in.resolve("a.json"), line("a"));
        source = new SourceUnderTest(Settings.of(in).watched(), committer, null);

        awaitRest();
        Files.writeString(in.resolve("b.json"), line("b"));

        await().until(() -> source.read().size() == 2);
    }

    @Test
    void aLineThatIsNotAtItsEndNeedsScans() throws IOException {
        Path file = in.resolve("a.json");
        source = new SourceUnderTest(Settings.of(in).watched().settle(Duration.ofMinutes(10)), committer, null);
        awaitRest();

        Files.writeString(file, line("a") + line("b").strip());
        await().until(() -> source.read().size() == 1);
        await().until(() -> !source.rests());
        Files.writeString(file, "\n", StandardOpenOption.APPEND);

        await().until(() -> source.read().size() == 2);
    }

    /** The system tells of what happens in a directory, not of another one that takes its name. */
    @Test
    void whatNobodyGaveNoticeOfIsFoundAllTheSame() throws IOException {
        source = new SourceUnderTest(Settings.of(in).watched(), committer, null);
        Path another = Files.createDirectory(temporary.resolve("another"));
        Files.writeString(another.resolve("a.json"), line("a"));
        awaitRest();

        Files.move(in, temporary.resolve("before"));
        Files.move(another, in);

        await().until(() -> source.read().size() == 1);
    }

    @Test
    void withoutAWatchThereIsNoRest() throws IOException {
        Files.writeString(in.resolve("a.json"), line("a"));
        source = new SourceUnderTest(Settings.of(in), committer, null);

        source.scan();
        await().until(() -> source.read().size() == 1);
        source.scan();
        Files.writeString(in.resolve("b.json"), line("b"));
        await().until(() -> {
            source.scan();
            return source.read().size() == 2;
        });

        assertThat(source.rests()).isFalse();
    }

    /** So it is where the clock, by which the scheduler goes, was put back. */
    @Test
    void scansGoOnWhereNobodyAsksForThem() throws IOException {
        Duration interval = Duration.ofMillis(300);
        source = new SourceUnderTest(Settings.of(in).scanInterval(interval), committer, null);

        for (int file = 1; file <= 3; file++) {
            Files.writeString(in.resolve(file + ".json"), line("a"));
            int expected = file;
            // the time of a scan itself comes on top, and that of a busy machine
            await().atMost(interval.multipliedBy(5)).until(() -> source.read().size() == expected);
        }
    }

    private void awaitRest() {
        await().until(() -> {
            source.scan();
            return source.rests();
        });
    }

    private static String line(String device) {
        return "{\"deviceId\":\"" + device + "\",\"timestamp\":\"2025-10-10T12:00:00Z\",\"temperature\":101.5}\n";
    }
}
