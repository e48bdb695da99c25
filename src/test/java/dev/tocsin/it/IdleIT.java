package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What an instance costs that has nothing to do: both sources, the alerts to a topic, with a broker. {@code -Didle.settle=} and
 * {@code -Didle.seconds=} are how long it is left alone first and measured then.
 */
@BrokerTest
@EnabledOnOs(OS.LINUX)
class IdleIT {
    private static final int SETTLE_SECONDS = Integer.getInteger("idle.settle", 20);
    private static final int MEASURED_SECONDS = Integer.getInteger("idle.seconds", 20);

    /** Of one core. What is asked for is 0.5 on a quiet machine, long after the start; this one is for any machine, soon after it. */
    private static final double MOST_PERCENT = 2.0;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    @Test
    void anInstanceThatHasNothingToDoDoesNearlyNothing(KafkaUnderTest kafka) throws Exception {
        Deployment deployment = Deployment.on(kafka);
        deployment.topics().create(deployment.readings(), 1, Map.of());
        deployment.topics().write(deployment.readings(), Readings.hot("d0"));
        Path in = Files.createDirectory(home.resolve("in"));
        Files.writeString(in.resolve("data-1.json"), Readings.hot("f0") + "\n");
        PackagedProgram tocsin = programs.start(
                PackagedProgram.in(home).with(deployment.settings()).with("tocsin.source.directory.path", in));
        deployment.awaitAlerts(2);

        Thread.sleep(Duration.ofSeconds(SETTLE_SECONDS).toMillis()); // time is what is measured here
        Duration before = tocsin.cpuTime();
        long begun = System.nanoTime();
        Thread.sleep(Duration.ofSeconds(MEASURED_SECONDS).toMillis());
        double percent = 100.0 * tocsin.cpuTime().minus(before).toNanos() / (System.nanoTime() - begun);

        System.out.printf("idle: %.2f %% of a core over %d s%n", percent, MEASURED_SECONDS);
        assertThat(percent).isBetween(0.0, MOST_PERCENT);
    }
}
