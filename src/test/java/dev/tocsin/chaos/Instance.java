package dev.tocsin.chaos;

import dev.tocsin.it.PackagedProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged program as a process that can be killed, stopped and paused: the native executable where one was built. */
final class Instance {
    private static final Path BUILD = Path.of(System.getProperty("tocsin.it.build-directory", "target"));
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final Path log;
    private final String pod;
    private boolean expectedToEnd;

    private Instance(Process process, Path log, String pod) {
        this.process = process;
        this.log = log;
        this.pod = pod;
    }

    /**
     * Starts the program and does not wait.
     *
     * @param home its working directory
     * @param log of this instance alone
     * @param pod its stable name, as Kubernetes gives it; empty: none
     */
    static Instance start(Path home, Path log, Map<String, String> settings, String pod) {
        ProcessBuilder builder = new ProcessBuilder(command(settings)).directory(home.toFile());
        builder.environment()
                .keySet()
                .removeIf(
                        name -> name.matches("(TOCSIN|QUARKUS|KAFKA|SMALLRYE)_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS"));
        if (!pod.isEmpty()) {
            builder.environment().putAll(Map.of("KUBERNETES_SERVICE_HOST", "chaos", "HOSTNAME", pod));
        }
        return new Instance(Children.start(builder, log), log, pod);
    }

    private static List<String> command(Map<String, String> settings) {
        List<String> command = new ArrayList<>();
        Path executable = PackagedProgram.nativeExecutable();
        if (executable != null) {
            command.add(executable.toString());
        } else {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")); // starts sooner
        }
        command.add("-Xmx192m");
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        if (executable == null) {
            command.add("-jar");
            command.add(BUILD.resolve("quarkus-app/quarkus-run.jar")
                    .toAbsolutePath()
                    .toString());
        }
        return command;
    }

    String pod() {
        return pod;
    }

    boolean running() {
        return process.isAlive();
    }

    /** Whether it has ended without being told to. */
    boolean endedByItself() {
        return !expectedToEnd && !process.isAlive();
    }

    void kill() {
        expectedToEnd = true;
        Children.kill(process);
    }

    /** Asks the program to end, by SIGTERM, and returns its exit code. */
    int stop() {
        expectedToEnd = true;
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("no end within the grace period of 30 s after SIGTERM; see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    int exitCode() {
        expectedToEnd = true;
        return process.exitValue();
    }

    /** Whether it has got so far that it answers. */
    boolean listening() {
        return said().contains("Listening on:");
    }

    /** What it has logged. */
    String said() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The last line that says why it ended. */
    String lastWords() {
        return said().lines()
                .filter(line ->
                        line.contains("Stopping:") || line.startsWith("tocsin:") || line.contains("OutOfMemory"))
                .reduce((one, other) -> other)
                .orElse("no reason given");
    }

    private void signal(String name) {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill -" + name + " failed; see " + log);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
