package dev.tocsin.chaos;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/** A broker that can be killed. Keeps its data, its ports and its proxy. */
final class BrokerProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path home;
    private final int port = freePort();
    private final int listener = freePort();
    private final FaultyProxy proxy = new FaultyProxy(listener);
    private @Nullable Process process;

    BrokerProcess(Path home) {
        this.home = home;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    FaultyProxy proxy() {
        return proxy;
    }

    /** Starts the broker and returns when it answers. */
    void start() {
        Process starting = Children.start(
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        BrokerMain.class.getName(),
                        home.resolve("kafka").toString(),
                        Integer.toString(port),
                        Integer.toString(listener),
                        Integer.toString(proxy.port())),
                home.resolve("broker.log"));
        process = starting;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
            await("the broker answers").atMost(PATIENCE).ignoreExceptions().until(() -> {
                if (!starting.isAlive()) {
                    throw new AssertionError("the broker has ended; see " + home.resolve("broker.log"));
                }
                return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
            });
        }
    }

    /** Shuts the broker down in good order. */
    void stop() {
        Process running = process;
        if (running != null) {
            running.destroy();
            running.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
    }

    void kill() {
        Process running = process;
        if (running != null) {
            Children.kill(running);
        }
    }

    @Override
    public void close() {
        kill();
        proxy.close();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
