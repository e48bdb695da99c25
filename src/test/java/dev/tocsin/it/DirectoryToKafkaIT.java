package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.github.luben.zstd.Zstd;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From files to topics. What becomes of files that change is in {@link ChangingFilesIT}. */
@BrokerTest
class DirectoryToKafkaIT {
    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;
    private Deployment deployment;

    @BeforeEach
    void deployment(KafkaUnderTest kafka) throws IOException {
        in = Files.createDirectory(home.resolve("in"));
        deployment = Deployment.on(kafka);
    }

    private PackagedProgram.Builder tocsin() {
        return PackagedProgram.in(home)
                .with(deployment.settings())
                .with("tocsin.source.kafka.enabled", false)
                .with("tocsin.source.directory.path", in);
    }

    @Test
    void filesOfEveryKindAreReadAndOnlyThoseThatAreMeant() throws IOException {
        Files.createDirectories(in.resolve("line-1/night"));
        Files.createDirectories(in.resolve("_tmp"));
        Files.createDirectories(in.resolve(".git"));
        write("data-1.json", Readings.cold("a") + "\n" + Readings.hot("b") + "\n");
        write("line-1/night/deep.json", Readings.hot("c") + "\n");
        write("crlf.json", Readings.hot("d") + "\r\n" + Readings.hot("e") + "\r\n");
        write("bom.json", "\uFEFF" + Readings.hot("f") + "\n");
        write("blank.json", "\n \n" + Readings.hot("g") + "\n\r\n\t\n");
        write("unended.json", Readings.hot("h") + "\n" + Readings.hot("i"));
        write("rejects.json", "no\n" + Readings.hot("j") + "\n{\n");
        Files.write(in.resolve("zipped.json.gz"), gzip(Readings.cold("k") + "\r\n" + Readings.hot("l")));
        Files.write(
                in.resolve("zstandard.json.zst"),
                Zstd.compress((Readings.hot("m") + "\n\n" + Readings.hot("n")).getBytes(UTF_8)));
        write("empty.json", "");
        write(".hidden.json", Readings.hot("hidden") + "\n");
        write("_part.json", Readings.hot("hidden") + "\n");
        write("_tmp/part.json", Readings.hot("hidden") + "\n");
        write(".git/config.json", Readings.hot("hidden") + "\n");
        write("notes.txt", Readings.hot("no match") + "\n");
        Path outside = home.resolve("outside.json");
        Files.writeString(outside, Readings.hot("linked") + "\n");
        Files.createSymbolicLink(in.resolve("link.json"), outside);

        PackagedProgram tocsin = programs.start(tocsin().with("tocsin.source.directory.recursive", true));

        tocsin.awaitMetric("tocsin_files_total{outcome=\"done\"}", 10);
        assertThat(deployment.alertsNow())
                .extracting(OutputRecord::origin)
                .containsExactlyInAnyOrder(
                        "data-1.json:2",
                        "line-1/night/deep.json:1",
                        "crlf.json:1",
                        "crlf.json:2",
                        "bom.json:1",
                        "blank.json:3",
                        "unended.json:1",
                        "unended.json:2",
                        "rejects.json:2",
                        "zipped.json.gz:2",
                        "zstandard.json.zst:1",
                        "zstandard.json.zst:3");
        assertThat(deployment.rejectsNow())
                .extracting(OutputRecord::origin, OutputRecord::reason, OutputRecord::text)
                .containsExactlyInAnyOrder(
                        tuple("rejects.json:1", "malformed", "no"), tuple("rejects.json:3", "malformed", "{"));
        assertThat(tocsin.metrics())
                .containsEntry("tocsin_readings_total{source=\"directory\"}", 14.0)
                .containsEntry("tocsin_blank_lines_total{source=\"directory\"}", 5.0)
                .containsEntry("tocsin_rejects_total{reason=\"malformed\",source=\"directory\"}", 2.0)
                .containsEntry("tocsin_files_total{outcome=\"skipped\"}", 1.0)
                .containsEntry("tocsin_files_total{outcome=\"failed\"}", 0.0)
                .containsEntry("tocsin_file_backlog_files", 0.0)
                .containsEntry("tocsin_file_backlog_bytes", 0.0);
        assertThat(tocsin.said("link.json")).hasSize(1);
    }

    @Test
    void filesThatAreDoneGoToTheArchiveAndNothingThereIsOverwritten() throws IOException {
        Path archive = Files.createDirectory(home.resolve("archive"));
        Files.writeString(archive.resolve("data-1.json"), "older\n");
        write("data-1.json", Readings.hot("a") + "\n");
        write("half.json", Readings.hot("b") + "\n{\"deviceId\": \"c");

        PackagedProgram tocsin = programs.start(tocsin().with("tocsin.source.directory.after", "archive")
                .with("tocsin.source.directory.archive-path", archive)
                .with("tocsin.source.directory.after-delay", "1s"));

        tocsin.awaitMetric("tocsin_files_total{outcome=\"archived\"}", 1);
        assertThat(in.resolve("data-1.json")).doesNotExist();
        assertThat(in.resolve("half.json")).exists();
        assertThat(archive.resolve("data-1.json")).hasContent("older");
        assertThat(archive.resolve("data-1.json.1")).hasContent(Readings.hot("a"));
        assertThat(deployment.alertsNow())
                .extracting(OutputRecord::origin)
                .containsExactlyInAnyOrder("data-1.json:1", "half.json:1");
    }

