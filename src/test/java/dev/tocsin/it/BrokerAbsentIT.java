package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** No broker yet, or none for a while, is a reason to wait, and no reason to be killed. */
class BrokerAbsentIT {
    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;
    private int port;
    private Deployment deployment;

    @BeforeEach
    void names() throws IOException {
        in = Files.createDirectory(home.resolve("in"));
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        deployment = Deployment.on("127.0.0.1:" + port);
    }

    private PackagedProgram start() {
        return programs.start(
                PackagedProgram.in(home).with(deployment.settings()).with("tocsin.source.directory.path", in));
    }

    private EmbeddedBroker startBroker() {
        return EmbeddedBroker.in(home.resolve("broker")).port(port).start();
    }

    @Test
    void aBrokerThatIsNotUpYetIsWaitedForAndThatIsSaidOnce() throws IOException {
        write("data-1.json", "file-1");
        PackagedProgram tocsin = start().awaitNotReady();
        await().atMost(PackagedProgram.PATIENCE)
                .untilAsserted(
                        () -> assertThat(tocsin.health("ready").body()).contains("no answer from 127.0.0.1:" + port));
        assertThat(tocsin.health("live").status()).isEqualTo(200);

        try (EmbeddedBroker broker = startBroker()) {
            tocsin.awaitReady();
            deployment.topics().write(deployment.readings(), Readings.hot("topic-1"));

            assertThat(deployment.awaitAlerts(2))
                    .extracting(OutputRecord::key)
                    .containsExactlyInAnyOrder("file-1", "topic-1");
            assertThat(tocsin.said("WARN")).hasSize(1);
            assertThat(tocsin.said("ERROR")).isEmpty();
            assertThat(tocsin.stop()).isZero();
        }
    }

    @Test
    void aBrokerThatGoesAwayIsWaitedForAndNothingIsLostOrDoubled() throws IOException {
        try (EmbeddedBroker broker = startBroker()) {
            PackagedProgram tocsin = start();
            write("data-1.json", "file-1");
            broker.createTopic(deployment.readings(), 3);
            deployment.topics().write(deployment.readings(), Readings.hot("topic-1"));
            deployment.awaitAlerts(2);
            tocsin.awaitReady();

            broker.stop();

            tocsin.awaitNotReady();
            assertThat(tocsin.health("live").status()).isEqualTo(200);
            write("data-2.json", "file-2");
            broker.start();
            deployment.topics().write(deployment.readings(), Readings.hot("topic-2"));
            assertThat(deployment.awaitAlerts(4))
                    .extracting(OutputRecord::key)
                    .containsExactlyInAnyOrderElementsOf(List.of("file-1", "topic-1", "file-2", "topic-2"));
            tocsin.awaitReady();
            write("data-3.json", "file-3");
            deployment.awaitAlerts(5);
            assertThat(tocsin.stop()).isZero();
            assertThat(deployment.alertsNow()).hasSize(5);
        }
    }

    private void write(String name, String device) throws IOException {
        Files.writeString(in.resolve(name), Readings.hot(device) + "\n");
    }
}
