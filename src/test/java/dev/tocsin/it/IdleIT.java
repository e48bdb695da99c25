package dev.tocsin.it;

import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
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
 * How often an instance wakes up that has nothing to do: both sources, the alerts to a topic, with a broker. What a waking costs is the machine's affair: on one
 * and the same, the same wakings took from 0.8 to 9 % of a core in the course of an hour. {@code -Didle.settle=} is how long they may take to
 * come down, {@code -Didle.seconds=} over how long they are counted, in seconds.
 */
@BrokerTest
@EnabledOnOs(OS.LINUX)
class IdleIT {
    /** How long it may take until what the start has left to the compilers is done. */
    private static final Duration SETTLING = Duration.ofSeconds(Integer.getInteger("idle.settle", 300));

    private static final int MEASURED_SECONDS = Integer.getInteger("idle.seconds", 10);

    /** Of all threads, a second; with the settings of {@code bin/tocsin} they are about 20, with the JVM's own about 50. */
    private static final double MOST_WAKINGS = 75;

    /** Of one core: what a thread that never sleeps, and so never wakes, would exceed on any machine. */
    private static final double MOST_PERCENT = 25;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Look before = new Look(System.nanoTime(), 0, Duration.ZERO);

    /** What it had done by then. */
    private record Look(long nanos, long wakings, Duration used) {}

    /** What it does in a second. */
    private record Rate(double wakings, double percent) {}

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
                .until(
                        () -> sinceTheLastLook(tocsin),
                        rate -> rate.wakings() <= MOST_WAKINGS && rate.percent() <= MOST_PERCENT);
    }

    private Rate sinceTheLastLook(PackagedProgram tocsin) throws IOException {
        Look now = new Look(System.nanoTime(), tocsin.wakings(), tocsin.cpuTime());
        double seconds = (now.nanos() - before.nanos()) / 1e9;
        Rate rate = new Rate(
                (now.wakings() - before.wakings()) / seconds,
                100 * now.used().minus(before.used()).toNanos() / 1e9 / seconds);
        before = now;
        System.out.printf("idle: %.1f wakings a second, %.2f %% of a core%n", rate.wakings(), rate.percent());
        return rate;
    }
}
