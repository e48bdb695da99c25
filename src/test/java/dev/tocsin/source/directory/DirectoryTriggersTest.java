package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.MemoryCommitter;
import dev.tocsin.delivery.Source;
import dev.tocsin.trigger.BoundedRun;
import dev.tocsin.trigger.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each trigger with real files. */
@Timeout(60)
class DirectoryTriggersTest {
    private static final Trigger AVAILABLE_NOW = new Trigger.AvailableNow(false);

    @TempDir
    Path temporary;

    private final MemoryCommitter committer = new MemoryCommitter();
    private final List<SourceUnderTest> started = new ArrayList<>();
    private Path in;

    @BeforeEach
    void directory() throws IOException {
        in = Files.createDirectory(temporary.resolve("in"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        committer.release();
        for (SourceUnderTest source : started) {
            source.close();
        }
    }

    /** No scan is ever due here: what is found is found by the watch. */
    @Test
    void aLineThatIsWrittenIsSeenWithoutAScan() throws IOException {
        SourceUnderTest source = start(Settings.of(in).watched());
        write("first.json", 1, Duration.ofMinutes(1));
        until(() -> source.read().size() == 1);

        append("a.json", line(1));
        until(() -> source.read().size() == 2);
        append("a.json", line(2));
        until(() -> source.read().size() == 3);

        assertThat(source.read()).containsExactly("first.json:1=0", "a.json:1=1", "a.json:2=2");
    }

    @Test
    void aFileThatIsMovedInIsSeenWithoutAScan() throws IOException {
        SourceUnderTest source = start(Settings.of(in).watched());
        for (int i = 0; i < 20; i++) {
            Path outside = Files.writeString(temporary.resolve("outside"), line(i));
            Files.move(outside, in.resolve("a" + i + ".json"));
            int count = i + 1;
            until(() -> source.read().size() == count);
        }

        assertThat(source.read()).doesNotHaveDuplicates().hasSize(20);
    }

    @Test
    void soIsOneInADirectoryThatIsCreatedLater() throws IOException {
        SourceUnderTest source = start(Settings.of(in).recursive().watched());
        write("first.json", 1, Duration.ZERO);
        until(() -> source.read().size() == 1);

        Files.createDirectories(in.resolve("2025/10"));
        write("2025/10/a.json", 1, Duration.ZERO);
        until(() -> source.read().size() == 2);
        append("2025/10/a.json", line(7));

        until(() -> source.read().size() == 3);
        assertThat(source.read()).containsExactly("first.json:1=0", "2025/10/a.json:1=0", "2025/10/a.json:2=7");
    }

    /** Long beyond its growth window: a scan would find it in its turn only. */
    @Test
    void aFileThatIsReplacedLongAfterItsEndIsSeenAtOnce() throws IOException {
        write("a.json", 1, Duration.ofDays(1));
        SourceUnderTest source = start(Settings.of(in).watched());
        until(() -> source.outcomes.equals(List.of(FileOutcome.DONE)));

        Path fresh = Files.writeString(temporary.resolve("fresh"), line(8) + line(9));
        Files.move(fresh, in.resolve("a.json"), StandardCopyOption.REPLACE_EXISTING);

        until(() -> source.read().size() == 3);
        assertThat(source.read()).containsExactly("a.json:1=0", "a.json:1=8", "a.json:2=9");
    }

    /** Where much is written there always is some. */
    @Test
    void newsDoNotTakeThePlaceOfAScan() throws Exception {
        Duration settle = Duration.ofSeconds(1);
        SourceUnderTest source = start(Settings.of(in).watched().settle(settle));
        Files.writeString(in.resolve("a.json"), line(0) + line(1).strip());
        long written = System.nanoTime();
        write("b.json", 1, Duration.ZERO);
        until(() -> source.read().size() == 2);
        CountDownLatch held = source.hold();
        append("b.json", line(2));
        write("c.json", 1, Duration.ZERO);
        write("d.json", 1, Duration.ZERO); // one of these waits for its turn, and the source with it
        until(DirectoryTriggersTest::sourceWaitsForItsTurn);

        append("b.json", line(3));
        until(() -> System.nanoTime() - written > 2 * settle.toNanos());
        source.scan();
        held.countDown();

        until(() -> source.read().size() == 7);
        assertThat(source.read()).contains("a.json:2=1", "b.json:3=3", "c.json:1=0", "d.json:1=0");
    }

    private static boolean sourceWaitsForItsTurn() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("tocsin-directory-source"))
                .flatMap(thread -> Stream.of(thread.getValue()))
                .anyMatch(frame -> frame.getClassName().equals(Lane.class.getName())
                        && frame.getMethodName().equals("acquire"));
    }

