package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The run that the README shows, word for word. */
class TutorialIT {
    private static final Path SAMPLES = Path.of("samples");

    private static final String FIRST = """
            -------------------------------------------
            Batch: 0
            -------------------------------------------
            +--------+-----------+-------------------+
            |deviceId|temperature|timestamp          |
            +--------+-----------+-------------------+
            |device-B|102.1      |2025-10-10 12:01:00|
            +--------+-----------+-------------------+

            """;

    private static final String SECOND = """
            -------------------------------------------
            Batch: 1
            -------------------------------------------
            +--------+-----------+-------------------+
            |deviceId|temperature|timestamp          |
            +--------+-----------+-------------------+
            |device-C|105.7      |2025-10-10 12:02:00|
            +--------+-----------+-------------------+

            """;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;

    @BeforeEach
    void emptyDirectory() throws IOException {
        in = Files.createDirectory(home.resolve("in"));
    }

    private PackagedProgram.Builder tocsin() {
        return PackagedProgram.in(home).withoutKafka().with("tocsin.source.directory.path", "in");
    }

    @Test
    void eachFilePrintsItsTableAndARestartPrintsNothing() throws IOException {
        PackagedProgram tocsin = programs.start(tocsin()).awaitReady();
        copy("data-1.json");
        await().untilAsserted(() -> assertThat(tocsin.stdout()).isEqualTo(FIRST));
        copy("data-2.json");
        await().untilAsserted(() -> assertThat(tocsin.stdout()).isEqualTo(FIRST + SECOND));
        tocsin.awaitMetric("tocsin_files_total{outcome=\"done\"}", 2);

        assertThat(tocsin.stop()).isZero();

        assertThat(tocsin.stdout()).isEqualTo(FIRST + SECOND);
        assertThat(tocsin.stderr()).contains("tocsin stopped").doesNotContain("WARN", "ERROR");
        PackagedProgram again = programs.start(tocsin()).awaitReady();
        Files.writeString(in.resolve("later.json"), Readings.cold("a") + "\n");
        again.awaitMetric("tocsin_readings_total{source=\"directory\"}", 1);
        assertThat(again.stop()).isZero();
        assertThat(again.stdout()).isEmpty();
    }

    @Test
    void theConsoleCanPrintJsonWithControlCharactersMadeHarmless() throws IOException {
        PackagedProgram tocsin = programs.start(tocsin().with("tocsin.sink.console.format", "json"));

        Files.writeString(
                in.resolve("data.json"), Readings.hot("a") + "\n" + Readings.hot("\\u001b[2Jb\\n\u009b\u202ec") + "\n");

        await().atMost(PackagedProgram.PATIENCE)
                .untilAsserted(() -> assertThat(tocsin.stdout().lines()).hasSize(2));
        assertThat(tocsin.stdout()).startsWith(Readings.alert("a") + "\n");
        assertThat(tocsin.stdout().replace("\n", "")).doesNotContainPattern("[\\p{Cntrl}\u0080-\u009f\u202e]");
    }

    private void copy(String sample) throws IOException {
        Files.copy(SAMPLES.resolve(sample), in.resolve(sample));
    }
}
