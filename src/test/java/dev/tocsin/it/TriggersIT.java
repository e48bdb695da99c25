package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The triggers under which the program runs on, with a topic, and with a directory beside it. */
@BrokerTest
class TriggersIT {
    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Deployment deployment;

    @BeforeEach
    void deployment(KafkaUnderTest kafka) {
        deployment = Deployment.on(kafka);
        deployment.topics().create(deployment.readings(), 2, Map.of());
    }

    private PackagedProgram.Builder tocsin(String mode) {
        return PackagedProgram.in(home)
                .with(deployment.settings())
                .with("tocsin.trigger.mode", mode)
                .with("quarkus.log.category.\"dev.tocsin.trigger\".level", "DEBUG");
    }

    @Test
    void betweenTicksNothingIsFetchedAndTheMembershipOutlivesThem() {
        write(0, 20);
        PackagedProgram tocsin = programs.start(tocsin("processing-time")
                .with("tocsin.trigger.interval", "15 seconds")
                .with("kafka.max.poll.interval.ms", 6_000)
                .with("kafka.session.timeout.ms", 6_000));
        deployment.awaitAlerts(20);

        write(20, 30);
        write(30, 40);

        deployment.awaitAlerts(40);
        await().atMost(PackagedProgram.PATIENCE).until(() -> batches(tocsin).size() >= 2);
        List<String> batches = batches(tocsin);
        assertThat(batches).anyMatch(batch -> batch.contains("\"trigger\":\"processing-time\",\"numInputRows\":20,"));
        assertThat(batches).allMatch(batch -> batch.contains("\"trigger\":\"processing-time\""));
        assertThat(deployment.alertsNow()).hasSize(40);
        assertThat(tocsin.said("cannot be read")).isEmpty();
        assertThat(tocsin.stop()).isZero();
    }

    @Test
    void continuousDeliversAtOnceAndRepeatsRatherThanLosesAfterAKill() throws Exception {
        Files.createDirectories(home.resolve("in"));
        PackagedProgram.Builder continuous = tocsin("continuous")
                .with("tocsin.trigger.checkpoint-interval", "1h")
                .with("tocsin.source.directory.path", "in");
        PackagedProgram first = programs.start(continuous);
        write(0, 50);
        Files.writeString(home.resolve("in/data-1.json"), Readings.hot("f0") + "\n" + Readings.hot("f1") + "\n");
        await().atMost(PackagedProgram.PATIENCE.multipliedBy(2)).until(() -> keys().size() >= 52);
        first.kill();
        int before = deployment.alertsNow().size();

        PackagedProgram second = programs.start(continuous.with("tocsin.trigger.checkpoint-interval", "100ms"));
        deployment.awaitAlerts(before + 1); // nothing was committed, so it comes again
        write(50, 60);

        await().atMost(PackagedProgram.PATIENCE.multipliedBy(2)).until(() -> keys().size() >= 62);
        assertThat(second.stop()).isZero();
        int after = deployment.alertsNow().size();
        PackagedProgram third = programs.start(tocsin("available-now").with("tocsin.source.directory.path", "in"));
        assertThat(third.awaitExit(PackagedProgram.PATIENCE.multipliedBy(3))).isZero();
        assertThat(Summary.of(third).alerts()).isZero(); // a stop commits what was delivered
        assertThat(deployment.alertsNow()).hasSize(after);
    }

    /** What was logged of each batch. */
    private static List<String> batches(PackagedProgram tocsin) {
        return tocsin.said("\"batchId\":");
    }

    private void write(int from, int to) {
        deployment
                .topics()
                .writeAll(
                        "none",
                        IntStream.range(from, to)
                                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                                        deployment.readings(),
                                        i % 2,
                                        null,
                                        Readings.hot("d" + i).getBytes(UTF_8)))
                                .toList());
    }

    private HashSet<String> keys() {
        HashSet<String> keys = new HashSet<>();
        deployment.alertsNow().forEach(alert -> keys.add("" + alert.key()));
        return keys;
    }
}