    @Test
    void filesThatAreDoneAreDeletedAndANewOneUnderTheNameIsRead() throws IOException {
        write("data-1.json", Readings.hot("a") + "\n");
        PackagedProgram tocsin = programs.start(tocsin().with("tocsin.source.directory.after", "delete")
                .with("tocsin.source.directory.after-delay", "1s"));
        tocsin.awaitMetric("tocsin_files_total{outcome=\"deleted\"}", 1);
        assertThat(in).isEmptyDirectory();

        write("data-1.json", Readings.hot("a") + "\n");

        tocsin.awaitMetric("tocsin_files_total{outcome=\"deleted\"}", 2);
        assertThat(in).isEmptyDirectory();
        List<OutputRecord> alerts = deployment.alertsNow();
        assertThat(alerts).extracting(OutputRecord::origin).containsExactly("data-1.json:1", "data-1.json:1");
        assertThat(alerts).extracting(OutputRecord::id).doesNotHaveDuplicates();
    }

    @Test
    void aRestartLosesNothingAndRaisesNothingTwice() throws IOException {
        List<String> expected = new ArrayList<>();
        write("big.json", lines("big", 0, 500_000, expected));
        write("small.json", lines("small", 0, 200, expected));
        Files.write(in.resolve("zipped.json.gz"), gzip(lines("zipped", 0, 20_000, expected)));
        PackagedProgram first = programs.start(tocsin());
        deployment.awaitAlerts(1);
        assertThat(first.stop()).isZero();
        append("big.json", lines("big", 500_000, 501_000, expected));
        write("new.json", lines("new", 0, 200, expected));

        PackagedProgram second = programs.start(tocsin());
        deployment.awaitAlerts(expected.size());
        assertThat(second.stop()).isZero();
        programs.start(tocsin());
        write("last.json", lines("last", 0, 1, expected));

        deployment.awaitAlerts(expected.size());
        Map<String, Long> times = deployment.alertsNow().stream()
                .collect(Collectors.groupingBy(alert -> "" + alert.key(), Collectors.counting()));
        assertThat(times.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(times.values()).containsOnly(1L);
    }

    @Test
    void onceTakesAllThatIsThereAsOneBatchWhateverTheLimitsAndEnds() throws IOException {
        PackagedProgram.Builder once = tocsin().with("tocsin.trigger.mode", "once")
                .with("tocsin.source.directory.max-files-per-trigger", 1)
                .with("tocsin.source.directory.max-bytes-per-trigger", 10);
        for (int i = 0; i < 3; i++) {
            write("data-" + i + ".json", Readings.hot("d" + i) + "\n" + Readings.cold("c" + i) + "\nno\n");
        }

        PackagedProgram first = programs.start(once);
        assertThat(first.awaitExit(PackagedProgram.PATIENCE.multipliedBy(3))).isZero();
        PackagedProgram idle = programs.start(once);
        assertThat(idle.awaitExit(PackagedProgram.PATIENCE.multipliedBy(3))).isZero();
        append("data-1.json", Readings.hot("later") + "\n");
        PackagedProgram third = programs.start(once);
        assertThat(third.awaitExit(PackagedProgram.PATIENCE.multipliedBy(3))).isZero();

        assertThat(first.stdout()).contains("Batch: 0").doesNotContain("Batch: 1");
        Summary summary = Summary.of(first);
        assertThat(summary.completed()).isTrue();
        assertThat(summary.json().get("trigger").asText()).isEqualTo("once");
        assertThat(summary.readings()).isEqualTo(6);
        assertThat(summary.alerts()).isEqualTo(3);
        assertThat(summary.rejects()).isEqualTo(3);
        assertThat(summary.source("directory").get("position"))
                .isEqualTo(summary.source("directory").get("frozen"));
        assertThat(Summary.of(idle).readings()).isZero();
        assertThat(Summary.of(third).alerts()).isEqualTo(1);
        assertThat(deployment.alertsNow())
                .extracting(OutputRecord::key)
                .containsExactlyInAnyOrder("d0", "d1", "d2", "later");
        assertThat(deployment.rejectsNow()).hasSize(3);
    }

    /** Lines of which every hundredth raises an alert. */
    private static String lines(String name, int from, int to, List<String> expected) {
        return IntStream.range(from, to)
                .mapToObj(i -> {
                    String device = name + "-" + i;
                    if (i % 100 == 0) {
                        expected.add(device);
                        return Readings.hot(device);
                    }
                    return Readings.cold(device);
                })
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(in.resolve(name), text);
    }

    private void append(String name, String text) throws IOException {
        Files.writeString(in.resolve(name), text, StandardOpenOption.APPEND);
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
