package dev.tocsin.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing is lost and nothing comes twice, whatever happens. {@code -Dchaos.seed=} plays the same input and the same faults,
 * {@code -Dchaos.scenario=} only those scenarios, {@code -Dchaos.kills=} so many faults in each. What a failed one leaves
 * stays below {@code target/chaos}, logs among it.
 */
@Tag("chaos")
class ChaosIT {
    private static final long SEED = Long.getLong("chaos.seed", new Random().nextInt(1_000_000));
    private static final Path HOME = Path.of(System.getProperty("tocsin.it.build-directory", "target"), "chaos")
            .resolve(Long.toString(SEED));

    private static BrokerProcess broker;

    @BeforeAll
    static void startBroker() throws IOException {
        delete(HOME);
        Files.createDirectories(HOME);
        broker = new BrokerProcess(HOME);
        broker.start();
    }

    @AfterAll
    static void stopBroker() throws IOException {
        broker.close();
        delete(HOME.resolve("kafka"));
    }

    static Stream<String> scenarios() {
        String chosen = System.getProperty("chaos.scenario", "");
        return Arrays.stream(Scenario.values())
                .map(Scenario::label)
                .filter(label ->
                        chosen.isEmpty() || Arrays.asList(chosen.split(",")).contains(label));
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void nothingIsLostAndNothingComesTwice(String label) throws Exception {
        Scenario scenario = Arrays.stream(Scenario.values())
                .filter(candidate -> candidate.label().equals(label))
                .findFirst()
                .orElseThrow();
        int kills = Integer.getInteger("chaos.kills", scenario.shortRound());
        long begun = System.nanoTime();
        Path home = HOME.resolve(label);

        Result result;
        try (Round round = new Round(home, broker, label, SEED)) {
            scenario.play(round, kills);
            result = round.finish();
        } catch (Exception | AssertionError e) {
            System.out.printf("chaos: %s seed=%d FAILED: %s%n", label, SEED, e);
            throw e;
        }

        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
        System.out.println(result.line(label, SEED, seconds));
        result.ends().stream().distinct().forEach(end -> System.out.println("chaos:   an instance ended: " + end));
        assertThat(result.good())
                .as("seed %d, logs in %s%s", SEED, home, result.problems())
                .isTrue();
        delete(home);
    }

    private static void delete(Path directory) throws IOException {
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
