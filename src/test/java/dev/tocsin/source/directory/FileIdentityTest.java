package dev.tocsin.source.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.tocsin.source.directory.FileIdentity.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileIdentityTest {
    /** Lines that all differ, longer than head and tail together. */
    private static final String CONTENT = lines(0, 1000);

    @TempDir
    Path directory;

    @Test
    void aFileThatStaysAsItIsIsTheSame() throws IOException {
        write("a.json", CONTENT);
        FileState state = read("a.json");

        assertThat(check("a.json", state)).isEqualTo(Verdict.SAME);
    }

    @Test
    void aFileThatGrewIsTheSame() throws IOException {
        write("a.json", CONTENT);
        FileState state = read("a.json");

        append("a.json", lines(1000, 10));

        assertThat(check("a.json", state)).isEqualTo(Verdict.SAME);
    }

    @Test
    void aFileOfOneShortLineIsTheSameWhenItGrows() throws IOException {
        write("a.json", "{}\n");
        FileState state = read("a.json");

        append("a.json", "{\"a\":1}\n");

        assertThat(check("a.json", state)).isEqualTo(Verdict.SAME);
    }

    @Test
    void aFileOfWhichNothingWasReadIsTheSameWhateverIsInIt() throws IOException {
        write("a.json", "{");
        FileState state = FileIdentity.generation(Found.look(directory, "a.json"));

        write("a.json", "[");

        assertThat(check("a.json", state)).isEqualTo(Verdict.SAME);
    }

    @Test
    void aFileThatTookThePlaceOfAnotherIsNew() throws IOException {
        write("a.json", CONTENT);
        FileState state = read("a.json");

        write("b.json", CONTENT);
        Files.move(
                directory.resolve("b.json"),
                directory.resolve("a.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);

        assertThat(check("a.json", state)).isEqualTo(Verdict.NEW);
    }

    @Test
    void aFileThatWasWrittenAnewWithAnotherBeginIsNew() throws IOException {
        write("a.json", CONTENT);
        FileState state = read("a.json");

        write("a.json", lines(5000, 1000));

        assertThat(check("a.json", state)).isEqualTo(Verdict.NEW);
    }

    @Test
    void evenIfItIsShorterNow() throws IOException {
        write("a.json", CONTENT);
        FileState state = read("a.json");

        write("a.json", lines(5000, 200));

        assertThat(check("a.json", state)).isEqualTo(Verdict.NEW);
    }

    @Test
    void aFileThatWasCutHasChanged() throws IOException {
        write("a.json", CONTENT);
        FileState state = read("a.json");

        for (int left : new int[] {CONTENT.length() - 1, 2000, 1024, 1023, 1, 0}) {
            write("a.json", CONTENT.substring(0, left));

            assertThat(check("a.json", state)).as("%d bytes left", left).isEqualTo(Verdict.CHANGED);
        }
    }

    @Test
    void aFileWithAnotherTailHasChanged() throws IOException {
        write("a.json", CONTENT);
        FileState state = read("a.json");

        write("a.json", CONTENT.substring(0, CONTENT.length() - 2) + "?\n" + lines(1000, 5));

        assertThat(check("a.json", state)).isEqualTo(Verdict.CHANGED);
    }

    @Test
    void aFileThatGrewBehindALateNewlineIsTheSame() throws IOException {
        write("a.json", "{\"temperature\":1}");
        FileState state = read("a.json");
        append("a.json", "\n");
        state = read("a.json", state);
        assertThat(state.offset()).isEqualTo(18);

        append("a.json", "{\"temperature\":2}\n");

        assertThat(check("a.json", state)).isEqualTo(Verdict.SAME);
    }

    @Test
    void aFileWhoseLongLineWasPassedOverIsTheSameWhenItGrows() throws IOException {
        write("a.json", "x".repeat(1 << 21) + "\n");
        FileState state = read("a.json");
        assertThat(state.lines()).isEqualTo(1);

        append("a.json", "{}\n");

        assertThat(check("a.json", state)).isEqualTo(Verdict.SAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.json.gz", "a.json.zst"})
    void ofACompressedFileTheContentCounts(String name) throws IOException {
        Files.write(directory.resolve(name), compress(name, CONTENT));
        FileState state = read(name);
        assertThat(state.offset()).isEqualTo(CONTENT.length());
        assertThat(Files.size(directory.resolve(name))).isLessThan(CONTENT.length());
        assertThat(check(name, state)).isEqualTo(Verdict.SAME);

        Files.write(directory.resolve(name), compress(name, CONTENT + lines(1000, 5)));
        assertThat(check(name, state)).isEqualTo(Verdict.SAME);

        Files.write(directory.resolve(name), compress(name, lines(5000, 1000)));
        assertThat(check(name, state)).isEqualTo(Verdict.NEW);

        Files.write(directory.resolve(name), compress(name, CONTENT.substring(0, 5000)));
        assertThat(check(name, state)).isEqualTo(Verdict.CHANGED);

        Files.write(directory.resolve(name), compress(name, CONTENT.substring(0, CONTENT.length() - 2) + "?\n"));
        assertThat(check(name, state)).isEqualTo(Verdict.CHANGED);
    }

    @Test
    void aBrokenCompressedFileCannotBeTold() throws IOException {
        Files.write(directory.resolve("a.json.gz"), compress("a.json.gz", CONTENT));
        FileState state = read("a.json.gz");

        Files.write(directory.resolve("a.json.gz"), "no gzip at all".getBytes(UTF_8));

        assertThatThrownBy(() -> check("a.json.gz", state)).isInstanceOf(IOException.class);
    }

    @Test
    void aFileThatIsGoneCannotBeTold() throws IOException {
        write("a.json", CONTENT);
        FileState state = read("a.json");
        Found found = Found.look(directory, "a.json");

        Files.delete(directory.resolve("a.json"));

        assertThatThrownBy(() -> check(found, state)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aGenerationIsOfInodeAndTime() throws IOException {
        write("a.json", CONTENT);
        Files.setLastModifiedTime(directory.resolve("a.json"), FileTime.fromMillis(0x18bcfe56800L));
        Found found = Found.look(directory, "a.json");

        FileState state = FileIdentity.generation(found);

        assertThat(state.generation()).isEqualTo(String.format("%016x%016x", found.inode(), 0x18bcfe56800L));
        assertThat(state.offset()).isZero();
        assertThat(state.size()).isEqualTo(CONTENT.length());
        assertThat(found.unchangedSince(state)).isTrue();
    }

    /** A copy that keeps times, or a file system that counts them in seconds: the lines are others, and so must be their ids. */
    @Test
    void contentThatWasReplacedInPlaceIsAnotherGenerationWhateverItsTime() throws IOException {
        FileTime time = FileTime.fromMillis(1_700_000_000_000L);
        write("a.json", CONTENT);
        Files.setLastModifiedTime(directory.resolve("a.json"), time);
        FileState before = read("a.json");

        write("a.json", lines(5000, 900));
        Files.setLastModifiedTime(directory.resolve("a.json"), time);
        Found found = Found.look(directory, "a.json");

        assertThat(check(found, before)).isEqualTo(Verdict.NEW);
        FileState second = FileIdentity.generation(found, before);
        assertThat(second.generation()).isNotEqualTo(before.generation());
        assertThat(FileIdentity.generation(found, second).generation())
                .isNotIn(before.generation(), second.generation());
    }

    /** Its lines would be read under the ids of the file that was looked at, and once more under its own. */
    @Test
    void aFileThatTookTheNameAfterTheLookIsNotOpenedForIt() throws IOException {
        write("a.json", CONTENT);
        Found found = Found.look(directory, "a.json");
        write("b.json", CONTENT);
        Files.move(directory.resolve("b.json"), directory.resolve("a.json"), StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(() -> FileContent.open(directory, found))
                .isInstanceOf(FileContent.FileReplacedException.class);
    }

    @Test
    void aFileThatIsOpenStaysTheSameWhateverBecomesOfItsName() throws IOException {
        write("a.json", CONTENT);
        write("b.json", lines(0, 5));
        Found found = Found.look(directory, "a.json");
        try (FileContent content = FileContent.open(directory, found)) {

            Files.move(directory.resolve("b.json"), directory.resolve("a.json"), StandardCopyOption.REPLACE_EXISTING);

            try (InputStream bytes = content.from(0)) {
                assertThat(new String(bytes.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(CONTENT);
            }
        }
    }

    private Verdict check(String name, FileState state) throws IOException {
        return check(Found.look(directory, name), state);
    }

    private Verdict check(Found found, FileState state) throws IOException {
        try (FileContent content = FileContent.open(directory, found)) {
            return FileIdentity.check(content, found, state);
        }
    }

    private FileState read(String name) throws IOException {
        return read(name, FileIdentity.generation(Found.look(directory, name)));
    }

    /** As the source reads it, the last line too. */
    private FileState read(String name, FileState from) throws IOException {
        LineReader reader = new LineReader(1024);
        try (FileContent content = FileContent.open(directory, Found.look(directory, name));
                InputStream bytes = content.from(from.offset())) {
            reader.open(name, bytes, from);
            while (reader.next(true, false) != null) {
                continue;
            }
        }
        return reader.state();
    }

    /** Keeps the inode. */
    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    private void append(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content, StandardOpenOption.APPEND);
    }

    static byte[] compress(String name, String content) throws IOException {
        if (name.endsWith(".zst")) {
            return Zstd.compress(content.getBytes(UTF_8));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static String lines(int first, int count) {
        String[] lines = new String[count];
        Arrays.setAll(lines, i -> "{\"n\":" + (first + i) + "}\n");
        return String.join("", lines);
    }
}
