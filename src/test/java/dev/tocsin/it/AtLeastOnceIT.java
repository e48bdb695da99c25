package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code tocsin.delivery=at-least-once} under the triggers that have a choice, from both sources. */
@BrokerTest
class AtLeastOnceIT {
    private static final Duration LONG = Duration.ofSeconds(90);
    private static final int RECORDS = 20_000;
    private static final int FILES = 40;
    private static final int LINES = 100;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Deployment deployment;

    @BeforeEach
    void input(KafkaUnderTest kafka) throws IOException {
        deployment = Deployment.on(kafka);
        deployment.topics().create(deployment.readings(), 2, Map.of());
        deployment
                .topics()
                .writeAll(
                        "lz4",
                        IntStream.range(0, RECORDS)
                                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                                        deployment.readings(),
                                        i % 2,
                                        null,
                                        Readings.hot("d" + i).getBytes(UTF_8)))
                                .toList());
        Path in = Files.createDirectory(home.resolve("in"));
        for (int file = 0; file < FILES; file++) {
            int number = file;
            Files.write(in.resolve("data-" + file + ".json"), (Iterable<String>)
                    IntStream.range(0, LINES).mapToObj(line -> Readings.hot("f" + number + "-" + line))::iterator);
        }
    }

    private PackagedProgram.Builder tocsin(String mode) {
        PackagedProgram.Builder tocsin = PackagedProgram.in(home)
                .with(deployment.settings())
                .with("tocsin.source.directory.path", "in")
                .with("tocsin.sink.console.format", "none")
                .with("tocsin.delivery", "at-least-once")
                .with("tocsin.trigger.mode", mode)
                .with("kafka.session.timeout.ms", 6_000)
                .with("kafka.heartbeat.interval.ms", 1_000);
        return mode.equals("processing-time") ? tocsin.with("tocsin.trigger.interval", "200ms") : tocsin;
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "processing-time", "available-now"})
    void aKillInTheMiddleLosesNothing(String mode) {
        PackagedProgram killed = programs.start(tocsin(mode)
                .with("tocsin.source.kafka.max-records-per-trigger", 200)
                .with("tocsin.source.directory.max-files-per-trigger", 1));
        deployment.awaitAlerts(1);
        killed.kill();
        int before = keys().size();

        PackagedProgram next = programs.start(tocsin(mode));
        if (mode.equals("available-now")) {
            assertThat(next.awaitExit(LONG)).isZero();
        } else {
            await("all alerts")
                    .atMost(LONG)
                    .until(() -> keys().size() >= expected().size());
            assertThat(next.stop()).isZero();
        }

        assertThat(before).isLessThan(expected().size());
        assertThat(keys()).isEqualTo(expected());
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "processing-time", "available-now"})
    void withoutACrashNothingComesTwiceWhetherItIsStoppedOrNot(String mode) {
        PackagedProgram first = programs.start(tocsin(mode));
        if (mode.equals("available-now")) {
            assertThat(first.awaitExit(LONG)).isZero();
        } else {
            awaitDevices("d", 1);
            awaitDevices("f", 1);
            assertThat(first.stop()).isZero(); // somewhere on the way: what was delivered is committed
        }

        PackagedProgram second = programs.start(tocsin("available-now"));
        assertThat(second.awaitExit(LONG)).isZero();

        assertThat(deployment.alertsNow()).hasSize(RECORDS + FILES * LINES);
        assertThat(keys()).isEqualTo(expected());
    }

    private void awaitDevices(String prefix, int count) {
        await(count + " alerts of " + prefix)
                .atMost(LONG)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() ->
                        keys().stream().filter(key -> key.startsWith(prefix)).count() >= count);
    }

    private Set<String> keys() {
        Set<String> keys = new HashSet<>();
        deployment.alertsNow().forEach(alert -> keys.add("" + alert.key()));
        return keys;
    }

    private static Set<String> expected() {
        Set<String> devices = new HashSet<>();
        IntStream.range(0, RECORDS).forEach(i -> devices.add("d" + i));
        IntStream.range(0, FILES * LINES).forEach(i -> devices.add("f" + i / LINES + "-" + i % LINES));
        return devices;
    }
}
