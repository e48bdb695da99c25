package dev.tocsin.it;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packaged program as a process of its own: the native executable where one was built, else the jar. It listens on a
 * free port of the loopback interface. What it prints is kept in files beside its working directory's content.
 */
public final class PackagedProgram implements AutoCloseable {

    /** How long anything may take that is expected to happen; generous, because machines are shared. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Path BUILD = Path.of(System.getProperty("tocsin.it.build-directory", "target"));
    private static final Pattern LISTENING = Pattern.compile("Listening on: http://[^\\s:]+:(\\d+)");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Process process;
    private final String command;
    private final Path stdout;
    private final Path stderr;
    private int port;

    private PackagedProgram(Process process, String command, Path stdout, Path stderr) {
        this.process = process;
        this.command = command;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /** A program to be started in that working directory, which is created where it is missing. */
    public static Builder in(Path home) {
        return new Builder(home);
    }

    /** The native executable, where one was built. */
    public static @Nullable Path nativeExecutable() {
        Path executable = BUILD.resolve("tocsin-runner").toAbsolutePath();
        return Files.exists(executable) ? executable : null;
    }

    /** The answer to an HTTP request. */
    public record Answer(int status, String body) {}

    /** Waits until sources and sinks are reached. */
    public PackagedProgram awaitReady() {
        return awaitHealth("ready", 200);
    }

    /** Waits until the program answers, whether it is ready or not. */
    public PackagedProgram awaitListening() {
        port();
        return this;
    }

    /** Waits until the program says that it is not ready. */
    public PackagedProgram awaitNotReady() {
        return awaitHealth("ready", 503);
    }

