package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The way from a file to standard output, where a scan comes much later than the alert. */
@BrokerTest
class DirectoryWatchIT {
    private static final int ROUNDS = 40;

    /** The aim is 100 ms; a busy machine may take longer, but never as long as a scan. */
    private static final Duration ALLOWED = Duration.ofSeconds(1);

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;

    @BeforeEach
    void directory() throws IOException {
        in = Files.createDirectory(home.resolve("in"));
    }

    private PackagedProgram.Builder tocsin() {
        return PackagedProgram.in(home)
                .with("tocsin.source.directory.path", in)
                .with("tocsin.source.directory.scan-interval", "30s")
                .with("tocsin.sink.console.format", "json");
    }

    @Test
    void alertsOfLinesAndOfMovedFilesComeLongBeforeTheNextScanWithoutKafka() throws IOException {
        alertsComeLongBeforeTheNextScan(programs.start(tocsin().withoutKafka()));
    }

    @Test
    void andWithAKafkaSink(KafkaUnderTest kafka) throws IOException {
        alertsComeLongBeforeTheNextScan(
                programs.start(tocsin().with(Deployment.on(kafka).settings())));
    }

    private void alertsComeLongBeforeTheNextScan(PackagedProgram tocsin) throws IOException {
        Files.writeString(in.resolve("first.json"), Readings.hot("first") + "\n");
        awaitAlert(tocsin, "first");
        List<Duration> lines = new ArrayList<>();
        List<Duration> files = new ArrayList<>();

        for (int i = 0; i < ROUNDS; i++) {
            String line = Readings.hot("line-" + i) + "\n";
            lines.add(timed(tocsin, "line-" + i, () -> append("log.json", line)));
            Path outside = Files.writeString(home.resolve("outside"), Readings.hot("file-" + i) + "\n");
            Path inside = in.resolve("data-" + i + ".json");
            files.add(timed(tocsin, "file-" + i, () -> Files.move(outside, inside)));
        }

        System.out.printf(
                "alert after a line was written: %s; after a file was moved in: %s%n", spread(lines), spread(files));
        assertThat(median(lines)).isLessThan(ALLOWED);
        assertThat(median(files)).isLessThan(ALLOWED);
    }

    /** What is done to a file. */
    private interface Deed {
        Object perform() throws IOException;
    }

    private static Duration timed(PackagedProgram tocsin, String device, Deed deed) throws IOException {
        long begun = System.nanoTime();
        deed.perform();
        awaitAlert(tocsin, device);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static void awaitAlert(PackagedProgram tocsin, String device) {
        await("the alert of " + device)
                .atMost(PackagedProgram.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> tocsin.stdout().contains("\"" + device + "\""));
    }

    private Path append(String name, String text) throws IOException {
        return Files.writeString(in.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static Duration median(List<Duration> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }

    private static String spread(List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        return String.format(
                "median %d ms, 90 %% within %d ms, most %d ms",
                median(times).toMillis(),
                sorted.get(sorted.size() * 9 / 10).toMillis(),
                sorted.get(sorted.size() - 1).toMillis());
    }
}