    @Test
    void aDirectoryThatComesBackIsWatchedAgain() throws IOException {
        SourceUnderTest source = start(Settings.of(in).watched());
        write("a.json", 1, Duration.ZERO);
        until(() -> source.read().size() == 1);
        Files.move(in, temporary.resolve("away"));
        Files.createDirectory(in);
        write("b.json", 1, Duration.ZERO);
        until(() -> {
            source.scan();
            return source.read().size() == 2;
        });

        write("c.json", 1, Duration.ZERO);

        until(() -> source.read().size() == 3);
        assertThat(source.read()).containsExactly("a.json:1=0", "b.json:1=0", "c.json:1=0");
    }

    @ParameterizedTest
    @CsvSource({"2, 1000000", "1000000, 60"})
    void aBatchHonoursTheLimits(long files, long bytes) throws IOException {
        for (int i = 0; i < 5; i++) {
            write("f" + i + ".json", 1, Duration.ofMinutes(10 - i));
        }

        SourceUnderTest source = start(Settings.of(in).limits(new FileLimits(files, bytes)));

        until(() -> source.read().size() == 5);
        assertThat(source.batches())
                .containsExactly(List.of("f0.json", "f1.json"), List.of("f2.json", "f3.json"), List.of("f4.json"));
    }

    @Test
    void aFileThatIsLargerThanTheLimitIsABatchAllTheSame() throws IOException {
        write("a.json", 100, Duration.ofMinutes(2));
        write("b.json", 100, Duration.ofMinutes(1));

        SourceUnderTest source = start(Settings.of(in).limits(new FileLimits(Long.MAX_VALUE, 1)));

        until(() -> source.read().size() == 200);
        assertThat(source.batches()).containsExactly(List.of("a.json"), List.of("b.json"));
    }

    @Test
    void theLatestComesFirstAlsoAmongWhatIsLeftOver() throws IOException {
        for (int i = 0; i < 3; i++) {
            write("f" + i + ".json", 1, Duration.ofMinutes(10 - i));
        }

        SourceUnderTest source = start(Settings.of(in).latestFirst().limits(new FileLimits(1, Long.MAX_VALUE)));

        until(() -> source.read().size() == 3);
        assertThat(source.batches()).containsExactly(List.of("f2.json"), List.of("f1.json"), List.of("f0.json"));
    }

    @Test
    void atATickThereIsOneBatchAndNothingBetween() throws IOException {
        Duration interval = Duration.ofSeconds(2);
        for (int i = 0; i < 3; i++) {
            write("f" + i + ".json", 1, Duration.ofMinutes(10 - i));
        }
        SourceUnderTest source = start(Settings.of(in)
                .watched()
                .trigger(new Trigger.ProcessingTime(interval))
                .limits(new FileLimits(2, Long.MAX_VALUE)));
        until(() -> source.read().size() == 2);
        source.scan();
        write("g.json", 1, Duration.ZERO);

        until(() -> source.read().size() == 4);

        assertThat(source.batches()).containsExactly(List.of("f0.json", "f1.json"), List.of("f2.json", "g.json"));
        List<Long> begins = committer.commits.stream()
                .flatMap(List::stream)
                .filter(chunk -> chunk.batch() != null)
                .map(chunk -> chunk.batch().startedNanos())
                .distinct()
                .toList();
        // The first begins at once, the others at multiples of the interval; so the second follows within one.
        assertThat(TimeUnit.NANOSECONDS.toMillis(begins.get(1) - begins.get(0))).isBetween(1L, 30_000L);
    }

