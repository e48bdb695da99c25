package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To alert files: where there is no Kafka sink, and beside one. */
@BrokerTest
class FileSinkIT {
    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;
    private Path out;

    @BeforeEach
    void directories() throws IOException {
        in = Files.createDirectory(home.resolve("in"));
        out = home.resolve("out");
    }

    /** From the directory. */
    private PackagedProgram.Builder tocsin() {
        return toFiles().with("tocsin.source.kafka.enabled", false).with("tocsin.source.directory.path", in);
    }

    private PackagedProgram.Builder toFiles() {
        return PackagedProgram.in(home)
                .with("tocsin.sink.kafka.enabled", false)
                .with("tocsin.sink.console.format", "none")
                .with("tocsin.sink.file.directory", out);
    }

    @Test
    void alertsAndRejectsAreLinesOfFilesWhoseNamesOnlyGrow() throws IOException {
        write("data-1.json", Readings.cold("a") + "\n" + Readings.hot("b") + "\nno\n");
        PackagedProgram tocsin = programs.start(tocsin());
        awaitLines(1);
        write("data-2.json", Readings.hot("c") + "\n");
        awaitLines(2);

        assertThat(tocsin.stop()).isZero();

        assertThat(lines()).containsExactly(Readings.alert("b"), Readings.alert("c"));
        assertThat(published(out, "alerts"))
                .hasSizeGreaterThan(1)
                .allSatisfy(file -> assertThat(file.getFileName().toString()).matches("alerts-\\d{20}\\.json"));
        assertThat(published(out.resolve("_rejects"), "rejects"))
                .singleElement()
                .satisfies(file -> {
                    JsonNode reject = new ObjectMapper().readTree(Files.readString(file));
                    assertThat(reject.get("reason").textValue()).isEqualTo("malformed");
                    assertThat(reject.get("origin").textValue()).isEqualTo("data-1.json:3");
                    assertThat(reject.get("detail").textValue()).contains("byte");
                    assertThat(reject.get("length").intValue()).isEqualTo(2);
                    assertThat(reject.get("bytes").binaryValue()).isEqualTo("no".getBytes(UTF_8));
                });
        assertThat(tocsin.stdout()).isEmpty();
    }

    @Test
    void aLineCanHoldWhatTheHeadersOfATopicWould() throws IOException {
        write("data-1.json", Readings.cold("a") + "\n" + Readings.hot("b") + "\n");

        programs.start(tocsin().with("tocsin.sink.file.metadata", true));

        awaitLines(1);
        assertThat(lines())
                .singleElement()
                .asString()
                .matches("\\Q" + Readings.alert("b").replace("}", "") + "\\E,\"id\":\"[0-9a-f]{32}\","
                        + "\"rule\":\"high-temperature\",\"severity\":\"critical\",\"origin\":\"data-1.json:2\"}");
    }

    @Test
    void killsInTheMidstOfFilesLoseNoLineAndDoubleNone() throws IOException {
        int count = 1_000_000;
        write("big.json", IntStream.range(0, count).mapToObj(FileSinkIT::everyTenthHot));
        for (int seen = 0, kills = 0; kills < 3; kills++) {
            PackagedProgram killed = programs.start(tocsin());
            seen = awaitMoreThan(seen + 1_000_000);
            killed.kill();
        }

        programs.start(tocsin());

        awaitLines(count / 10);
        assertThat(lines()).isEqualTo(alerts(count));
    }

    @Test
    void killsInTheMidstOfATopicLoseNoLineAndDoubleNone(KafkaUnderTest kafka) throws IOException {
        int count = 300_000;
        Deployment deployment = topicOf(count, kafka);
        PackagedProgram.Builder tocsin = fromTopic(deployment).with("tocsin.sink.kafka.enabled", false);
        for (int seen = 0, kills = 0; kills < 2; kills++) {
            PackagedProgram killed = programs.start(tocsin);
            seen = awaitMoreThan(seen + 500_000);
            killed.kill();
        }

        programs.start(tocsin);

        awaitLines(count / 10);
        assertThat(lines()).isEqualTo(alerts(count));
    }

    @Test
    void aSecondInstanceOnTheSameCheckpointIsRefused() throws IOException {
        Path checkpoint = home.resolve("checkpoint");
        PackagedProgram first = programs.start(tocsin().with("tocsin.checkpoint.directory", checkpoint))
                .awaitReady();

        PackagedProgram second = programs.start(tocsin().with("tocsin.checkpoint.directory", checkpoint)
                .with("tocsin.sink.file.directory", home.resolve("elsewhere")));

        assertThat(second.awaitExit()).isEqualTo(2);
        assertThat(second.said(checkpoint.toString())).hasSize(1);
        assertThat(second.stderr()).doesNotContain("WARN", "ERROR", "\tat ");
        assertThat(second.stdout()).isEmpty();
        write("data-1.json", Readings.hot("a") + "\n");
        awaitLines(1);
        assertThat(first.isRunning()).isTrue();
    }

