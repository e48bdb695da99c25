package dev.tocsin.source.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.alert.Alert;
import dev.tocsin.alert.Evaluator;
import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Delivery;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.MemoryCommitter;
import dev.tocsin.reading.Reject;
import dev.tocsin.reading.RejectReason;
import dev.tocsin.rule.Rules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The source with its real reader, evaluation and delivery; only what is committed goes to memory. */
@Timeout(30)
class DirectorySourceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(60);

    @TempDir
    Path temporary;

    private final MemoryCommitter committer = new MemoryCommitter();
    private final List<FileOutcome> outcomes = new CopyOnWriteArrayList<>();
    private final ExecutorService evaluation = Executors.newSingleThreadExecutor();
    private final List<Running> started = new ArrayList<>();
    private Path in;

    /** A source and its delivery, as one process has them. */
    private record Running(DirectorySource source, Delivery delivery) {
        void stop() throws InterruptedException {
            source.stop();
            source.join(PATIENCE);
            delivery.stop(PATIENCE);
        }
    }

    @BeforeEach
    void directory() throws IOException {
        in = Files.createDirectory(temporary.resolve("in"));
    }

    @AfterEach
    void stop() throws InterruptedException {
        committer.release();
        for (Running running : started) {
            running.stop();
        }
        evaluation.shutdownNow();
    }

    @Test
    void everyLineIsReadOnceAndTheFileIsDone() throws IOException {
        write("a.json", alerts(0, 3) + "\n" + cold() + "broken\n");
        Running running = start(Settings.of(in));

        scanUntil(running, () -> outcomes.equals(List.of(FileOutcome.DONE)));

        assertThat(read()).containsExactly("a.json:1=0", "a.json:2=1", "a.json:3=2");
        assertThat(rejects()).extracting(reject -> reject.origin().text()).containsExactly("a.json:6");
        assertThat(state("a.json").phase()).isEqualTo(FileState.Phase.DONE);
        assertThat(state("a.json").lines()).isEqualTo(6);
        assertThat(running.source().backlogFiles()).isZero();
        assertThat(running.source().problem()).isEmpty();
        assertThat(running.source().alive()).isTrue();
    }

    @Test
    void anEmptyFileIsDoneToo() throws IOException {
        write("a.json", "");
        Running running = start(Settings.of(in));

        scanUntil(running, () -> outcomes.equals(List.of(FileOutcome.DONE)));

        assertThat(state("a.json").lines()).isZero();
    }

    @Test
    void filesAreReadOldestFirst() throws IOException {
        for (int i = 0; i < 5; i++) {
            write("f" + i + ".json", alerts(i, 1));
            age("f" + i + ".json", Duration.ofMinutes(i + 1));
        }
        Running running = start(Settings.of(in));

        scanUntil(running, () -> outcomes.size() == 5);

        assertThat(read()).containsExactly("f4.json:1=4", "f3.json:1=3", "f2.json:1=2", "f1.json:1=1", "f0.json:1=0");
    }

    @Test
    void filesBelowHaveTheirPathsAsNames() throws IOException {
        Files.createDirectories(in.resolve("2025/10"));
        write("2025/10/a.json", alerts(0, 1));
        Running running = start(Settings.of(in).recursive());

        scanUntil(running, () -> outcomes.size() == 1);

        assertThat(read()).containsExactly("2025/10/a.json:1=0");
        assertThat(committer.entries()).containsOnlyKeys("2025/10/a.json");
    }

    @Test
    void ofAFileThatGrowsWhatIsNewIsRead() throws IOException {
        write("a.json", alerts(0, 2));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 1);

        append("a.json", alerts(2, 2));
        scanUntil(running, () -> committer.alerts().size() == 4);

        assertThat(read()).containsExactly("a.json:1=0", "a.json:2=1", "a.json:3=2", "a.json:4=3");
        assertThat(outcomes).as("a file is done once").containsExactly(FileOutcome.DONE);
    }

    @Test
    void anUnfinishedLineIsReadWhenItsRestHasCome() throws IOException {
        String lines = alerts(0, 2);
        write("a.json", lines.substring(0, lines.length() - 5));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> committer.alerts().size() == 1);

        append("a.json", lines.substring(lines.length() - 5));
        scanUntil(running, () -> committer.alerts().size() == 2);

        assertThat(read()).containsExactly("a.json:1=0", "a.json:2=1");
        assertThat(rejects()).isEmpty();
    }

    @Test
    void aLastLineWithoutANewlineIsReadWhenTheFileHasSettled() throws IOException {
        write("a.json", alerts(0, 2).stripTrailing());
        Running running = start(Settings.of(in).settle(Duration.ofMinutes(5)));
        scanUntil(running, () -> committer.alerts().size() == 1);
        scanTwice(running);
        assertThat(read()).containsExactly("a.json:1=0");

        age("a.json", Duration.ofMinutes(6));
        scanUntil(running, () -> outcomes.size() == 1);

        assertThat(read()).containsExactly("a.json:1=0", "a.json:2=1");
        assertThat(state("a.json").unended()).isTrue();
    }

    @Test
    void aLastLineThatIsNoReadingIsRejectedWhenTheFileWillNotGrowAnyMore() throws IOException {
        write("a.json", alerts(0, 1) + "{\"temperature\":1");
        Running running = start(Settings.of(in).growthWindow(Duration.ofMinutes(5)));
        scanUntil(running, () -> committer.alerts().size() == 1);
        scanTwice(running);
        assertThat(rejects()).isEmpty();
        assertThat(outcomes).isEmpty();

        age("a.json", Duration.ofMinutes(6));
        scanUntil(running, () -> outcomes.size() == 1);

        assertThat(rejects()).extracting(Reject::reason).containsExactly(RejectReason.MALFORMED);
        assertThat(state("a.json").lines()).isEqualTo(2);
    }

    @Test
    void aFileGoesOnBehindANewlineThatCameLate() throws IOException {
        write("a.json", alerts(0, 1).strip());
        Running running = start(Settings.of(in));
        scanUntil(running, () -> committer.alerts().size() == 1);
        long ended = state("a.json").offset();

        append("a.json", "\n");
        scanTwice(running);
        append("a.json", alerts(1, 2));
        scanUntil(running, () -> state("a.json").offset() > ended + 1 || outcomes.contains(FileOutcome.CHANGED));

        assertThat(outcomes).containsExactly(FileOutcome.DONE);
        assertThat(read()).containsExactly("a.json:1=0", "a.json:2=1", "a.json:3=2");
    }

    @Test
    void aLineOfMoreThanABufferWithoutANewlineIsNotDroppedInSilence() throws IOException {
        write("a.json", "x".repeat(3 << 20));
        age("a.json", Duration.ofHours(1));
        Running running = start(Settings.of(in));

        scanUntil(running, () -> outcomes.size() == 1);

        assertThat(rejects())
                .extracting(Reject::reason, Reject::size)
                .containsExactly(org.assertj.core.api.Assertions.tuple(RejectReason.TOO_LONG, (long) (3 << 20)));
    }

    @Test
    void aFileThatTakesThePlaceOfAnotherIsReadFromItsBegin() throws IOException {
        write("a.json", alerts(0, 2));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 1);

        replace("a.json", alerts(0, 3));
        scanUntil(running, () -> committer.alerts().size() == 5);

        assertThat(read()).containsExactly("a.json:1=0", "a.json:2=1", "a.json:1=0", "a.json:2=1", "a.json:3=2");
        assertThat(committer.alerts()).extracting(Alert::id).doesNotHaveDuplicates();
        scanUntil(running, () -> state("a.json").phase() == FileState.Phase.DONE);
        assertThat(state("a.json").lines()).isEqualTo(3);
    }

    @Test
    void eachFileOfANameIsCountedAsDone() throws IOException {
        write("a.json", alerts(0, 2));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 1);

        replace("a.json", alerts(5, 3));
        scanUntil(
                running, () -> committer.alerts().size() == 5 && state("a.json").phase() == FileState.Phase.DONE);

        await().atMost(Duration.ofSeconds(1))
                .untilAsserted(() -> assertThat(outcomes).containsExactly(FileOutcome.DONE, FileOutcome.DONE));
    }

    @Test
    void aFileThatWasCutIsReportedOnceAndNotReadAgain() throws IOException {
        write("a.json", alerts(0, 100));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 1);

        write("a.json", alerts(0, 80));
        scanUntil(running, () -> outcomes.size() == 2);
        String more = alerts(700, 50);
        append("a.json", more);
        scanUntil(running, () -> state("a.json").size() == alerts(0, 80).length() + more.length());

        assertThat(outcomes).containsExactly(FileOutcome.DONE, FileOutcome.CHANGED);
        assertThat(read()).hasSize(100).doesNotHaveDuplicates();
        assertThat(state("a.json").phase()).isEqualTo(FileState.Phase.CHANGED);
    }

    @Test
    void aFileThatIsTouchedIsNotDoneAgain() throws IOException {
        write("a.json", alerts(0, 2));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 1);

        for (int minutes = 3; minutes > 0; minutes--) {
            age("a.json", Duration.ofMinutes(minutes));
            scanTwice(running);
        }

        assertThat(outcomes).containsExactly(FileOutcome.DONE);
        assertThat(read()).hasSize(2);
    }

    @Test
    void aFileUnderAnotherNameIsAnotherFile() throws IOException {
        write("a.json", alerts(0, 1));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 1);

        Files.move(in.resolve("a.json"), in.resolve("b.json"));
        scanUntil(running, () -> outcomes.size() == 2);

        assertThat(read()).containsExactly("a.json:1=0", "b.json:1=0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.json.gz", "a.json.zst"})
    void compressedFilesAreReadOnceTheyHaveSettled(String name) throws IOException {
        Running running = start(Settings.of(in).settle(Duration.ofMinutes(5)));
        byte[] whole = FileIdentityTest.compress(name, alerts(0, 20_000));
        Files.write(in.resolve(name), Arrays.copyOf(whole, 10));
        scanTwice(running);

        Files.write(in.resolve(name), whole);
        scanTwice(running);
        assertThat(outcomes).isEmpty();
        age(name, Duration.ofMinutes(6));
        scanUntil(running, () -> outcomes.size() == 1);

        assertThat(outcomes).containsExactly(FileOutcome.DONE);
        assertThat(read()).hasSize(20_000).startsWith(name + ":1=0").endsWith(name + ":20000=19999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.json.gz", "a.json.zst"})
    void aCompressedFileThatIsCutHasFailedAndIsReadOnWhenItIsWhole(String name) throws IOException {
        byte[] whole = FileIdentityTest.compress(name, alerts(0, 20_000));
        Files.write(in.resolve(name), Arrays.copyOf(whole, whole.length / 2));
        age(name, Duration.ofMinutes(6));
        Running running = start(Settings.of(in).settle(Duration.ofMinutes(5)));
        scanUntil(running, () -> outcomes.equals(List.of(FileOutcome.FAILED)));
        scanTwice(running);
        assertThat(outcomes).containsExactly(FileOutcome.FAILED);

        Files.write(in.resolve(name), whole);
        age(name, Duration.ofMinutes(6));
        scanUntil(running, () -> outcomes.size() == 2);

        assertThat(outcomes).containsExactly(FileOutcome.FAILED, FileOutcome.DONE);
        assertThat(read()).hasSize(20_000).doesNotHaveDuplicates().endsWith(name + ":20000=19999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.json.gz", "a.json.zst"})
    void aCompressedFileMayBeOfSeveralParts(String name) throws IOException {
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        for (int i = 0; i < 5; i++) {
            parts.writeBytes(FileIdentityTest.compress(name, alerts(i * 1000, 1000)));
        }
        Files.write(in.resolve(name), parts.toByteArray());
        Running running = start(Settings.of(in));

        scanUntil(running, () -> outcomes.size() == 1);

        assertThat(read()).hasSize(5000).endsWith(name + ":5000=4999");
    }

    @Test
    void aChangeOfACompressedFileThatIsDoneIsReported() throws IOException {
        Files.write(in.resolve("a.json.gz"), FileIdentityTest.compress("a.json.gz", alerts(0, 3)));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 1);

        Files.write(in.resolve("a.json.gz"), FileIdentityTest.compress("a.json.gz", alerts(0, 5)));
        scanUntil(running, () -> outcomes.size() == 2);

        assertThat(outcomes).containsExactly(FileOutcome.DONE, FileOutcome.CHANGED);
        assertThat(committer.alerts()).hasSize(3);
    }

    @Test
    void aFailedCommitIsReadAgainAndNothingTwice() throws IOException {
        write("a.json", alerts(0, 3));
        write("b.json", alerts(10, 3));
        age("b.json", Duration.ofMinutes(1));
        committer.commitFailures.add(new IOException("disk full"));
        Running running = start(Settings.of(in));

        scanUntil(running, () -> outcomes.size() == 2);

        assertThat(committer.commitFailures).isEmpty();
        assertThat(read())
                .containsExactlyInAnyOrder(
                        "b.json:1=10", "b.json:2=11", "b.json:3=12", "a.json:1=0", "a.json:2=1", "a.json:3=2");
    }

    @Test
    void aFailureInTheMiddleOfAFileTakesItBackToWhatIsCommitted() throws IOException {
        int lines = 200_000; // about ten chunks
        write("a.json", sparse(lines));
        committer.hold();
        Running running = start(Settings.of(in));
        scanUntil(running, () -> committer.begun() == 1);
        committer.release();
        scanUntil(running, () -> !committer.commits.isEmpty());
        committer.commitFailures.add(new IOException("no"));

        scanUntil(running, () -> outcomes.size() == 1);

        assertThat(read()).isEqualTo(sparseAlerts("a.json", lines));
        assertThat(state("a.json").lines()).isEqualTo(lines);
        assertThat(committedReadings()).isEqualTo(lines);
    }

    /** Files of many chunks, growing, being replaced, while commits and recoveries fail: in the end each line once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whateverFailsTheLinesThatAreCommittedAreThoseOfTheFiles(long seed) throws IOException {
        Random random = new Random(seed);
        Running running = start(Settings.of(in));
        Map<String, Integer> lines = new HashMap<>();
        for (int round = 0; round < 12; round++) {
            String name = "f" + random.nextInt(4) + ".json";
            int more = random.nextInt(4) == 0 ? 40_000 : random.nextInt(300);
            int before = lines.getOrDefault(name, 0);
            append(name, sparse(before, more));
            lines.put(name, before + more);
            for (int i = random.nextInt(3); i > 0; i--) {
                committer.commitFailures.add(new IOException("commit " + round));
            }
            if (random.nextInt(4) == 0) {
                committer.recoverFailures.add(new IOException("recovery " + round));
            }
            running.source().scan();
            if (random.nextBoolean()) {
                scanTwice(running);
            }
        }
        int total = lines.values().stream().mapToInt(Integer::intValue).sum();

        scanUntil(
                running,
                () -> committer.entries().keySet().equals(lines.keySet())
                        && committer.entries().keySet().stream()
                                        .mapToLong(name -> state(name).lines())
                                        .sum()
                                == total);

        for (Map.Entry<String, Integer> file : lines.entrySet()) {
            assertThat(read().stream().filter(alert -> alert.startsWith(file.getKey())))
                    .isEqualTo(sparseAlerts(file.getKey(), file.getValue()));
        }
        assertThat(committedReadings()).isEqualTo(total);
        assertThat(rejects()).isEmpty();
    }

    @Test
    void anotherProcessGoesOnWhereTheLastOneStopped() throws Exception {
        write("a.json", alerts(0, 2) + "{\"device");
        write("b.json", alerts(10, 2));
        Running first = start(Settings.of(in));
        scanUntil(first, () -> committer.alerts().size() == 4 && outcomes.size() == 1);
        first.stop();

        append("a.json", "Id\":\"2\",\"temperature\":101}\n");
        append("b.json", alerts(12, 1));
        Running second = start(Settings.of(in));
        scanUntil(second, () -> committer.alerts().size() == 6);

        assertThat(read())
                .containsExactlyInAnyOrder(
                        "a.json:1=0", "a.json:2=1", "a.json:3=2", "b.json:1=10", "b.json:2=11", "b.json:3=12");
    }

    @Test
    void stoppingWaitsForWhatIsInFlight() throws Exception {
        write("a.json", sparse(100_000));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> committer.begun() > 0);

        running.stop();

        List<String> committed = read();
        assertThat(sparseAlerts("a.json", 100_000).subList(0, committed.size())).isEqualTo(committed);
        if (committer.entries().containsKey("a.json")) {
            assertThat(committedReadings()).isEqualTo(state("a.json").lines());
        }
        assertThat(running.source().alive()).isTrue();
    }

    @Test
    void aFileThatIsGoneIsForgottenAfterTheRetention() throws IOException {
        write("a.json", alerts(0, 1));
        write("b.json", alerts(1, 1));
        Running running = start(Settings.of(in).retention(SHORT));
        scanUntil(running, () -> outcomes.size() == 2);

        Files.delete(in.resolve("b.json"));
        scanUntil(running, () -> outcomes.contains(FileOutcome.FORGOTTEN));

        assertThat(committer.entries()).containsOnlyKeys("a.json");
        assertThat(outcomes).containsExactly(FileOutcome.DONE, FileOutcome.DONE, FileOutcome.FORGOTTEN);
    }

    @Test
    void aFileThatIsDoneIsArchived() throws IOException {
        write("a.json", alerts(0, 2));
        Running running = start(Settings.of(in).archive(temporary.resolve("archive")));

        scanUntil(running, () -> outcomes.size() == 2);

        assertThat(outcomes).containsExactly(FileOutcome.DONE, FileOutcome.ARCHIVED);
        assertThat(temporary.resolve("archive/a.json")).hasContent(alerts(0, 2));
        assertThat(in).isEmptyDirectory();
        assertThat(committer.entries()).isEmpty();
        assertThat(read()).hasSize(2);
    }

    @Test
    void aFileThatIsNotCommittedIsNotDeleted() throws IOException {
        committer.hold();
        write("a.json", alerts(0, 2));
        Running running = start(Settings.of(in).delete());
        scanUntil(running, () -> committer.begun() == 1);
        scanTwice(running);
        assertThat(in.resolve("a.json")).exists();

        committer.release();
        scanUntil(running, () -> outcomes.contains(FileOutcome.DELETED));

        assertThat(in).isEmptyDirectory();
        assertThat(read()).hasSize(2);
    }

    @Test
    void aFileThatGrewAfterItWasDoneIsCleanedAwayAsWell() throws IOException {
        write("a.json", alerts(0, 2));
        Running running =
                start(Settings.of(in).afterDelay(Duration.ofMinutes(5)).delete());
        scanUntil(running, () -> outcomes.contains(FileOutcome.DONE));

        append("a.json", alerts(2, 1));
        scanUntil(running, () -> committer.alerts().size() == 3);
        age("a.json", Duration.ofMinutes(6));
        scanUntil(running, () -> Files.notExists(in.resolve("a.json")), Duration.ofSeconds(2));
        scanUntil(running, () -> outcomes.size() == 2);

        assertThat(outcomes).containsExactly(FileOutcome.DONE, FileOutcome.DELETED);
    }

    /** The instants of a kill: what each leaves on the disk and in the ledger, and the restart that finishes it. */
    @ParameterizedTest
    @ValueSource(strings = {"intended", "copied", "moved aside", "committed as away", "trace removed"})
    void aFileThatWasOnItsWayToTheArchiveGetsThere(String instant) throws Exception {
        write("a.json", alerts(0, 2));
        age("a.json", Duration.ofHours(1));
        Running first = start(Settings.of(in));
        scanUntil(first, () -> outcomes.size() == 1);
        first.stop();
        Path archived = Files.createDirectory(temporary.resolve("archive")).resolve("a.json");
        FileState state = state("a.json");
        Path aside = in.resolve(".tocsin-cleaned-" + java.util.HexFormat.of().toHexDigits(state.inode()));
        boolean away = instant.equals("committed as away") || instant.equals("trace removed");
        committer.put(
                "a.json",
                state.in(away ? FileState.Phase.CLEANED : FileState.Phase.CLEANING)
                        .toJson());
        if (!instant.equals("intended")) {
            Files.createLink(archived, in.resolve("a.json"));
        }
        if (away || instant.equals("moved aside")) {
            Files.move(in.resolve("a.json"), aside);
        }
        if (instant.equals("trace removed")) {
            Files.delete(aside);
        }
        if (!Files.exists(in.resolve("a.json"))) {
            write("a.json", alerts(0, 2)); // the same again, under the name that is free
        }
        boolean again = Files.exists(aside) || instant.equals("trace removed");

        Running second = start(Settings.of(in).archive(archived.getParent()));
        scanUntil(second, () -> committer.entries().isEmpty() && in.toFile().list().length == 0);

        assertThat(outcomes.stream().filter(FileOutcome.ARCHIVED::equals)).hasSize(again ? 2 : 1);
        assertThat(read()).hasSize(again ? 4 : 2);
        assertThat(committer.alerts()).extracting(Alert::id).doesNotHaveDuplicates();
        assertThat(archived.getParent().toFile().list()).hasSize(again ? 2 : 1);
    }

    @Test
    void aFileThatGrewWhileItWasOnItsWayOutIsReadOnAndStays() throws Exception {
        write("a.json", alerts(0, 2));
        age("a.json", Duration.ofHours(1));
        Running first = start(Settings.of(in));
        scanUntil(first, () -> outcomes.size() == 1);
        first.stop();
        committer.put("a.json", state("a.json").in(FileState.Phase.CLEANING).toJson());
        append("a.json", alerts(2, 1));

        Running second = start(Settings.of(in).afterDelay(Duration.ofMinutes(5)).archive(temporary.resolve("archive")));
        scanUntil(second, () -> committer.alerts().size() == 3);

        assertThat(read()).containsExactly("a.json:1=0", "a.json:2=1", "a.json:3=2");
        assertThat(in.resolve("a.json")).exists();
    }

    @Test
    void aNameIsFreeAgainAfterItsFileWasArchived() throws IOException {
        Running running = start(Settings.of(in).archive(temporary.resolve("archive")));
        for (int i = 0; i < 3; i++) {
            int files = i + 1;
            write("a.json", alerts(i, 1));
            scanUntil(running, () -> outcomes.size() == 2 * files);
        }

        assertThat(read()).containsExactly("a.json:1=0", "a.json:1=1", "a.json:1=2");
        assertThat(committer.alerts()).extracting(Alert::id).doesNotHaveDuplicates();
        assertThat(temporary.resolve("archive")).isDirectoryContaining("glob:**/a.json.2");
    }

    /** What follows is a file that changed, or one that is cleaned away: neither brings lines. */
    @Test
    void theLastLinesOfAScanEndItsBatchWhateverFollows() throws IOException {
        write("b.json", alerts(0, 3));
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 1);
        write("b.json", alerts(0, 2));
        write("a.json", alerts(10, 1));
        age("a.json", Duration.ofMinutes(1)); // read before b.json

        scanUntil(running, () -> outcomes.size() == 3);

        assertEveryBatchEnds();
    }

    @Test
    void theLastLinesOfAScanEndItsBatchAlsoWhereFilesAreCleanedAway() throws IOException {
        Duration delay = Duration.ofMillis(300);
        write("b.json", alerts(0, 3));
        long written = System.nanoTime();
        Running running = start(Settings.of(in).afterDelay(delay).delete());
        scanUntil(running, () -> outcomes.size() == 1);
        await().until(() -> System.nanoTime() - written > 2 * delay.toNanos()); // and no scan until then
        write("a.json", alerts(10, 1));

        scanUntil(
                running,
                () -> outcomes.stream().filter(FileOutcome.DELETED::equals).count() == 2);

        assertEveryBatchEnds();
    }

    @Test
    void allFilesOfAScanAreABatch() throws IOException {
        for (int i = 0; i < 5; i++) {
            write("f" + i + ".json", alerts(i, 1));
        }
        Running running = start(Settings.of(in));
        scanUntil(running, () -> outcomes.size() == 5);
        write("g.json", alerts(9, 1));
        scanUntil(running, () -> outcomes.size() == 6);

        assertEveryBatchEnds();
        assertThat(chunks().stream()
                        .map(Evaluated::batch)
                        .filter(batch -> batch != null)
                        .distinct())
                .hasSize(2);
    }

    @Test
    void aLinkIsSkippedAndSaidOnce() throws IOException {
        write("target.txt", alerts(0, 1));
        Files.createSymbolicLink(in.resolve("a.json"), in.resolve("target.txt"));
        Running running = start(Settings.of(in));

        scanUntil(running, () -> !outcomes.isEmpty());
        scanTwice(running);

        assertThat(outcomes).containsExactly(FileOutcome.SKIPPED);
        assertThat(committer.alerts()).isEmpty();
    }

    @Test
    void aMissingDirectoryIsAProblemUntilItIsThere() throws IOException {
        Path later = temporary.resolve("later");
        Running running = start(Settings.of(later));
        scanUntil(running, () -> running.source().problem().contains("cannot be listed"));
        assertThat(running.source().problem()).startsWith("directory " + later + " cannot be listed: ");

        Files.createDirectory(later);
        Files.writeString(later.resolve("a.json"), alerts(0, 1));
        scanUntil(running, () -> outcomes.size() == 1);

        assertThat(running.source().problem()).isEmpty();
    }

    @Test
    void aLedgerThatCannotBeReadIsAProblemAndNothingIsReadWithoutIt() throws IOException {
        write("a.json", alerts(0, 1));
        Running running = start(Settings.of(in), () -> Map.of("a.json", "garbage".getBytes(UTF_8)));

        scanUntil(running, () -> running.source().problem().contains("not a ledger entry"));

        assertThat(running.source().problem()).startsWith("files cannot be read: ");
        assertThat(committer.begun()).isZero();
        assertThat(running.source().alive()).isTrue();
    }

    private void assertEveryBatchEnds() {
        Map<Batch, List<Evaluated>> batches = new HashMap<>();
        for (Evaluated chunk : chunks()) {
            if (chunk.batch() != null) {
                batches.computeIfAbsent(chunk.batch(), id -> new ArrayList<>()).add(chunk);
            }
        }
        assertThat(batches).isNotEmpty();
        assertThat(batches.values()).allSatisfy(chunks -> {
            assertThat(chunks.get(chunks.size() - 1).lastOfBatch())
                    .as("the last ends it")
                    .isTrue();
            assertThat(chunks.stream().filter(Evaluated::lastOfBatch)).hasSize(1);
        });
    }

    private Running start(Settings settings) {
        return start(settings, committer::entries);
    }

    private Running start(Settings settings, Supplier<Map<String, byte[]>> entries) {
        Evaluator evaluator = new Evaluator(new Rules(List.of(Rules.DEFAULT)), 256 << 10);
        Delivery delivery = new Delivery(committer, List.of(), e -> outcomes.add(null));
        DirectorySource source = DirectorySource.withJournal(
                settings.build(),
                new MapOfEntries(entries),
                delivery,
                chunk -> evaluation.execute(() -> evaluate(evaluator, delivery, chunk)),
                outcomes::add,
                null);
        delivery.start();
        source.start();
        Running running = new Running(source, delivery);
        started.add(running);
        return running;
    }

    private static void evaluate(Evaluator evaluator, Delivery delivery, Chunk chunk) {
        delivery.accept(Evaluated.of(chunk, evaluator.evaluate(chunk.records())));
    }

    private static ConditionFactory await() {
        return Awaitility.await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(3));
    }

    /** Looks at the directory again and again, as the scheduler does. */
    private void scanUntil(Running running, Callable<Boolean> condition) {
        scanUntil(running, condition, PATIENCE);
    }

    private void scanUntil(Running running, Callable<Boolean> condition, Duration patience) {
        await().atMost(patience).until(() -> {
            running.source().scan();
            return condition.call();
        });
    }

    /** Two whole scans that begin after this call have been worked off at its end. */
    private void scanTwice(Running running) throws IOException {
        for (int i = 0; i < 2; i++) {
            Path marker = in.resolve("marker" + System.nanoTime() + ".json");
            int before =
                    (int) outcomes.stream().filter(FileOutcome.SKIPPED::equals).count();
            Files.createSymbolicLink(marker, in.resolve("nothing"));
            scanUntil(
                    running,
                    () -> outcomes.stream().filter(FileOutcome.SKIPPED::equals).count() > before);
            outcomes.remove(FileOutcome.SKIPPED);
            Files.delete(marker);
        }
    }

    private List<Evaluated> chunks() {
        return committer.commits.stream().flatMap(List::stream).toList();
    }

    /** Every committed alert as origin and device. */
    private List<String> read() {
        return committer.alerts().stream()
                .map(alert -> alert.origin().text() + "=" + alert.reading().deviceId())
                .toList();
    }

    private List<Reject> rejects() {
        return chunks().stream()
                .flatMap(chunk -> chunk.evaluation().rejects().stream())
                .toList();
    }

    private long committedReadings() {
        return chunks().stream()
                .mapToLong(chunk -> chunk.evaluation().readings())
                .sum();
    }

    private FileState state(String path) {
        return FileState.fromJson(committer.entries().get(path));
    }

    private void write(String path, String content) throws IOException {
        Files.writeString(in.resolve(path), content);
    }

    private void append(String path, String content) throws IOException {
        Files.writeString(in.resolve(path), content, StandardOpenOption.APPEND, StandardOpenOption.CREATE);
    }

    /** Another inode under the name. */
    private void replace(String path, String content) throws IOException {
        Path fresh = Files.writeString(temporary.resolve("fresh"), content);
        Files.move(fresh, in.resolve(path), StandardCopyOption.REPLACE_EXISTING);
    }

    private void age(String path, Duration age) throws IOException {
        Files.setLastModifiedTime(in.resolve(path), FileTime.from(Instant.now().minus(age)));
    }

    private static String cold() {
        return "{\"deviceId\":\"cold\",\"temperature\":20}\n";
    }

    /** Lines that each raise an alert, of devices with these numbers. */
    private static String alerts(int first, int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = first; i < first + count; i++) {
            lines.append("{\"deviceId\":\"").append(i).append("\",\"temperature\":101}\n");
        }
        return lines.toString();
    }

    private static String sparse(int count) {
        return sparse(0, count);
    }

    /** Lines of which each hundredth raises an alert. */
    private static String sparse(int first, int count) {
        StringBuilder lines = new StringBuilder();
        for (int i = first; i < first + count; i++) {
            lines.append("{\"deviceId\":\"")
                    .append(i)
                    .append("\",\"temperature\":")
                    .append(i % 100 == 0 ? "101}\n" : "20}\n");
        }
        return lines.toString();
    }

    private static List<String> sparseAlerts(String path, int count) {
        return IntStream.range(0, count)
                .filter(i -> i % 100 == 0)
                .mapToObj(i -> path + ":" + (i + 1) + "=" + i)
                .toList();
    }
}
