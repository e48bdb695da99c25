package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {
    private static final List<String> PATTERNS = List.of("*.json", "*.json.gz", "*.json.zst");

    @TempDir
    Path directory;

    @Test
    void namesThatMatchAnyPatternAreListed() throws IOException {
        create("a.json", "b.json.gz", "c.json.zst", "d.jsonl", "e.txt", "json", "a.json.tmp", "F.JSON");

        assertThat(names(false)).containsExactlyInAnyOrder("a.json", "b.json.gz", "c.json.zst");
    }

    @Test
    void hiddenNamesAreNeverListedWhateverThePattern() throws IOException {
        create(".a.json", "_b.json", "c.json");

        assertThat(names(new Listing(directory, List.of("*", ".*", "_*"), false)))
                .containsExactly("c.json");
    }

    @Test
    void patternsAreGlobs() throws IOException {
        create("data-1.json", "data-12.json", "data-x.log", "other.json");

        assertThat(names(new Listing(directory, List.of("data-?.json", "*.{log,txt}"), false)))
                .containsExactlyInAnyOrder("data-1.json", "data-x.log");
    }

    @Test
    void namesMayHoldAnything() throws IOException {
        create("a b.json", "a\nb.json", "{x}.json", "\u65e5.json", "-.json");

        assertThat(names(false))
                .containsExactlyInAnyOrder("a b.json", "a\nb.json", "{x}.json", "\u65e5.json", "-.json");
    }

    @Test
    void directoriesBelowAreNotLookedInto() throws IOException {
        create("a.json", "sub/b.json");

        assertThat(names(false)).containsExactly("a.json");
    }

    @Test
    void unlessTheListingIsRecursive() throws IOException {
        create("a.json", "sub/b.json", "sub/deeper/c.json", "sub/d.txt");

        assertThat(names(true)).containsExactlyInAnyOrder("a.json", "sub/b.json", "sub/deeper/c.json");
    }

    @Test
    void hiddenDirectoriesAreNotLookedInto() throws IOException {
        create(".git/a.json", "_spark_metadata/b.json", "sub/_temporary/c.json", "sub/d.json");

        assertThat(names(true)).containsExactly("sub/d.json");
    }

    @Test
    void theWatchedDirectoryItselfMayHaveAHiddenName() throws IOException {
        create("_in/a.json");

        assertThat(names(new Listing(directory.resolve("_in"), PATTERNS, false)))
                .containsExactly("a.json");
        assertThat(names(new Listing(directory.resolve("_in"), PATTERNS, true))).containsExactly("a.json");
    }

    @Test
    void aDirectoryNamedLikeAFileIsNotListed() throws IOException {
        create("a.json/b.json");

        assertThat(names(false)).isEmpty();
        assertThat(names(true)).containsExactly("a.json/b.json");
    }

    @Test
    void aLinkIsListedAndNotFollowed() throws IOException {
        create("outside/b.json", "in/a.json");
        Files.createSymbolicLink(directory.resolve("in/link.json"), directory.resolve("outside/b.json"));
        Files.createSymbolicLink(directory.resolve("in/sub"), directory.resolve("outside"));

        assertThat(names(new Listing(directory.resolve("in"), PATTERNS, true)))
                .containsExactlyInAnyOrder("a.json", "link.json");
    }

    @Test
    void theWatchedDirectoryMayBeALink() throws IOException {
        create("in/a.json", "in/sub/b.json");
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("in"));

        assertThat(names(new Listing(link, PATTERNS, false))).containsExactly("a.json");
        assertThat(names(new Listing(link, PATTERNS, true))).containsExactlyInAnyOrder("a.json", "sub/b.json");
    }

    @Test
    void aRelativeDirectoryGivesTheSameNames() throws IOException {
        create("a.json");
        Path relative = Path.of("").toAbsolutePath().relativize(directory);

        assertThat(names(new Listing(relative, PATTERNS, false))).containsExactly("a.json");
    }

    @Test
    void anEmptyDirectoryHasNoNames() throws IOException {
        assertThat(names(true)).isEmpty();
    }

    @Test
    void aMissingDirectoryIsAFailureNotAnEmptyOne() {
        assertThatThrownBy(() -> names(new Listing(directory.resolve("none"), PATTERNS, false)))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void soIsAFileInItsPlace() throws IOException {
        create("in.json");

        assertThatThrownBy(() -> names(new Listing(directory.resolve("in.json"), PATTERNS, false)))
                .isInstanceOf(IOException.class);
    }

    /** Names are shown some at a time. */
    @Test
    void anyNumberOfNamesIsShown() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            expected.add(i + ".json");
            expected.add("sub-" + i + "/a.json");
        }
        create(expected.toArray(String[]::new));

        assertThat(names(true)).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aNameThatThisLocaleCannotExpressMatchesAsWellAsItCan() {
        Listing listing = new Listing(directory, PATTERNS, false);

        assertThat(listing.matches("\uFFFD.json")).isTrue();
        assertThat(listing.matches("\uFFFD.txt")).isFalse();
    }

    private List<String> names(boolean recursive) throws IOException {
        return names(new Listing(directory, PATTERNS, recursive));
    }

    private static List<String> names(Listing listing) throws IOException {
        List<String> names = new ArrayList<>();
        listing.visit(new Listing.Visitor() {
            private Path listed = Path.of("");

            @Override
            public void directory(Path directory) {
                listed = directory;
            }

            @Override
            public List<String> names(List<String> paths) {
                for (String path : paths) {
                    Path file = listed.resolve(Path.of(path).getFileName());
                    if (listing.matches(path) && !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                        names.add(path);
                    }
                }
                return List.copyOf(paths);
            }
        });
        return names;
    }

    private void create(String... paths) throws IOException {
        for (String path : paths) {
            Path file = directory.resolve(path);
            Files.createDirectories(file.getParent());
            Files.createFile(file);
        }
    }
}
