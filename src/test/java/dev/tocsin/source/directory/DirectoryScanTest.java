package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryScanTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant NOW = Instant.now();

    @TempDir
    Path directory;

    private final FileLedger ledger = new JournalLedger(new MapOfEntries());
    private final KnownFiles files =
            new KnownFiles(Settings.of(Path.of("unused")).build(), ledger);
    private final Map<DirectorySettings, DirectoryScan> scans = new HashMap<>();
    private final Set<String> skipped = new HashSet<>();

    @Test
    void theOldestFileIsReadFirst() throws IOException {
        write("b.json", 10, Duration.ofMinutes(3));
        write("c.json", 10, Duration.ofMinutes(1));
        write("a.json", 10, Duration.ofMinutes(2));

        assertThat(toRead(scan(Settings.of(directory)))).containsExactly("b.json", "a.json", "c.json");
    }

    @Test
    void filesOfOneAgeAreReadInTheOrderOfTheirNames() throws IOException {
        for (String name : List.of("c.json", "a.json", "b.json")) {
            write(name, 10, Duration.ofMinutes(1));
        }

        assertThat(toRead(scan(Settings.of(directory)))).containsExactly("a.json", "b.json", "c.json");
    }

    @Test
    void orTheLatestFirst() throws IOException {
        write("b.json", 10, Duration.ofMinutes(3));
        write("c.json", 10, Duration.ofMinutes(1));
        write("a.json", 10, Duration.ofMinutes(2));

        assertThat(toRead(scan(Settings.of(directory).latestFirst()))).containsExactly("c.json", "a.json", "b.json");
    }

    @Test
    void whatWaitsToBeReadIsTheBacklog() throws IOException {
        write("a.json", 100, HOUR);
        write("b.json", 30, HOUR);
        write("empty.json", 0, HOUR);
        track("b.json", FileState.Phase.READING, 10, Duration.ZERO);
        write("b.json", 50, HOUR);

        Look scan = scan(Settings.of(directory));

        assertThat(scan.backlogFiles()).isEqualTo(2);
        assertThat(scan.backlogBytes()).isEqualTo(100 + 40);
        assertThat(toRead(scan)).containsExactly("a.json", "b.json", "empty.json");
    }

    @Test
    void aFileThatIsOfAnotherInstanceIsNotRead() throws IOException {
        write("a.json", 10, HOUR);
        write("b.json", 10, HOUR);

        Look scan = scan(Settings.of(directory).build(), path -> path.startsWith("b"));

        assertThat(toRead(scan)).containsExactly("b.json");
        assertThat(scan.backlogBytes()).isEqualTo(10);
    }

    @Test
    void aFileThatIsReadAndUnchangedIsLeftAlone() throws IOException {
        write("a.json", 10, HOUR);
        TrackedFile file = track("a.json", FileState.Phase.READING, 10, HOUR);
        file.tried(true, true);

        Look scan = scan(Settings.of(directory));

        assertThat(scan.toRead()).isEmpty();
        assertThat(scan.backlogFiles()).isZero();
    }

    @Test
    void aFileIsLookedIntoOnceMoreWhenItHasSettled() throws IOException {
        Settings settings = Settings.of(directory).settle(Duration.ofMinutes(5));
        write("a.json", 10, Duration.ZERO);
        track("a.json", FileState.Phase.READING, 5, Duration.ofMinutes(4));
        assertThat(scan(settings).toRead()).isEmpty();

        TrackedFile file = track("a.json", FileState.Phase.READING, 5, Duration.ofMinutes(6));

        assertThat(toRead(scan(settings))).containsExactly("a.json");
        file.tried(true, false);
        assertThat(scan(settings).toRead()).isEmpty();
    }

    @Test
    void andOnceMoreWhenItWillNotGrowAnyMore() throws IOException {
        write("a.json", 10, HOUR);
        TrackedFile file = track("a.json", FileState.Phase.READING, 5, HOUR);
        file.tried(true, false);

        assertThat(toRead(scan(Settings.of(directory).growthWindow(Duration.ofMinutes(59)))))
                .containsExactly("a.json");
        file.tried(true, true);

        assertThat(scan(Settings.of(directory).growthWindow(Duration.ofMinutes(59)))
                        .toRead())
                .isEmpty();
    }

    @Test
    void growthOfAFileThatIsDoneIsSeenInTheGrowthWindow() throws IOException {
        write("a.json", 10, Duration.ofMinutes(9));
        track("a.json", FileState.Phase.DONE, 10, Duration.ofMinutes(9));
        assertThat(scan(Settings.of(directory)).toRead()).isEmpty();

        write("a.json", 20, Duration.ZERO);

        assertThat(toRead(scan(Settings.of(directory)))).containsExactly("a.json");
    }

    @Test
    void afterTheGrowthWindowFilesThatAreDoneAreLookedAtInTurn() throws IOException {
        FileState ofAnother =
                new FileState(FileState.Phase.DONE, "1", 1, 1, 1, 0, 0, false, Fingerprint.NONE, Fingerprint.NONE);
        Set<String> names = new HashSet<>();
        for (int i = 0; i < 2_001; i++) {
            String name = "f" + i + ".json";
            Files.createFile(directory.resolve(name));
            files.closed().put(name, ofAnother, 0);
            names.add(name);
        }

        List<String> looked = new ArrayList<>();
        for (int turn = 7; turn < 10; turn++) {
            List<String> now = toRead(scan(Settings.of(directory)));
            assertThat(now).hasSizeBetween(500, 900);
            now.forEach(files::remove);
            now.forEach(name -> files.closed().put(name, ofAnother, 0));
            looked.addAll(now);
        }

        assertThat(looked).hasSize(2_001).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aFileThatIsNotDoneIsLookedAtHoweverOldItIs() throws IOException {
        write("a.json", 10, Duration.ofDays(400));
        track("a.json", FileState.Phase.READING, 5, Duration.ofDays(400)).tried(true, true);
        assertThat(scan(Settings.of(directory)).toRead()).isEmpty();

        write("a.json", 20, Duration.ofDays(399));

        assertThat(toRead(scan(Settings.of(directory)))).containsExactly("a.json");
    }

    /** A file system may keep times before 1700, which is longer ago than a long can count in nanoseconds. */
    @Test
    void aFileMayBeOfAnyAge() throws IOException {
        write("a.json", 10, HOUR);
        FileState state = FileIdentity.generation(Found.look(directory, "a.json"));
        long farPast = Instant.parse("1600-01-01T00:00:00Z").toEpochMilli();

        for (long modified : new long[] {farPast, Long.MIN_VALUE / 2, Long.MAX_VALUE}) {
            TrackedFile file = new TrackedFile(state, DirectoryScan.age(modified), true);
            file.observe(new Found("a.json", Found.Kind.REGULAR, 1, 2, modified - 1));
            file.observe(new Found("a.json", Found.Kind.REGULAR, 1, 2, modified));

            assertThat(file.stoodStillFor(HOUR)).isEqualTo(modified < 0);
        }
    }

    @Test
    void aFileThatIsDoneIsCleanedAwayAfterTheDelay() throws IOException {
        write("a.json", 10, Duration.ofMinutes(2));
        track("a.json", FileState.Phase.DONE, 10, Duration.ofMinutes(2));
        Settings settings = Settings.of(directory).delete();

        assertThat(scan(settings.afterDelay(Duration.ofMinutes(3))).toClean()).isEmpty();
        assertThat(scan(settings.afterDelay(Duration.ofMinutes(1))).toClean()).containsExactly("a.json");
        assertThat(scan(Settings.of(directory)).toClean()).isEmpty();
    }

    @Test
    void alsoLongAfterTheGrowthWindow() throws IOException {
        write("a.json", 10, HOUR);
        track("a.json", FileState.Phase.DONE, 10, HOUR);

        assertThat(scan(Settings.of(directory).archive(directory.resolve("archive")))
                        .toClean())
                .containsExactly("a.json");
    }

    @Test
    void aFileThatGrewIsReadBeforeItIsCleanedAway() throws IOException {
        write("a.json", 10, HOUR);
        track("a.json", FileState.Phase.DONE, 10, HOUR);
        write("a.json", 20, Duration.ofMinutes(30));

        Look scan = scan(Settings.of(directory).delete());

        assertThat(scan.toClean()).isEmpty();
        assertThat(toRead(scan)).containsExactly("a.json");
    }

    @Test
    void aFileThatIsNotDoneIsNotCleanedAway() throws IOException {
        for (FileState.Phase phase :
                List.of(FileState.Phase.READING, FileState.Phase.FAILED, FileState.Phase.CHANGED)) {
            write("a.json", 10, HOUR);
            track("a.json", phase, 10, HOUR).tried(true, true);

            assertThat(scan(Settings.of(directory).delete()).toClean())
                    .as("%s", phase)
                    .isEmpty();
        }
    }

    @Test
    void aFileWhoseEndIsNotCommittedIsNotCleanedAway() throws IOException {
        write("a.json", 10, HOUR);
        TrackedFile file = track("a.json", FileState.Phase.READING, 10, HOUR);
        file.update(file.state().in(FileState.Phase.DONE));
        assertThat(scan(Settings.of(directory).delete()).toClean()).isEmpty();

        file.committed(file.state().toJson(), 0);

        assertThat(scan(Settings.of(directory).delete()).toClean()).containsExactly("a.json");
    }

    @Test
    void whatIsNotListedIsGoneUntilItIsBack() throws IOException {
        write("a.json", 10, HOUR);
        write("b.json", 10, HOUR);
        TrackedFile file = track("b.json", FileState.Phase.DONE, 10, HOUR);
        Path away = directory.resolve("b.away");
        Files.move(directory.resolve("b.json"), away);

        scan(Settings.of(directory));
        assertThat(file.isGoneFor(Duration.ZERO)).isTrue();

        Files.move(away, directory.resolve("b.json"));
        scan(Settings.of(directory));
        assertThat(file.isGoneFor(Duration.ZERO)).isFalse();
    }

    @Test
    void nothingIsGoneInADirectoryThatIsSuddenlyEmpty() throws IOException {
        TrackedFile file = track("gone.json", FileState.Phase.DONE, 10, HOUR);
        write("a.json", 10, HOUR);
        scan(Settings.of(directory));
        assertThat(file.isGoneFor(Duration.ZERO)).isTrue();

        Files.delete(directory.resolve("a.json"));
        Look scan = scan(Settings.of(directory));

        assertThat(file.isGoneFor(Duration.ZERO)).isFalse();
        assertThat(scan.toRead()).isEmpty();
    }

    @Test
    void aMissingDirectoryIsAFailure() throws IOException {
        track("a.json", FileState.Phase.DONE, 10, HOUR);
        Settings settings = Settings.of(directory.resolve("none")).retention(Duration.ZERO);

        assertThatThrownBy(() -> scan(settings)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aLinkIsSkipped() throws IOException {
        write("target.txt", 10, HOUR);
        Files.createSymbolicLink(directory.resolve("a.json"), directory.resolve("target.txt"));
        Files.createSymbolicLink(directory.resolve("dangling.json"), directory.resolve("nothing"));

        Look scan = scan(Settings.of(directory));

        assertThat(scan.toRead()).isEmpty();
        assertThat(skipped).containsExactlyInAnyOrder("a.json", "dangling.json");
        assertThat(scan.backlogFiles()).isZero();
    }

    @Test
    void aLinkInThePlaceOfAKnownFileIsSaidOnceHoweverOftenItIsListed() throws IOException {
        write("target.txt", 10, HOUR);
        track("a.json", FileState.Phase.DONE, 10, HOUR);
        Files.createSymbolicLink(directory.resolve("a.json"), directory.resolve("target.txt"));

        for (int i = 0; i < 5; i++) {
            scan(Settings.of(directory));
        }

        assertThat(skipped).containsExactly("a.json");
    }

    @Test
    void aDirectoryNamedLikeAFileIsNotRead() throws IOException {
        Files.createDirectory(directory.resolve("a.json"));
        write("a.json/b.json", 10, HOUR);

        assertThat(scan(Settings.of(directory)).toRead()).isEmpty();
        assertThat(toRead(scan(Settings.of(directory).recursive()))).containsExactly("a.json/b.json");
    }

    private Look scan(Settings settings) throws IOException {
        return scan(settings.build(), path -> true);
    }

    private Look scan(DirectorySettings settings, Predicate<String> owned) throws IOException {
        return scans.computeIfAbsent(settings, of -> new DirectoryScan(of, files, owned, skipped::add, directory -> {}))
                .list(1);
    }

    private static List<String> toRead(Look look) {
        return look.toRead().stream().map(file -> file.found().path()).toList();
    }

    private void write(String path, int size, Duration age) throws IOException {
        Path file = directory.resolve(path);
        Files.write(file, new byte[size]);
        Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
    }

    /** As the ledger has the file, which stands still for so long. */
    private TrackedFile track(String path, FileState.Phase phase, long offset, Duration still) throws IOException {
        FileState state = Files.exists(directory.resolve(path))
                ? FileIdentity.generation(Found.look(directory, path))
                : new FileState(phase, "1", 1, offset, 1, 0, 0, false, Fingerprint.NONE, Fingerprint.NONE);
        TrackedFile file = new TrackedFile(
                new FileState(
                        phase,
                        state.generation(),
                        state.inode(),
                        state.size(),
                        state.modified(),
                        offset,
                        1,
                        false,
                        Fingerprint.NONE,
                        Fingerprint.NONE),
                still,
                true);
        files.add(path, file);
        return file;
    }
}
