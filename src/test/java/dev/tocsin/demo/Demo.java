package dev.tocsin.demo;

import dev.tocsin.kafka.EmbeddedBroker;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Starts what a first look needs, and the packaged program beside it. Runs inside Maven's process, so that Ctrl-C gives the
 * terminal back only when everything has stopped. Each run starts with empty directories.
 */
public final class Demo {

    private static final String TOPIC = "iot_data";
    private static final Path PROGRAM = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Path HOME = Path.of("target/demo");
    private static final Path INBOX = HOME.resolve("in");
    private static final Path PIDS = HOME.resolve("pids");

    /** Exit codes after SIGINT (Ctrl-C) and SIGTERM. */
    private static final Set<Integer> STOPPED = Set.of(130, 143);

    private Demo() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int port = Integer.getInteger("demo.http-port", 8080);
        endLeftover();
        if (isTaken(port)) {
            System.err.println(
                    "Port " + port + " is taken. Choose another one: ./mvnw -q -Pdemo -Ddemo.http-port=8081");
            System.exit(1);
        }
        empty(HOME);
        Files.createDirectories(INBOX);

        EmbeddedBroker broker = EmbeddedBroker.in(HOME.resolve("kafka")).start();
        broker.createTopic(TOPIC, 3);
        Fleet fleet = new Fleet(broker.bootstrapServers(), TOPIC, INBOX);
        introduce(broker.bootstrapServers(), port);
        Process tocsin = start(broker.bootstrapServers(), port);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(fleet, tocsin, broker)));
        fleet.start();
        int code = tocsin.waitFor();
        if (!STOPPED.contains(code)) {
            System.err.println("Tocsin ended by itself, with exit code " + code + ".");
        }
        System.exit(code);
    }

    private static void introduce(String bootstrapServers, int port) {
        System.out.printf("""
                Tocsin is starting, and with it a Kafka broker and two dozen simulated devices.
                  alerts     below, as they come: readings above 100.0
                  directory  %1$s (drop a file of your own: JSON lines, *.json)
                  topic      %2$s at %3$s
                  dashboard  http://localhost:%4$d/
                  metrics    http://localhost:%4$d/q/metrics
                  health     http://localhost:%4$d/q/health
                  stop       Ctrl-C

                """, INBOX, TOPIC, bootstrapServers, port);
    }

    /** With a working directory of its own, so that no configuration that lies about is picked up. */
    private static Process start(String bootstrapServers, int port) throws IOException {
        Process tocsin = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dkafka.bootstrap.servers=" + bootstrapServers,
                        "-Dtocsin.source.directory.path=" + INBOX.toAbsolutePath(),
                        "-Dquarkus.http.host=localhost",
                        "-Dquarkus.http.port=" + port,
                        "-jar",
                        PROGRAM.toAbsolutePath().toString())
                .directory(HOME.toFile())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Files.writeString(PIDS, ProcessHandle.current().pid() + "\n" + tocsin.pid() + "\n");
        return tocsin;
    }

    /** The broker goes last: the program finishes what it has begun. */
    private static void stop(Fleet fleet, Process tocsin, EmbeddedBroker broker) {
        fleet.close();
        tocsin.destroy();
        try {
            if (!tocsin.waitFor(20, TimeUnit.SECONDS)) {
                tocsin.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        broker.close();
    }

    /** A demo that was killed leaves its program behind, which would hold the port. One that runs is left alone. */
    private static void endLeftover() throws IOException {
        if (!Files.exists(PIDS)) {
            return;
        }
        List<String> pids = Files.readAllLines(PIDS);
        ProcessHandle program = program(pids.get(1)).orElse(null);
        if (program == null) {
            return;
        }
        if (ProcessHandle.of(Long.parseLong(pids.get(0))).isPresent()) {
            System.err.println("The demo is running already, as process " + pids.get(0) + ". Stop that one first.");
            System.exit(1);
        }
        program.destroyForcibly();
        program.onExit().join();
    }

    /** The process of that number, if it is still the program that the demo started. */
    private static Optional<ProcessHandle> program(String pid) {
        return ProcessHandle.of(Long.parseLong(pid))
                .filter(process -> List.of(process.info().arguments().orElse(new String[0]))
                        .contains(PROGRAM.toAbsolutePath().toString()));
    }

    private static boolean isTaken(int port) {
        try (ServerSocket free = new ServerSocket(port)) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static void empty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