    /** The topic is exact; a file may have some lines twice, by the kills, and misses none. */
    @ParameterizedTest
    @ValueSource(strings = {"default", "continuous"})
    void besideTheTopicKillsLoseNoLine(String trigger, KafkaUnderTest kafka) throws IOException {
        int count = 300_000;
        Deployment deployment = topicOf(count, kafka);
        PackagedProgram.Builder tocsin =
                fromTopic(deployment).with("tocsin.sink.kafka.enabled", true).with("tocsin.trigger.mode", trigger);
        for (int seen = 0, kills = 0; kills < 2; kills++) {
            PackagedProgram killed = programs.start(tocsin);
            seen = awaitMoreThan(seen + 500_000);
            killed.kill();
        }

        PackagedProgram last = programs.start(tocsin);

        List<String> expected = alerts(count);
        await("all lines").atMost(PackagedProgram.PATIENCE.multipliedBy(2)).until(() -> Set.copyOf(lines())
                .containsAll(expected));
        Stream<String> inTopic =
                deployment.awaitAlerts(expected.size()).stream().map(OutputRecord::text);
        assertThat(last.stop()).isZero();
        assertThat(Set.copyOf(lines())).isEqualTo(Set.copyOf(expected));
        if (trigger.equals("default")) {
            assertThat(inTopic.sorted().toList())
                    .isEqualTo(expected.stream().sorted().toList());
        } else {
            assertThat(inTopic.collect(Collectors.toSet())).isEqualTo(Set.copyOf(expected));
        }
    }

    @Test
    void besideTheTopicASecondInstanceIsRefused(KafkaUnderTest kafka) throws IOException {
        Deployment deployment = topicOf(10, kafka);
        PackagedProgram.Builder tocsin = fromTopic(deployment).with("tocsin.sink.kafka.enabled", true);
        programs.start(tocsin).awaitReady();

        PackagedProgram second = programs.start(tocsin);

        assertThat(second.awaitExit()).isEqualTo(2);
        assertThat(second.said("one instance at a time may write them")).hasSize(1);
        assertThat(second.stderr()).doesNotContain("WARN", "ERROR", "\tat ");
    }

    /** One partition, of which every tenth reading is hot. */
    private static Deployment topicOf(int count, KafkaUnderTest kafka) {
        Deployment deployment = Deployment.on(kafka);
        deployment.topics().create(deployment.readings(), 1, Map.of());
        deployment
                .topics()
                .writeAll(
                        "lz4",
                        IntStream.range(0, count)
                                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                                        deployment.readings(), everyTenthHot(i).getBytes(UTF_8)))
                                .toList());
        return deployment;
    }

    private PackagedProgram.Builder fromTopic(Deployment deployment) {
        return toFiles()
                .with(deployment.settings())
                .with("kafka.session.timeout.ms", 1_000)
                .with("kafka.heartbeat.interval.ms", 300)
                .with("kafka.max.poll.records", 2_000);
    }

    private static String everyTenthHot(int i) {
        return i % 10 == 0 ? Readings.hot("d" + i) : Readings.cold("d" + i);
    }

    private static List<String> alerts(int count) {
        return IntStream.range(0, count / 10)
                .mapToObj(i -> Readings.alert("d" + 10 * i))
                .toList();
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(in.resolve(name), text);
    }

    private void write(String name, Stream<String> lines) throws IOException {
        Files.write(in.resolve(name), (Iterable<String>) lines::iterator);
    }

    private void awaitLines(int count) {
        await(count + " lines").atMost(PackagedProgram.PATIENCE.multipliedBy(2)).until(() -> lines().size() >= count);
    }

    /** Waits until more was written than that, published or not, and returns how many bytes that is. */
    private int awaitMoreThan(int bytes) {
        return await("more than " + bytes + " bytes")
                .atMost(PackagedProgram.PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(this::written, written -> written > bytes);
    }

    private int written() {
        if (!Files.exists(out)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(out)) {
            return (int) files.filter(file -> file.toString().endsWith(".json"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All published alerts, in the order of the files' names. */
    private List<String> lines() {
        return published(out, "alerts").stream().flatMap(FileSinkIT::linesOf).toList();
    }

    private static Stream<String> linesOf(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> published(Path directory, String prefix) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
