package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KnownFilesTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final Map<String, byte[]> entries = new HashMap<>();
    private final KnownFiles files =
            new KnownFiles(Settings.of(Path.of("unused")).build(), new JournalLedger(new MapOfEntries(() -> entries)));

    /** It would be forgotten as if the directory had been there all the time. */
    @Test
    void aFileOfADirectoryThatWasEmptyDoesNotCountAsGoneOnceItIsClosed() throws Exception {
        entries.put("a.json", ended().goneSince(ago(HOUR)).toJson());
        files.load();
        files.open("a.json");

        files.restartRetention();
        files.closeWhatIsDone();

        assertThat(files.tracked()).isEmpty();
        assertThat(files.closed().gone(closed("a.json"))).isNull();
        assertThat(files.closed().isToBeNoted(closed("a.json"))).isTrue();
    }

    @Test
    void elseItHasBeenGoneForAsLongAsBefore() throws Exception {
        entries.put("noted.json", ended().goneSince(ago(HOUR)).toJson());
        entries.put("new.json", ended().toJson());
        files.load();
        files.open("noted.json");
        TrackedFile fresh = files.open("new.json");
        assertThat(fresh).isNotNull();
        fresh.gone(HOUR);

        files.closeWhatIsDone();

        assertThat(files.tracked()).isEmpty();
        assertThat(files.closed().isGoneFor(closed("noted.json"), HOUR.minusSeconds(10)))
                .isTrue();
        assertThat(files.closed().isToBeNoted(closed("noted.json"))).isFalse();
        assertThat(files.closed().isGoneFor(closed("new.json"), HOUR.minusSeconds(10)))
                .isTrue();
        assertThat(files.closed().isToBeNoted(closed("new.json"))).isTrue();
    }

    @Test
    void oneThatIsThereIsNotGone() throws Exception {
        entries.put("a.json", ended().toJson());
        files.load();
        files.open("a.json");

        files.closeWhatIsDone();

        assertThat(files.tracked()).isEmpty();
        assertThat(files.closed().isMissing(closed("a.json"))).isFalse();
        assertThat(files.closed().isToBeNoted(closed("a.json"))).isFalse();
    }

    private long closed(String path) {
        return files.closed().find(files.closed().hash(path));
    }

    private static long ago(Duration time) {
        return System.currentTimeMillis() - time.toMillis();
    }

    /** As the ledger has a file that was read to its end. */
    private static FileState ended() {
        return new FileState(
                FileState.Phase.DONE,
                "1",
                7,
                100,
                ago(HOUR.multipliedBy(48)),
                100,
                1,
                false,
                Fingerprint.NONE,
                Fingerprint.NONE);
    }
}
