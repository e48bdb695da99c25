package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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

    @Test
    void whatJavaOptsSayWins() throws IOException, InterruptedException {
        Process tocsin = launch("-XX:-UseSerialGC -XX:+UseParallelGC -Xlog:gc:file=gc.log");
        Path log = home.resolve("gc.log");

        try {
            await().atMost(PackagedProgram.PATIENCE)
                    .until(() -> Files.exists(log) && Files.readString(log).contains("Using Parallel"));
        } finally {
            tocsin.destroyForcibly();
            tocsin.waitFor();
        }
    }

    /** The JVM would warn of it on standard error wherever it is not root's, though to be nicer is everyone's right. */
    @Test
    void theCompilersGiveWayToTheWayOfAReading() throws IOException, InterruptedException {
        assumeThat(Path.of("/proc/self/task"))
                .as("the threads of a process, which only Linux shows")
                .isDirectory();
        Process tocsin = launch("-Dtocsin.sink.console.format=json");
        Path threads = Path.of("/proc", String.valueOf(tocsin.pid()), "task");

        try {
            await().atMost(PackagedProgram.PATIENCE)
                    .until(() -> !niceness(threads, "C1 Compiler").isEmpty());
            assertThat(niceness(threads, "C1 Compiler")).containsOnly(10);
            assertThat(niceness(threads, "java")).containsOnly(0);
            assertThat(home.resolve("stderr")).content().doesNotContain("warning");
        } finally {
            tocsin.destroyForcibly();
            tocsin.waitFor();
        }
    }

    /** Of the threads whose names begin so. The nice value is the 17th field behind the name, proc_pid_stat(5). */
    private static List<Integer> niceness(Path threads, String name) throws IOException {
        try (Stream<Path> all = Files.list(threads)) {
            return all.map(LauncherIT::stat)
                    .filter(stat -> stat.contains("(" + name))
                    .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16])
                    .map(Integer::valueOf)
                    .toList();
        }
    }

    private static String stat(Path thread) {
        try {
            return Files.readString(thread.resolve("stat"));
        } catch (IOException e) {
            return ""; // it has ended
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
