package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Files that grow, are replaced, cut or completed while they are watched. One program watches them all. */
@BrokerTest
class ChangingFilesIT {
    @RegisterExtension
    static final Programs PROGRAMS = Programs.ofAllTests();

    private static final String CHANGED = "tocsin_files_total{outcome=\"changed\"}";
    private static final String FAILED = "tocsin_files_total{outcome=\"failed\"}";

    @TempDir
    static Path home;

    private static Path in;
    private static Deployment deployment;
    private static PackagedProgram tocsin;
    private static int barriers;

    @BeforeAll
    static void watch(KafkaUnderTest kafka) throws IOException {
        in = Files.createDirectory(home.resolve("in"));
        deployment = Deployment.on(kafka);
        tocsin = PROGRAMS.start(PackagedProgram.in(home)
                .with(deployment.settings())
                .with("tocsin.source.kafka.enabled", false)
                .with("tocsin.source.directory.path", in));
    }

    @Test
    void aFileThatGrowsGoesOnWhereItWasLeft() throws IOException {
        Path file = write("grown.json", Readings.hot("a") + "\n");
        awaitAlerts(file, 1);

        append(file, Readings.hot("b") + "\n" + Readings.hot("c") + "\n");

        awaitAlerts(file, 3);
        assertThat(origins(file)).containsExactly("grown.json:1", "grown.json:2", "grown.json:3");
    }

    @Test
    void halfALineWaitsForItsRest() throws IOException {
        String line = Readings.hot("b");
        Path file = write("half.json", Readings.hot("a") + "\n" + line.substring(0, 20));
        passSettleTime();
        assertThat(origins(file)).containsExactly("half.json:1");

        append(file, line.substring(20) + "\n");

        awaitAlerts(file, 2);
        assertThat(origins(file)).containsExactly("half.json:1", "half.json:2");
        assertThat(rejects(file)).isEmpty();
    }

    @Test
    void aLateNewlineBehindALineThatWasReadIsNoLineOfItsOwn() throws IOException {
        Path file = write("late.json", Readings.hot("a"));
        awaitAlerts(file, 1);

        append(file, "\r\n" + Readings.hot("b") + "\n");

        awaitAlerts(file, 2);
        assertThat(origins(file)).containsExactly("late.json:1", "late.json:2");
        assertThat(rejects(file)).isEmpty();
    }

    @Test
    void aFileThatTakesTheNameOfAnotherIsReadFromItsBegin() throws IOException {
        Path file = write("replaced.json", Readings.hot("a") + "\n");
        awaitAlerts(file, 1);
        Path other = write("_other.json", Readings.hot("a") + "\n" + Readings.hot("b") + "\n");

        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

        awaitAlerts(file, 3);
        assertThat(origins(file)).containsExactly("replaced.json:1", "replaced.json:1", "replaced.json:2");
        assertThat(alerts(file)).extracting(OutputRecord::id).doesNotHaveDuplicates();
    }

    @Test
    void aFileWithAnotherHeadIsReadFromItsBegin() throws IOException {
        Path file = write("headed.json", Readings.hot("a") + "\n");
        awaitAlerts(file, 1);

        overwrite(file, 0, Readings.hot("b") + "\n");

        awaitAlerts(file, 2);
        assertThat(alerts(file)).extracting(OutputRecord::key).containsExactlyInAnyOrder("a", "b");
        assertThat(origins(file)).containsExactly("headed.json:1", "headed.json:1");
    }

    @Test
    void aFileThatWasCutIsReportedOnceAndNotReadAgain() throws IOException {
        String text = lines(100, 10);
        Path file = write("cut.json", text);
        awaitAlerts(file, 10);
        double changed = tocsin.metric(CHANGED);

        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(text.length() / 2);
        }

