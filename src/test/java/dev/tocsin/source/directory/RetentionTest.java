package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.MemoryCommitter;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.trigger.BoundedRun;
import dev.tocsin.trigger.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long files that are gone are remembered, over restarts. The ledger in a topic is in {@link KafkaLedgerTest}. */
@Timeout(60)
class RetentionTest {
    /** A step of it is 0.36 s. */
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static final Duration HOUR = Duration.ofHours(1);

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
        for (SourceUnderTest source : started) {
            source.close();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FileState.Phase.class,
            names = {"DONE", "READING", "FAILED", "CHANGED"})
    void aRestartGoesOnCounting(FileState.Phase phase) throws Exception {
        write("a.json");
        committer.put("b.json", ended("b.json").in(phase).toJson());
        long begun = System.currentTimeMillis();
        SourceUnderTest first = start(MINUTE);
        scanUntil(first, () -> gone("b.json") != 0);
        first.close();
        assertThat(gone("b.json")).isBetween(begun - 2_000, System.currentTimeMillis());

        anHourPasses("b.json");
        SourceUnderTest second = start(MINUTE);

        scanUntil(second, () -> second.outcomes.contains(FileOutcome.FORGOTTEN));
        assertThat(committer.entries()).containsOnlyKeys("a.json");
    }

    @Test
    void aFileThatHasNotBeenGoneForLongEnoughIsRememberedByALaterProcess() throws Exception {
        write("a.json");
        committer.put("b.json", ended("b.json").goneSince(ago(HOUR)).toJson());
        committer.put(
                "c.json", ended("c.json").goneSince(ago(HOUR.multipliedBy(3))).toJson());

        run(HOUR.multipliedBy(2));

        assertThat(committer.entries()).containsOnlyKeys("a.json", "b.json");
    }

    @Test
    void thatItIsGoneIsWrittenOnce() throws Exception {
        write("a.json");
        committer.put("b.json", ended("b.json").toJson());
        SourceUnderTest source = start(MINUTE);
        scanUntil(source, () -> gone("b.json") != 0);

        committer.put("c.json", ended("c.json").toJson()); // to see that more steps were taken
        source.close();
        SourceUnderTest second = start(MINUTE);
        scanUntil(second, () -> gone("c.json") != 0);

        assertThat(written("b.json")).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = FileState.Phase.class,
            names = {"DONE", "CHANGED", "FAILED"})
    void aFileThatComesBackIsNeitherForgottenNorReadAgain(FileState.Phase phase) throws Exception {
        write("a.json");
        write("b.json");
        committer.put(
                "b.json",
                ended("b.json").in(phase).goneSince(ago(HOUR.multipliedBy(24))).toJson());

        SourceUnderTest source = start(MINUTE);

        scanUntil(source, () -> gone("b.json") == 0);
        assertThat(FileState.fromJson(committer.entries().get("b.json")))
                .isEqualTo(ended("b.json").in(phase));
        assertThat(source.read()).containsExactly("a.json:1=a.json");
        assertThat(source.outcomes).containsExactly(FileOutcome.DONE);
        assertThat(written("b.json")).isEqualTo(1);
    }

    /** The time of its former life does not count for it any more, from the moment at which it is seen. */
    @Test
    void anotherFileThatComesUnderTheNameIsReadOnceAndNotForgotten() throws Exception {
        write("a.json");
        committer.put(
                "b.json", ended("b.json").goneSince(ago(HOUR.multipliedBy(24))).toJson());
        committer.put(
                "c.json", ended("c.json").goneSince(ago(HOUR.multipliedBy(24))).toJson());
        long begun = System.nanoTime();
        SourceUnderTest source = start(MINUTE.multipliedBy(10)); // a step of it is 3.6 s
        scanUntil(source, () -> source.read().size() == 1);
        write("b.json");
        Awaitility.await("a step is due, so that it follows upon the look that finds the file")
                .until(() -> System.nanoTime() - begun > MINUTE.multipliedBy(10).toNanos() / 160);

        scanUntil(source, () -> source.outcomes.contains(FileOutcome.FORGOTTEN));
        scanUntil(source, () -> source.read().size() == 2);

        assertThat(committer.entries()).containsOnlyKeys("a.json", "b.json");
        assertThat(source.outcomes).containsOnlyOnce(FileOutcome.FORGOTTEN);
        assertThat(source.read()).containsExactly("a.json:1=a.json", "b.json:1=b.json");
    }

    @Test
    void aFileThatWasBackIsGoneAnew() throws Exception {
        write("a.json");
        write("b.json");
        committer.put("b.json", ended("b.json").goneSince(ago(HOUR)).toJson());
        SourceUnderTest source = start(MINUTE);
        scanUntil(source, () -> gone("b.json") == 0);

        Files.delete(in.resolve("b.json"));
        long begun = System.currentTimeMillis();
        scanUntil(source, () -> gone("b.json") != 0);

        assertThat(gone("b.json")).isGreaterThanOrEqualTo(begun - 2_000);
        assertThat(source.outcomes).doesNotContain(FileOutcome.FORGOTTEN);
    }

