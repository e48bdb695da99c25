package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/tocsin}, as a user starts it. */
class LauncherIT {
    private static final Path LAUNCHER = Path.of("bin/tocsin").toAbsolutePath();

    @TempDir
    Path home;

    @Test
    void theLauncherStartsTheProgramAndAddsNothingToStandardOutput() throws IOException, InterruptedException {
        assumeThat(Path.of("target/quarkus-app/quarkus-run.jar")).exists();
        Path inbox = Files.createDirectory(home.resolve("an inbox"));
        Files.writeString(inbox.resolve("data.json"), Readings.hot("device-B") + "\n");
        Path stdout = home.resolve("stdout");
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
        builder.environment().put("JAVA_OPTS", "-Xmx100m -Dtocsin.sink.console.format=json");

        Process tocsin = builder.start();

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
}
