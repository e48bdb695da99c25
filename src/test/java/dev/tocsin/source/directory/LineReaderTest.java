package dev.tocsin.source.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.reading.Decoded;
import dev.tocsin.reading.Origin;
import dev.tocsin.reading.ReadingDecoder;
import dev.tocsin.reading.Reject;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    /** The size of a reader's buffers for a small {@code maxBytes}. */
    private static final int BUFFER = 1 << 20;

    private static final String READING = "{\"temperature\":1}";

    /** A line as it came: its number, the bytes that the reader holds of it, and its own length. */
    private record Line(long number, String text, long size) {}

    private final LineReader reader = new LineReader(1024);
    private final List<Line> read = new ArrayList<>();
    private final Deque<Lines> chunks = new ArrayDeque<>();
    private FileState state = fresh();

    @Test
    void anEmptyFileHasNoLines() throws IOException {
        read("", true, true);

        assertThat(texts()).isEmpty();
        assertThat(state).isEqualTo(fresh());
        assertThat(reader.pending()).isZero();
    }

    @Test
    void everyNewlineEndsALine() throws IOException {
        read("a\n\nb\r\n\n", false, false);

        assertThat(read)
                .containsExactly(new Line(1, "a", 1), new Line(2, "", 0), new Line(3, "b\r", 2), new Line(4, "", 0));
        assertThat(state.offset()).isEqualTo(7);
        assertThat(state.lines()).isEqualTo(4);
        assertThat(state.unended()).isFalse();
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
        read("\ufeffa\n\ufeffb\n", false, false);

        assertThat(read).containsExactly(new Line(1, "a", 1), new Line(2, "\ufeffb", 4));
        assertThat(state.offset()).isEqualTo(10);
    }

    @Test
    void linesKnowTheirFileAndItsGeneration() throws IOException {
        reader.open("sub/data-1.json", new ByteArrayInputStream("a\nb\n".getBytes(UTF_8)), fresh());
        Lines lines = reader.next(false, false);
        lines.next();
        lines.next();

        assertThat(lines.origin()).isEqualTo(new Origin.OfFile("sub/data-1.json", "generation", 2));
        assertThat(lines.count()).isEqualTo(2);
        assertThat(lines.next()).isFalse();
    }

    @Test
    void anUnfinishedLineWaits() throws IOException {
        read("a\n" + READING, false, false);

        assertThat(texts()).containsExactly("a");
        assertThat(state.offset()).isEqualTo(2);
        assertThat(reader.pending()).isEqualTo(READING.length());
    }

    @Test
    void anUnfinishedLineThatIsAReadingCountsWhenTheFileHasSettled() throws IOException {
        read("a\n" + READING, true, false);

        assertThat(texts()).containsExactly("a", READING);
        assertThat(state.offset()).isEqualTo(2 + READING.length());
        assertThat(state.lines()).isEqualTo(2);
        assertThat(state.unended()).isTrue();
        assertThat(reader.pending()).isZero();
    }

    @Test
    void aByteOrderMarkDoesNotKeepTheOnlyLineFromCounting() throws IOException {
        read("\ufeff" + READING, true, false);

        assertThat(texts()).containsExactly(READING);
    }

    @Test
    void anUnfinishedLineThatIsNoReadingYetWaitsOn() throws IOException {
        read("a\n{\"temperature\":1", true, false);

        assertThat(texts()).containsExactly("a");
        assertThat(state.unended()).isFalse();
        assertThat(reader.pending()).isEqualTo(16);
    }

    @Test
    void inTheEndEveryLineCounts() throws IOException {
        read("a\n{\"temperature\":1", true, true);

        assertThat(texts()).containsExactly("a", "{\"temperature\":1");
        assertThat(state.unended()).isTrue();
        assertThat(reader.pending()).isZero();
    }

    @Test
    void aNewlineThatComesLateEndsTheLineThatWasRead() throws IOException {
        read(READING, true, false);
        read(READING + "\n" + READING + "\n", true, false);

        assertThat(read).extracting(Line::number).containsExactly(1L, 2L);
        assertThat(texts()).containsExactly(READING, READING);
        assertThat(state.unended()).isFalse();
        assertThat(state.lines()).isEqualTo(2);
    }

    @Test
    void soDoesALateCarriageReturnWithItsNewline() throws IOException {
        read(READING, true, false);
        read(READING + "\r\n" + READING + "\r\n", true, false);

        assertThat(texts()).containsExactly(READING, READING + "\r");
        assertThat(state.lines()).isEqualTo(2);
    }

    @Test
    void aLateCarriageReturnMayComeBeforeItsNewline() throws IOException {
        read(READING, true, false);
        read(READING + "\r", true, false);
        read(READING + "\r\n" + READING + "\n", true, false);

        assertThat(texts()).containsExactly(READING, READING);
        assertThat(state.lines()).isEqualTo(2);
    }

    @Test
    void aLateNewlineAloneIsPassedOver() throws IOException {
        read(READING, true, false);
        read(READING + "\n", true, true);

        assertThat(texts()).containsExactly(READING);
        assertThat(state.offset()).isEqualTo(READING.length() + 1);
        assertThat(state.unended()).isFalse();
        assertThat(reader.pending()).isZero();
    }

    @Test
    void onlyOneNewlineBelongsToTheLineThatWasRead() throws IOException {
        read(READING, true, false);
        read(READING + "\n\n", true, false);

        assertThat(read).last().isEqualTo(new Line(2, "", 0));
    }

    @Test
    void whatFollowsAnUnendedLineWithoutANewlineIsALineOfItsOwn() throws IOException {
        read(READING, true, false);
        read(READING + " x\n", true, false);

        assertThat(texts()).containsExactly(READING, " x");
    }

    @Test
    void headAndTailAreThoseOfWhatWasReadAlsoAfterALateNewline() throws IOException {
        read(READING, true, false);
        read(READING + "\n", true, false);

        assertFingerprints((READING + "\n").getBytes(UTF_8));
    }

    @Test
    void fingerprintsCoverAKibibyteAtEachEnd() throws IOException {
        String content = "h".repeat(3000) + "\n" + "t".repeat(3000) + "\n";

        read(content, false, false);

        assertThat(state.head()).isEqualTo(Fingerprint.of(content.getBytes(UTF_8), 0, 1024));
        assertThat(state.tail()).isEqualTo(Fingerprint.of(content.getBytes(UTF_8), 6002 - 1024, 1024));
    }

    @Test
    void theHeadStaysWhenTheFileGrows() throws IOException {
        read("a\n", false, false);
        Fingerprint head = state.head();
        read("a\nbcd\n", false, false);

        assertThat(head).isEqualTo(Fingerprint.of("a\n".getBytes(UTF_8), 0, 2));
        assertThat(state.head()).isEqualTo(head);
        assertThat(state.tail()).isEqualTo(Fingerprint.of("bcd\n".getBytes(UTF_8), 0, 4));
    }

    @Test
    void aLineThatFillsTheBufferIsHeldWhole() throws IOException {
        String longest = "x".repeat(BUFFER - 1);

        read("a\n" + longest + "\n" + "b\n", false, false);

        assertThat(read).containsExactly(new Line(1, "a", 1), new Line(2, longest, BUFFER - 1), new Line(3, "b", 1));
    }

    @Test
    void aLongerLineIsPassedOverButForItsBegin() throws IOException {
        for (int extra : new int[] {0, 1, 2, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER}) {
            read.clear();
            state = fresh();
            String line = "\ufeff" + "x".repeat(BUFFER - 3 + extra);
            String content = "a\n" + line + "\nb\n";

            read(content, false, false);

            assertThat(read)
                    .containsExactly(
                            new Line(1, "a", 1),
                            new Line(2, "\ufeff" + "x".repeat(Reject.MAX_BYTES - 3), BUFFER + extra),
                            new Line(3, "b", 1));
            assertThat(state.offset()).isEqualTo(content.getBytes(UTF_8).length);
            assertFingerprints(content.getBytes(UTF_8));
        }
    }

    @Test
    void aLongLineAtTheBeginHasAHeadToo() throws IOException {
        String content = "x".repeat(2 * BUFFER) + "\n";

        read(content, false, false);

        assertThat(read).containsExactly(new Line(1, "x".repeat(Reject.MAX_BYTES), 2 * BUFFER));
        assertThat(state.head()).isEqualTo(Fingerprint.of(content.getBytes(UTF_8), 0, 1024));
    }

    @Test
    void aLongLineThatIsNotFinishedWaits() throws IOException {
        String begin = "a\n" + "x".repeat(2 * BUFFER);

        read(begin, false, false);
        assertThat(texts()).containsExactly("a");
        assertThat(state.offset()).isEqualTo(2);
        assertThat(reader.pending()).as("something waits for its newline").isPositive();

        read(begin + "xx\n", false, false);
        assertThat(read).last().isEqualTo(new Line(2, "x".repeat(Reject.MAX_BYTES), 2 * BUFFER + 2));
    }

    @Test
    void aLongLineThatIsNotFinishedWaitsOnWhenTheFileHasSettled() throws IOException {
        read("a\n" + "x".repeat(BUFFER), true, false);

        assertThat(texts()).containsExactly("a");
        assertThat(reader.pending()).as("something waits for its newline").isPositive();
    }

    @Test
    void aLongLineThatIsNeverFinishedCountsInTheEnd() throws IOException {
        read("a\n" + "x".repeat(2 * BUFFER), true, true);

        assertThat(read).containsExactly(new Line(1, "a", 1), new Line(2, "x".repeat(Reject.MAX_BYTES), 2 * BUFFER));
        assertThat(state.offset()).isEqualTo(2 + 2 * BUFFER);
        assertThat(reader.pending()).isZero();
    }

    @Test
    void aLongLineAfterALateNewlineIsCutWhereItBegins() throws IOException {
        String line = "x".repeat(BUFFER - 1);
        String content = READING + "\n" + line + "\nb\n";
        read(READING, true, false);

        read(content, false, false);

        assertThat(read).last().isEqualTo(new Line(3, "b", 1));
        assertThat(read.get(1).text()).startsWith("xx");
        assertThat(read.get(1).size()).isEqualTo(BUFFER - 1);
        assertThat(state.offset()).isEqualTo(content.length());
    }

    @Property(tries = 300)
    void howeverAFileGrowsItsLinesAreThoseOfTheWhole(
            @ForAll("few") byte[] content, @ForAll @Size(max = 6) List<@IntRange(max = 60) Integer> sizes)
            throws IOException {
        begin();
        List<Integer> growth = new ArrayList<>(sizes);
        growth.removeIf(size -> size > content.length);
        growth.sort(null);
        for (int size : growth) {
            read(content, size, false, false);
            assertFingerprints(content);
        }
        read(content, content.length, true, true);

        assertThat(read).isEqualTo(split(content));
        assertThat(state.offset()).isEqualTo(content.length);
        assertThat(state.lines()).isEqualTo(read.size());
        assertFingerprints(content);
    }

    /** The buffer ends at any byte of what follows the filling. */
    @Property(tries = 60)
    void whereverAChunkEndsItsLinesAreThoseOfTheWhole(
            @ForAll("few") byte[] around, @ForAll @IntRange(max = 62) int before, @ForAll boolean oneLine)
            throws IOException {
        begin();
        byte[] content = new byte[BUFFER - before + around.length];
        Arrays.fill(content, (byte) 'f');
        for (int i = 999; i < BUFFER - before && !oneLine; i += 1000) {
            content[i] = '\n';
        }
        System.arraycopy(around, 0, content, BUFFER - before, around.length);

        read(content, content.length, true, true);

        assertThat(read.equals(split(content))).isTrue();
        assertThat(state.offset()).isEqualTo(content.length);
        assertFingerprints(content);
    }

    /** Lines of all lengths through many chunks, each evaluated while the next two are already being read. */
    @Property(tries = 3)
    void aLargeFileIsReadInManyChunksThatStayWhatTheyAre(@ForAll long seed) throws IOException {
        begin();
        Random random = new Random(seed);
        byte[] content = new byte[5 * BUFFER];
        random.nextBytes(content);
        int[] lengths = {1, 3, 80, 5_000, 300_000};
        for (int i = 0; i < content.length; i++) {
            content[i] = content[i] == '\n' ? (byte) 'n' : content[i];
        }
        for (int i = 0; i < content.length; i += 1 + random.nextInt(lengths[random.nextInt(lengths.length)])) {
            content[i] = '\n';
        }

        read(content, content.length, false, false);
        read(content, content.length, true, true);

        assertThat(read.equals(split(content))).isTrue();
        assertFingerprints(content);
    }

    @Test
    void aChunkHasSoManyLinesAtMost() throws IOException {
        byte[] content = "\n".repeat(40_000).getBytes(UTF_8);
        reader.open("f", new ByteArrayInputStream(content), fresh());

        List<Integer> counts = new ArrayList<>();
        for (Lines lines = reader.next(false, false); lines != null; lines = reader.next(false, false)) {
            counts.add(lines.count());
        }

        assertThat(counts).containsExactly(16_384, 16_384, 40_000 - 2 * 16_384);
    }

    @Test
    void theNextFileLeavesTheLastChunksOfTheOneBeforeAsTheyAre() throws IOException {
        reader.open("one", new ByteArrayInputStream("a\n".getBytes(UTF_8)), fresh());
        Lines first = reader.next(false, false);
        assertThat(reader.next(false, false)).isNull();
        reader.open("two", new ByteArrayInputStream("b\n".getBytes(UTF_8)), fresh());
        Lines second = reader.next(false, false);
        assertThat(reader.next(false, false)).isNull();
        reader.open("three", new ByteArrayInputStream("c\n".getBytes(UTF_8)), fresh());
        Lines third = reader.next(false, false);

        consume(first);
        consume(second);
        consume(third);

        assertThat(texts()).containsExactly("a", "b", "c");
    }

    /** Settling in between: a model of the rules, one step for each look at the file. */
    @Property(tries = 500)
    void whateverSettlesInBetweenTheLinesAreThoseOfTheRules(@ForAll("looks") List<Look> looks) throws IOException {
        begin();
        StringBuilder content = new StringBuilder();
        List<String> expected = new ArrayList<>();
        int taken = 0;
        boolean unended = false;
        for (Look look : looks) {
            content.append(look.added());
            String left = content.substring(taken);
            if (unended && !left.isEmpty()) {
                String newline = left.startsWith("\r\n") ? "\r\n" : left.startsWith("\n") ? "\n" : "";
                taken += newline.length();
                left = left.substring(newline.length());
                unended = false;
            }
            for (int end = left.indexOf('\n'); end >= 0; end = left.indexOf('\n')) {
                expected.add(left.substring(0, end));
                taken += end + 1;
                left = left.substring(end + 1);
            }
            if (look.settled() && !left.isEmpty() && decodes(left)) {
                expected.add(left);
                taken += left.length();
                unended = true;
            }

            read(content.toString(), look.settled(), false);

            assertThat(texts()).isEqualTo(expected);
            assertThat(state.offset()).isEqualTo(taken);
            assertThat(state.unended()).isEqualTo(unended);
            assertThat(reader.pending()).isEqualTo(content.length() - taken);
        }
    }

    private static boolean decodes(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return new ReadingDecoder().decode(bytes, 0, bytes.length) != Decoded.REJECT;
    }

    /** What was added to a file before it was looked at, and whether it stood still since. */
    record Look(String added, boolean settled) {}

    @Provide
    Arbitrary<List<Look>> looks() {
        Arbitrary<String> added = Arbitraries.of(READING, "\n", "\r\n", "{\"temperature\":", "7}", " ", "x")
                .list()
                .ofMaxSize(4)
                .map(tokens -> String.join("", tokens));
        return net.jqwik.api.Combinators.combine(added, Arbitraries.of(true, false))
                .as(Look::new)
                .list()
                .ofMaxSize(6);
    }

    @Provide
    Arbitrary<byte[]> few() {
        return Arbitraries.of((byte) '\n', (byte) '\r', (byte) 'a', (byte) '{', (byte) 0xC3, (byte) 0)
                .array(byte[].class)
                .ofMaxSize(60);
    }

    /** The lines of the whole content, the last one too, as far as a reader holds them. */
    private static List<Line> split(byte[] content) {
        List<Line> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= content.length; i++) {
            boolean end = i == content.length;
            if (end ? start < i : content[i] == '\n') {
                int held = i - start >= BUFFER ? Reject.MAX_BYTES : i - start;
                lines.add(new Line(
                        lines.size() + 1,
                        new String(content, start, held, java.nio.charset.StandardCharsets.ISO_8859_1),
                        i - start));
                start = i + 1;
            }
        }
        return lines;
    }

    private void begin() {
        read.clear();
        state = fresh();
        latin = true;
    }

    private boolean latin;

    private void read(String content, boolean settled, boolean last) throws IOException {
        byte[] bytes = content.getBytes(UTF_8);
        read(bytes, bytes.length, settled, last);
    }

    /** One look at a file of which so many bytes are there. Each chunk is evaluated as late as can be. */
    private void read(byte[] content, int size, boolean settled, boolean last) throws IOException {
        int offset = (int) state.offset();
        reader.open("f", new InSmallBites(content, offset, size), state);
        for (Lines lines = reader.next(settled, last); lines != null; lines = reader.next(settled, last)) {
            chunks.add(lines);
            if (chunks.size() > 2) {
                consume(chunks.remove());
            }
        }
        state = reader.state();
        while (!chunks.isEmpty()) {
            consume(chunks.remove());
        }
    }

    private void consume(Lines lines) {
        while (lines.next()) {
            Origin.OfFile origin = (Origin.OfFile) lines.origin();
            String text = new String(
                    lines.array(),
                    lines.offset(),
                    lines.length(),
                    latin ? java.nio.charset.StandardCharsets.ISO_8859_1 : UTF_8);
            read.add(new Line(origin.line(), text, lines.size()));
        }
    }

    private List<String> texts() {
        return read.stream().map(Line::text).toList();
    }

    private void assertFingerprints(byte[] content) {
        int tail = state.tail().length();
        assertThat(state.head())
                .isEqualTo(Fingerprint.of(content, 0, state.head().length()));
        assertThat(state.tail()).isEqualTo(Fingerprint.of(content, (int) state.offset() - tail, tail));
    }

    private static FileState fresh() {
        return new FileState(
                FileState.Phase.READING, "generation", 1, 2, 3, 0, 0, false, Fingerprint.NONE, Fingerprint.NONE);
    }

    /** A stream that gives less than it is asked for. */
    private static final class InSmallBites extends FilterInputStream {
        private final Random random;

        InSmallBites(byte[] content, int offset, int size) {
            super(new ByteArrayInputStream(content, offset, size - offset));
            random = new Random(content.length);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return super.read(bytes, offset, Math.min(length, 1 + random.nextInt(random.nextBoolean() ? 3 : 500_000)));
        }
    }
}