    /** As a volume that is not mounted looks; with another process before and after. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theRetentionBeginsAnewAfterTheDirectoryWasEmptyOrMissing(boolean empty) throws Exception {
        committer.put("b.json", ended("b.json").goneSince(ago(HOUR)).toJson());
        if (!empty) {
            Files.delete(in);
        }
        SourceUnderTest before = start(MINUTE);
        scanUntil(before, () -> gone("b.json") == 0);
        before.close();

        Files.createDirectories(in);
        write("a.json");
        long begun = System.currentTimeMillis();
        SourceUnderTest after = start(MINUTE);
        scanUntil(after, () -> gone("b.json") != 0);

        assertThat(gone("b.json")).isGreaterThanOrEqualTo(begun - 2_000);
        assertThat(before.outcomes).doesNotContain(FileOutcome.FORGOTTEN);
        assertThat(after.outcomes).doesNotContain(FileOutcome.FORGOTTEN);
    }

    @Test
    void soItDoesInRunsThatEndByThemselves() throws Exception {
        committer.put("b.json", ended("b.json").goneSince(ago(HOUR)).toJson());
        Files.delete(in);
        run(MINUTE);
        assertThat(gone("b.json")).isZero();

        Files.createDirectory(in);
        write("a.json");
        run(MINUTE);
        assertThat(gone("b.json")).isNotZero();
        assertThat(committer.entries()).containsKeys("a.json", "b.json");

        anHourPasses("b.json");
        run(MINUTE);
        assertThat(committer.entries()).containsOnlyKeys("a.json");
    }

    /** As while a volume is being filled: what is not there yet would be read again. */
    @Test
    void nothingIsForgottenBeforeAStepHasPassedSinceTheStart() throws Exception {
        write("a.json");
        committer.put(
                "b.json", ended("b.json").goneSince(ago(HOUR.multipliedBy(200))).toJson());
        SourceUnderTest source = start(HOUR.multipliedBy(168));

        scanUntil(source, () -> source.outcomes.contains(FileOutcome.DONE));
        write("b.json");
        scanUntil(source, () -> source.read().size() == 2 || gone("b.json") == 0);

        assertThat(source.outcomes).doesNotContain(FileOutcome.FORGOTTEN);
    }

    private SourceUnderTest start(Duration retention) {
        SourceUnderTest source = new SourceUnderTest(Settings.of(in).retention(retention), committer, null);
        started.add(source);
        return source;
    }

    /** A run that ends by itself, to its end. */
    private void run(Duration retention) throws InterruptedException {
        BoundedRun run = new BoundedRun(Set.of(Source.DIRECTORY), () -> {});
        SourceUnderTest source = new SourceUnderTest(
                Settings.of(in).retention(retention).trigger(new Trigger.AvailableNow(false)),
                committer,
                run.part(Source.DIRECTORY));
        started.add(source);
        scanUntil(source, run::complete);
        source.close();
    }

    private static void scanUntil(SourceUnderTest source, Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    source.scan();
                    return condition.call();
                });
    }

    /** Since when the file is gone, as its entry says; 0: it is not. */
    private long gone(String path) {
        return FileState.fromJson(committer.entries().get(path)).gone();
    }

    /** How often its entry was written. */
    private long written(String path) {
        return committer.commits.stream()
                .flatMap(List::stream)
                .filter(chunk -> chunk.position() instanceof Position.OfFile file
                        && file.path().equals(path))
                .count();
    }

    private void anHourPasses(String path) {
        FileState state = FileState.fromJson(committer.entries().get(path));
        committer.put(path, state.goneSince(state.gone() - HOUR.toMillis()).toJson());
    }

    private static long ago(Duration time) {
        return System.currentTimeMillis() - time.toMillis();
    }

    /** As the ledger has a file that was read to its end; one that is not there has been. */
    private FileState ended(String path) throws IOException {
        boolean there = Files.exists(in.resolve(path));
        Found found =
                there ? Found.look(in, path) : new Found(path, Found.Kind.REGULAR, 7, 100, ago(HOUR.multipliedBy(48)));
        FileState fresh = FileIdentity.generation(found);
        return new FileState(
                FileState.Phase.DONE,
                fresh.generation(),
                fresh.inode(),
                fresh.size(),
                fresh.modified(),
                fresh.size(),
                1,
                false,
                Fingerprint.NONE,
                Fingerprint.NONE);
    }

    private void write(String path) throws IOException {
        Path file = Files.writeString(in.resolve(path), "{\"deviceId\":\"" + path + "\",\"temperature\":101}\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(HOUR.multipliedBy(48))));
    }
}
