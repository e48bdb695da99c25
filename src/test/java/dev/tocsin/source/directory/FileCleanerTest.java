package dev.tocsin.source.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCleanerTest {
    @TempDir
    Path temporary;

    private Path in;
    private Path archive;

    @BeforeEach
    void directories() throws IOException {
        in = Files.createDirectory(temporary.resolve("in"));
        archive = temporary.resolve("archive");
    }

    @Test
    void aFileIsMovedToTheArchive() throws IOException {
        FileState state = write("a.json", "one");

        assertThat(clean(archiver(), "a.json", state)).isTrue();

        assertThat(in).isEmptyDirectory();
        assertThat(archive.resolve("a.json")).hasContent("one");
    }

    @Test
    void theArchiveHasTheDirectoriesOfTheSource() throws IOException {
        FileState state = write("2025/10/a.json", "one");

        assertThat(clean(archiver(), "2025/10/a.json", state)).isTrue();

        assertThat(archive.resolve("2025/10/a.json")).hasContent("one");
    }

    @Test
    void whatIsInTheArchiveIsNeverOverwritten() throws IOException {
        for (String content : List.of("one", "two", "three")) {
            FileState state = write("a.json", content);
            assertThat(clean(archiver(), "a.json", state)).isTrue();
        }

        assertThat(archive.resolve("a.json")).hasContent("one");
        assertThat(archive.resolve("a.json.1")).hasContent("two");
        assertThat(archive.resolve("a.json.2")).hasContent("three");
    }

    @Test
    void aDirectoryInTheArchiveStaysToo() throws IOException {
        Files.createDirectories(archive.resolve("a.json"));
        FileState state = write("a.json", "one");

        assertThat(clean(archiver(), "a.json", state)).isTrue();

        assertThat(archive.resolve("a.json.1")).hasContent("one");
    }

    @Test
    void aMoveThatEndedHalfWayIsFinished() throws IOException {
        FileState state = write("a.json", "one");
        Files.createDirectory(archive);
        Files.createLink(archive.resolve("a.json"), in.resolve("a.json"));

        assertThat(clean(archiver(), "a.json", state)).isTrue();

        assertThat(in).isEmptyDirectory();
        assertThat(archive.resolve("a.json")).hasContent("one");
        assertThat(archived()).containsExactly("a.json");
    }

    @Test
    void alsoWhereItsNameWasTaken() throws IOException {
        FileState state = write("a.json", "two");
        Files.createDirectory(archive);
        Files.writeString(archive.resolve("a.json"), "one");
        Files.createLink(archive.resolve("a.json.1"), in.resolve("a.json"));

        assertThat(clean(archiver(), "a.json", state)).isTrue();

        assertThat(in).isEmptyDirectory();
        assertThat(archived()).containsExactly("a.json", "a.json.1");
        assertThat(archive.resolve("a.json.1")).hasContent("two");
    }

    @Test
    void aFileThatHasChangedSinceStays() throws IOException {
        FileState state = write("a.json", "one");
        Files.writeString(in.resolve("a.json"), "one and more");

        assertThat(clean(archiver(), "a.json", state)).isFalse();
        assertThat(clean(deleter(), "a.json", state)).isFalse();

        assertThat(in.resolve("a.json")).hasContent("one and more");
        assertThat(archive).doesNotExist();
    }

    @Test
    void soDoesAnotherFileOfItsNameAndSize() throws IOException {
        FileState state = write("a.json", "one");
        Files.writeString(in.resolve("b.json"), "two");
        Files.move(in.resolve("b.json"), in.resolve("a.json"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(clean(deleter(), "a.json", state)).isFalse();

        assertThat(in.resolve("a.json")).hasContent("two");
    }

    @Test
    void aFileThatIsGoneIsNoFailure() throws IOException {
        FileState state = write("a.json", "one");
        Files.delete(in.resolve("a.json"));

        assertThat(clean(archiver(), "a.json", state)).isTrue();
        assertThat(clean(deleter(), "a.json", state)).isTrue();
    }

    @Test
    void aFileIsDeleted() throws IOException {
        FileState state = write("a.json", "one");

        assertThat(clean(deleter(), "a.json", state)).isTrue();

        assertThat(in).isEmptyDirectory();
    }

    @Test
    void anArchiveThatCannotBeMadeIsAFailureAndTheFileStays() throws IOException {
        FileState state = write("a.json", "one");
        Files.writeString(archive, "a file");

        assertThatThrownBy(() -> clean(archiver(), "a.json", state)).isInstanceOf(IOException.class);

        assertThat(in.resolve("a.json")).hasContent("one");
    }

    @Test
    void anotherFileSystemGetsACompleteCopy() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory));
        assumeFalse(Files.getFileStore(memory).equals(Files.getFileStore(in)));
        Path elsewhere = Files.createTempDirectory(memory, "tocsin-archive");
        try {
            FileCleaner cleaner =
                    new FileCleaner(Settings.of(in).archive(elsewhere).build());

            assertThat(clean(cleaner, "a.json", write("a.json", "one"))).isTrue();
            assertThat(clean(cleaner, "a.json", write("a.json", "two"))).isTrue();

            assertThat(in).isEmptyDirectory();
            assertThat(elsewhere.resolve("a.json")).hasContent("one");
            assertThat(elsewhere.resolve("a.json.1")).hasContent("two");
            assertThat(names(elsewhere)).hasSize(2);
        } finally {
            delete(elsewhere);
        }
    }

    /** The archive may be writable where the watched directory is not. Root is not bound by permissions. */
    @Test
    void aFileThatCannotBeRemovedIsNotArchivedUnderEveryName() throws IOException {
        FileState state = write("a.json", "one");
        Files.setPosixFilePermissions(in, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assumeFalse(Files.isWritable(in));

            assertThatThrownBy(() -> clean(archiver(), "a.json", state)).isInstanceOf(FileSystemException.class);
            assertThatThrownBy(() -> clean(archiver(), "a.json", state)).isInstanceOf(FileSystemException.class);

            assertThat(archived()).hasSizeLessThanOrEqualTo(1);
        } finally {
            Files.setPosixFilePermissions(in, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** Both steps; false where the file is not what was read. */
    private static boolean clean(FileCleaner cleaner, String path, FileState state) throws IOException {
        boolean away = cleaner.putAway(path, state) == FileCleaner.Result.AWAY;
        if (away) {
            cleaner.removeTrace(path, state);
        }
        return away;
    }

    private FileCleaner archiver() {
        return new FileCleaner(Settings.of(in).archive(archive).build());
    }

    private FileCleaner deleter() {
        return new FileCleaner(Settings.of(in).delete().build());
    }

    private FileState write(String path, String content) throws IOException {
        Path file = in.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        return FileIdentity.generation(Found.look(in, path)).in(FileState.Phase.DONE);
    }

    private List<String> archived() throws IOException {
        return names(archive);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