    @Test
    void aRunOfWhatIsAvailableEndsWhenAllOfItIsCommitted() throws IOException {
        for (int i = 0; i < 5; i++) {
            write("f" + i + ".json", 2, Duration.ofMinutes(10 - i));
        }

        BoundedRun.Told told = run(Settings.of(in).limits(new FileLimits(2, Long.MAX_VALUE)));

        assertThat(told.frozen()).isEqualTo(Map.of("files", 5L, "bytes", 5L * 2 * line(0).length()));
        assertThat(told.position()).isEqualTo(told.frozen());
        assertThat(told.left()).isEqualTo(Map.of("pendingLines", 0L, "unsettledFiles", 0L));
        assertThat(told.failed()).isZero();
        assertThat(started.get(0).read()).hasSize(10);
        assertThat(started.get(0).batches()).hasSize(3);
    }

    @Test
    void aSecondRunWithNothingNewDoesNothing() throws IOException {
        write("a.json", 2, Duration.ofMinutes(10));
        run(Settings.of(in));
        int commits = committer.begun();

        BoundedRun.Told told = run(Settings.of(in));

        assertThat(committer.begun()).isEqualTo(commits);
        assertThat(told.frozen()).isEqualTo(Map.of("files", 0L, "bytes", 0L));
        assertThat(told.position()).isEqualTo(told.frozen());
    }

    @Test
    void twoRunsAreOneLongRun() throws IOException {
        write("a.json", 2, Duration.ofDays(2));
        run(Settings.of(in));
        write("b.json", 1, Duration.ofDays(1));
        append("a.json", line(5)); // long after its growth window

        run(Settings.of(in));

        assertThat(started.get(0).read())
                .containsExactlyInAnyOrder("a.json:1=0", "a.json:2=1", "b.json:1=0", "a.json:3=5");
    }

    @Test
    void whatComesAfterTheStartIsLeftForTheNextRun() throws Exception {
        write("a.json", 2, Duration.ofMinutes(2));
        write("b.json", 1, Duration.ofMinutes(1));
        committer.hold();
        BoundedRun run = new BoundedRun(Set.of(Source.DIRECTORY), () -> {});
        SourceUnderTest source =
                start(Settings.of(in).trigger(AVAILABLE_NOW).limits(new FileLimits(1, Long.MAX_VALUE)), run);
        until(() -> committer.begun() == 1); // a.json is on its way, b.json may be read ahead
        append("a.json", line(7));
        write("c.json", 1, Duration.ofMinutes(3));
        committer.release();

        until(run::complete);

        assertThat(source.read()).containsExactly("a.json:1=0", "a.json:2=1", "b.json:1=0");
        run(Settings.of(in));
        assertThat(source.read()).hasSize(5).contains("a.json:3=7", "c.json:1=0");
    }