        tocsin.awaitMetric(CHANGED, changed + 1);
        append(file, Readings.hot("not read") + "\n");
        passSettleTime();
        assertThat(alerts(file)).hasSize(10);
        assertThat(tocsin.metric(CHANGED)).isEqualTo(changed + 1);
        assertThat(tocsin.said("cut.json")).hasSize(1);
    }

    @Test
    void aFileWhoseReadPartWasRewrittenIsReportedOnceAndNotReadAgain() throws IOException {
        String text = lines(100, 10);
        Path file = write("rewritten.json", text);
        awaitAlerts(file, 10);
        double changed = tocsin.metric(CHANGED);

        overwrite(file, text.length() - 50, text.substring(text.length() - 50).replace('6', '7'));

        tocsin.awaitMetric(CHANGED, changed + 1);
        passSettleTime();
        assertThat(alerts(file)).hasSize(10);
        assertThat(tocsin.metric(CHANGED)).isEqualTo(changed + 1);
        assertThat(tocsin.said("rewritten.json")).hasSize(1);
    }

    @Test
    void aCompressedFileThatIsCutShortHasFailedAndIsReadWhenItIsComplete() throws IOException {
        byte[] zipped = gzip(lines(20_000, 100));
        int cut = zipped.length * 2 / 3;
        double failed = tocsin.metric(FAILED);
        Path file = in.resolve("short.json.gz");
        Files.write(file, Arrays.copyOf(zipped, cut));
        tocsin.awaitMetric(FAILED, failed + 1);
        assertThat(tocsin.said("short.json.gz")).hasSize(1);

        Files.write(file, Arrays.copyOfRange(zipped, cut, zipped.length), StandardOpenOption.APPEND);

        awaitAlerts(file, 200);
        passSettleTime();
        assertThat(origins(file)).hasSize(200).doesNotHaveDuplicates();
    }

    @Test
    void aCompressedFileThatChangesAfterItWasReadIsReportedOnceAndNotReadAgain() throws IOException {
        byte[] zipped = gzip(lines(100, 10));
        Path file = Files.write(in.resolve("grown.json.gz"), zipped);
        awaitAlerts(file, 10);
        double changed = tocsin.metric(CHANGED);

        Files.write(file, zipped, StandardOpenOption.APPEND);

        tocsin.awaitMetric(CHANGED, changed + 1);
        assertThat(tocsin.said("grown.json.gz")).hasSize(1);
        assertThat(alerts(file)).hasSize(10);
    }

    @Test
    void aLineThatIsTooLongIsARejectAndTheLinesBehindItAreRead() throws IOException {
        int length = 5 << 20;
        String line = Readings.hot("x".repeat(length)).substring(0, length - 2) + "9}";
        Path file = write("long.json", Readings.hot("a") + "\n" + line + "\n" + Readings.hot("b") + "\n");

        awaitAlerts(file, 2);
        assertThat(origins(file)).containsExactly("long.json:1", "long.json:3");
        assertThat(rejects(file)).singleElement().satisfies(reject -> {
            assertThat(reject.origin()).isEqualTo("long.json:2");
            assertThat(reject.reason()).isEqualTo("too_long");
            assertThat(reject.value()).isEqualTo(Arrays.copyOf(line.getBytes(UTF_8), 64 << 10));
            assertThat(reject.headers())
                    .containsEntry("tocsin-truncated", "true")
                    .containsEntry("tocsin-length", Integer.toString(length));
        });
    }

    private static Path write(String name, String text) throws IOException {
        return Files.writeString(in.resolve(name), text);
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    /** Without cutting the file for an instant, as a program that opens it anew would. */
    private static void overwrite(Path file, long position, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)), position);
        }
    }

    private static String lines(int count, int hotEvery) {
        return IntStream.range(0, count)
                .mapToObj(i -> i % hotEvery == 0 ? Readings.hot("d" + i) : Readings.cold("d" + i))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    /** A line without its newline is read when its file has settled: so all that was written before it has settled too. */
    private static void passSettleTime() throws IOException {
        awaitAlerts(write("barrier-" + barriers++ + ".json", Readings.hot("barrier")), 1);
    }

    private static void awaitAlerts(Path file, int count) {
        await(count + " alerts of " + file.getFileName())
                .atMost(PackagedProgram.PATIENCE)
                .until(() -> alerts(file).size() >= count);
    }

    private static List<String> origins(Path file) {
        return alerts(file).stream().map(OutputRecord::origin).sorted().toList();
    }

    private static List<OutputRecord> alerts(Path file) {
        return of(file, deployment.alertsNow());
    }

    private static List<OutputRecord> rejects(Path file) {
        return of(file, deployment.rejectsNow());
    }

    private static List<OutputRecord> of(Path file, List<OutputRecord> records) {
        return records.stream()
                .filter(record -> record.file().equals(file.getFileName().toString()))
                .toList();
    }
}
