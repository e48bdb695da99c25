package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/tocsin}, as a user starts it. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of("bin/tocsin").toAbsolutePath();

    @TempDir
    Path home;

    private Path stdout;
    private Path inbox;

    @BeforeEach
    void inbox() throws IOException {
        assumeThat(Path.of("target/quarkus-app/quarkus-run.jar")).exists();
        stdout = home.resolve("stdout");
        inbox = Files.createDirectory(home.resolve("an inbox"));
    }

    @Test
    void theLauncherStartsTheProgramAndAddsNothingToStandardOutput() throws IOException, InterruptedException {
        Files.writeString(inbox.resolve("data.json"), Readings.hot("device-B") + "\n");

        Process tocsin = launch("-Xmx100m -Dtocsin.sink.console.format=json");

        try {
            await().atMost(PackagedProgram.PATIENCE).until(() -> Files.size(stdout) > 0);
            tocsin.destroy();
            assertThat(tocsin.waitFor(PackagedProgram.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(tocsin.exitValue()).isZero();
            assertThat(Files.readAllLines(stdout)).containsExactly(Readings.alert("device-B"));
        } finally {
            tocsin.destroyForcibly();
        }
    }

    /** 3 is the JVM's own: it has ended at once, whichever thread asked for memory. */
    @Test
    void aHeapThatRunsOutEndsTheProgramWithoutAWordOnStandardOutput() throws IOException, InterruptedException {
        Process tocsin = launch("-Xmx8m");

        try {
            assertThat(tocsin.waitFor(PackagedProgram.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(tocsin.exitValue()).isEqualTo(3);
            assertThat(stdout).isEmptyFile();
        } finally {
            tocsin.destroyForcibly();
        }
    }

    private Process launch(String javaOpts) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        LAUNCHER.toString(),
                        "-Dtocsin.source.kafka.enabled=false",
                        "-Dtocsin.sink.kafka.enabled=false",
                        "-Dtocsin.source.directory.path=" + inbox,
                        "-Dquarkus.http.host=127.0.0.1",
                        "-Dquarkus.http.port=0")
                .directory(home.toFile())
                .redirectOutput(stdout.toFile())
                .redirectError(home.resolve("stderr").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JAVA_OPTS", javaOpts);
        return builder.start();
    }
}