    @Test
    void aFailedCommitIsReadAgainBeforeTheRunEnds() throws IOException {
        write("a.json", 2, Duration.ofMinutes(2));
        write("b.json", 2, Duration.ofMinutes(1));
        committer.commitFailures.add(new IOException("no"));

        BoundedRun.Told told = run(Settings.of(in));

        assertThat(committer.commitFailures).isEmpty();
        assertThat(told.position()).containsEntry("files", 2L);
        assertThat(started.get(0).read()).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void anUnsettledLastLineStaysForTheNextRunAndIsCounted() throws IOException {
        Files.writeString(in.resolve("a.json"), line(0) + line(1).strip());
        Settings settings = Settings.of(in).settle(Duration.ofMinutes(5));

        BoundedRun.Told first = run(settings);
        BoundedRun.Told second = run(settings);
        age("a.json", Duration.ofMinutes(6));
        BoundedRun.Told third = run(settings);

        assertThat(first.left()).containsEntry("pendingLines", 1L);
        assertThat(second.left()).containsEntry("pendingLines", 1L);
        assertThat(third.left()).containsEntry("pendingLines", 0L);
        assertThat(started.get(0).read()).containsExactly("a.json:1=0", "a.json:2=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.json.gz", "a.json.zst"})
    void soDoesACompressedFile(String name) throws IOException {
        Files.write(in.resolve(name), FileIdentityTest.compress(name, line(0)));
        Settings settings = Settings.of(in).settle(Duration.ofMinutes(5));

        BoundedRun.Told first = run(settings);
        age(name, Duration.ofMinutes(6));
        BoundedRun.Told second = run(settings);

        assertThat(first.left()).containsEntry("unsettledFiles", 1L);
        assertThat(first.failed()).isZero();
        assertThat(second.left()).containsEntry("unsettledFiles", 0L);
        assertThat(started.get(0).read()).containsExactly(name + ":1=0");
    }

    @Test
    void whatCannotBeProcessedIsToldWithItsReason() throws IOException {
        write("a.json", 1, Duration.ofMinutes(1));
        Files.write(in.resolve("b.json.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0});

        BoundedRun.Told told = run(Settings.of(in));

        assertThat(told.failed()).isEqualTo(1);
        assertThat(told.failures()).singleElement().asString().startsWith("b.json.gz: java.io.EOFException");
        assertThat(told.position()).containsEntry("files", 1L);
    }

    @Test
    void soIsADirectoryThatIsMissing() {
        BoundedRun.Told told = run(Settings.of(temporary.resolve("none")));

        assertThat(told.failures()).singleElement().asString().contains("cannot be listed");
    }

    @Test
    void filesAreCleanedAwayWithinTheRun() throws IOException {
        write("a.json", 1, Duration.ofMinutes(1));

        run(Settings.of(in).archive(temporary.resolve("archive")));

        assertThat(in).isEmptyDirectory();
        assertThat(temporary.resolve("archive/a.json")).hasContent(line(0).strip());
        assertThat(committer.entries()).isEmpty();
    }

    private SourceUnderTest start(Settings settings) {
        SourceUnderTest source = new SourceUnderTest(settings, committer, null);
        started.add(source);
        return source;
    }

    private SourceUnderTest start(Settings settings, BoundedRun run) {
        SourceUnderTest source = new SourceUnderTest(settings, committer, run.part(Source.DIRECTORY));
        started.add(source);
        return source;
    }

    /** One run to its end. */
    private BoundedRun.Told run(Settings settings) {
        BoundedRun run = new BoundedRun(Set.of(Source.DIRECTORY), () -> {});
        SourceUnderTest source = start(settings.trigger(AVAILABLE_NOW), run);
        until(run::complete);
        try {
            source.close();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return run.told().get(Source.DIRECTORY);
    }

    private static void until(Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(3))
                .until(condition);
    }

    private static String line(int device) {
        return "{\"deviceId\":\"" + device + "\",\"temperature\":101}\n";
    }

    private void write(String path, int lines, Duration age) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            text.append(line(i));
        }
        // Complete and of its age at once, as a file that is moved in.
        Path outside = Files.writeString(temporary.resolve("outside"), text);
        Files.setLastModifiedTime(outside, FileTime.from(Instant.now().minus(age)));
        Files.move(outside, in.resolve(path));
    }

    private void append(String path, String text) throws IOException {
        Files.writeString(in.resolve(path), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void age(String path, Duration age) throws IOException {
        Files.setLastModifiedTime(in.resolve(path), FileTime.from(Instant.now().minus(age)));
    }
}