    private PackagedProgram awaitHealth(String probe, int status) {
        await(probe + " is " + status)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> health(probe).status() == status);
        return this;
    }

    /** What a probe of Kubernetes would get: {@code live}, {@code ready} or {@code started}. */
    public Answer health(String probe) {
        return get("/q/health/" + probe);
    }

    /** Where the program listens: {@code 127.0.0.1:port}. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** Where a path is to be had. */
    public URI uri(String path) {
        return URI.create("http://" + address() + path);
    }

    /** The answer to a GET. */
    public Answer get(String path) {
        HttpRequest request =
                HttpRequest.newBuilder(uri(path)).timeout(PATIENCE).build();
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (IOException e) {
            throw process.isAlive() ? new UncheckedIOException(e) : ended();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** All metrics, by series as Prometheus writes it: {@code tocsin_files_total{outcome="done"}}. */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        get("/q/metrics")
                .body()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> {
                    int space = line.lastIndexOf(' ');
                    metrics.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
                });
        return metrics;
    }

    /** One metric. */
    public double metric(String series) {
        Double value = metrics().get(series);
        if (value == null) {
            throw new AssertionError("there is no metric " + series);
        }
        return value;
    }

    /** How many records of a source were counted: readings, rejects and blank lines. */
    public double records(String source) {
        return metrics().entrySet().stream()
                .filter(series -> series.getKey().matches("tocsin_(readings|rejects|blank_lines)_total\\{.*"))
                .filter(series -> series.getKey().contains("source=\"" + source + "\""))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** Waits until so many records of a source were counted. */
    public void awaitRecords(String source, double count) {
        await(count + " records of " + source)
                .atMost(PATIENCE.multipliedBy(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> records(source) >= count);
    }

    /** Waits until a metric has reached a value. */
    public void awaitMetric(String series, double value) {
        await(series + " reaches " + value)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> metric(series) >= value);
    }

    /** Asks the program to end (SIGTERM), and returns its exit code. */
    public int stop() {
        process.destroy();
        return awaitExit();
    }

    /** Kills the program (SIGKILL). */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits until the program has ended by itself, and returns its exit code. */
    public int awaitExit() {
        return awaitExit(PATIENCE);
    }

    /** The same for a run that may take longer. */
    public int awaitExit(Duration patience) {
        try {
            if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the program has not ended after " + patience);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return process.exitValue();
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /** The CPU time of all its threads so far; to 10 ms on Linux. */
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** How often a thread of the program has gone to sleep so far; of threads that still are. On Linux alone. */
    public long wakings() throws IOException {
        long wakings = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            for (Path thread : (Iterable<Path>) threads::iterator) {
                wakings += wakingsOf(thread.resolve("status"));
            }
        }
        return wakings;
    }

    private static long wakingsOf(Path status) {
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("voluntary_ctxt_switches:"))
                    .mapToLong(line ->
                            Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                    .sum();
        } catch (IOException e) {
            return 0; // the thread has ended since it was listed
        }
    }

    /** What the program has written to its standard output so far. */
    public String stdout() {
        return read(stdout);
    }

    /** What the program has written to its standard error so far. */
    public String stderr() {
        return read(stderr);
    }

    /** The lines of standard error that contain a text. */
    public List<String> said(String text) {
        return stderr().lines().filter(line -> line.contains(text)).toList();
    }

    /** The command and all output: for the reader of a test that failed. */
    @Override
    public String toString() {
        return command + "\n--- stdout\n" + stdout() + "--- stderr\n" + stderr();
    }

    /** Kills the program if it runs. */
    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    private synchronized int port() {
        if (port == 0) {
            port = await("the program listens")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(this::loggedPort, found -> found > 0);
        }
        return port;
    }

    private int loggedPort() {
        Matcher line = LISTENING.matcher(stderr());
        if (line.find()) {
            return Integer.parseInt(line.group(1));
        }
        if (!process.isAlive()) {
            throw ended();
        }
        return 0;
    }

    private IllegalStateException ended() {
        return new IllegalStateException("the program has ended with " + process.exitValue() + ": " + this);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a program is to be started. */
    public static final class Builder {
        private final Path home;
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final Map<String, String> environment = new HashMap<>();
        private final List<String> options = new ArrayList<>();
        private final List<String> jvmOptions = new ArrayList<>();

        private Builder(Path home) {
            this.home = home;
            settings.put("quarkus.http.host", "127.0.0.1");
            settings.put("quarkus.http.port", "0");
        }

        /** A setting, as a system property. */
        public Builder with(String key, Object value) {
            settings.put(key, value.toString());
            return this;
        }

        /** Settings, as system properties. */
        public Builder with(Map<String, String> more) {
            settings.putAll(more);
            return this;
        }

        /** Neither readings from a topic nor alerts to one. */
        public Builder withoutKafka() {
            return with("tocsin.source.kafka.enabled", false).with("tocsin.sink.kafka.enabled", false);
        }

        /** An option of the virtual machine that a native executable has too: {@code -Xmx256m}. */
        public Builder option(String option) {
            options.add(option);
            return this;
        }

        /** An option of the virtual machine that a native executable refuses; left out where the program is one. */
        public Builder jvmOption(String option) {
            jvmOptions.add(option);
            return this;
        }

        /** An environment variable. */
        public Builder environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Starts the program, and does not wait. */
        public PackagedProgram start() {
            try {
                Files.createDirectories(home);
                Path stdout = Files.createTempFile(home, "stdout-", ".txt");
                Path stderr = Files.createTempFile(home, "stderr-", ".txt");
                List<String> command = command();
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectOutput(stdout.toFile())
                        .redirectError(stderr.toFile());
                builder.environment().keySet().removeIf(Builder::steersPrograms);
                builder.environment().putAll(environment);
                return new PackagedProgram(builder.start(), String.join(" ", command), stdout, stderr);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private List<String> command() {
            Path runner = nativeExecutable();
            List<String> command = new ArrayList<>();
            if (runner == null) {
                command.add(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
                command.addAll(jvmOptions);
            } else {
                command.add(runner.toString());
            }
            command.addAll(options);
            settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
            if (runner == null) {
                command.add("-jar");
                command.add(BUILD.resolve("quarkus-app/quarkus-run.jar")
                        .toAbsolutePath()
                        .toString());
            }
            return command;
        }

        /** What is set on the machine that runs the tests is none of their business. */
        private static boolean steersPrograms(String variable) {
            return variable.matches("(TOCSIN|QUARKUS|KAFKA|SMALLRYE)_.*|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS");
        }
    }
}
