package dev.tocsin.it;

import static org.awaitility.Awaitility.await;

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
 * What an instance costs that has nothing to do: both sources, the alerts to a topic, with a broker. {@code -Didle.settle=} is
 * how long that may take to come down, {@code -Didle.seconds=} over how long it is measured, in seconds.
 */
@BrokerTest
@EnabledOnOs(OS.LINUX)
class IdleIT {
    /** How long it may take until what the start has left to the compilers is done. */
    private static final Duration SETTLING = Duration.ofSeconds(Integer.getInteger("idle.settle", 300));

    private static final int MEASURED_SECONDS = Integer.getInteger("idle.seconds", 10);

    /** Of one core. What is asked for is 0.5 on a quiet machine, long after the start; this one is for any machine, soon after it. */
    private static final double MOST_PERCENT = 2.0;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Duration usedBefore = Duration.ZERO;
    private long lookedNanos = System.nanoTime();

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

        await().atMost(SETTLING)
                .pollInterval(Duration.ofSeconds(MEASURED_SECONDS))
                .until(() -> percentSinceTheLastLook(tocsin), percent -> percent <= MOST_PERCENT);
    }

    private double percentSinceTheLastLook(PackagedProgram tocsin) {
        long now = System.nanoTime();
        Duration used = tocsin.cpuTime();
        double percent = 100.0 * used.minus(usedBefore).toNanos() / (now - lookedNanos);
        lookedNanos = now;
        usedBefore = used;
        System.out.printf("idle: %.2f %% of a core%n", percent);
        return percent;
    }
}
