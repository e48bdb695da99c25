package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The stream of alerts: of all instances, with neither gap nor double, and never waiting for anyone. */
@BrokerTest
class DashboardStreamIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** More alerts than an instance keeps. */
    private static final int MANY = 24_000;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Deployment deployment;

    @BeforeEach
    void deployment(KafkaUnderTest kafka) {
        deployment = Deployment.on(kafka);
        deployment.topics().create(deployment.readings(), 3, java.util.Map.of());
    }

    private PackagedProgram tocsin(String name) {
        return programs.start(PackagedProgram.in(home.resolve(name))
                        .with(deployment.settings())
                        .with("tocsin.sink.console.format", "none"))
                .awaitReady();
    }

    private void hot(int from, int to) {
        deployment.topics().writeAll("lz4", () -> IntStream.range(from, to)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                        deployment.readings(),
                        i % 3,
                        null,
                        Readings.hot("d" + i).getBytes(StandardCharsets.UTF_8)))
                .iterator());
    }

    private static JsonNode json(PackagedProgram program, String path) {
        try {
            PackagedProgram.Answer answer = program.get(path);
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aReaderThatComesBackToAnotherReplicaGetsNeitherGapNorDouble() {
        PackagedProgram first = tocsin("first");
        PackagedProgram second = tocsin("second");
        List<String> seen = new ArrayList<>();
        String last = json(first, "/api/alerts").get("position").asText();
        int written = 0;

        for (PackagedProgram replica : List.of(first, second, first, second)) {
            int from = written;
            written += 40;
            hot(from, written);
            int upTo = written - 15;
            try (EventReader reader = EventReader.after(replica, last)) {
                reader.awaitUntil(
                        "most of " + upTo, read -> seen.size() + read.ids().size() >= upTo);
                List<EventReader.Event> events = reader.of("alerts");
                events.forEach(event -> seen.addAll(event.ids()));
                last = events.get(events.size() - 1).id();
                assertThat(reader.of("gap")).isEmpty();
            }
        }
        int all = written;
        try (EventReader reader = EventReader.after(first, last)) {
            reader.awaitUntil("all", read -> seen.size() + read.ids().size() >= all);
            seen.addAll(reader.ids());
        }

        assertThat(seen)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        deployment.alertsNow().stream().map(OutputRecord::id).toList());
    }

    @Test
    void whatIsNoLongerKeptIsAGapThatIsSaidAndASlowReaderIsDropped() throws IOException {
        PackagedProgram tocsin = tocsin("only");
        String position = json(tocsin, "/api/alerts").get("position").asText();
        try (EventReader keepsReading = EventReader.of(tocsin, "")) {
            hot(0, MANY);
            keepsReading.awaitUntil(
                    "all are counted",
                    read -> read.of("alerts").stream()
                                    .mapToLong(event -> event.data()
                                                    .at("/counts/critical")
                                                    .asLong()
                                            + event.data().get("passedOver").asLong())
                                    .sum()
                            >= MANY);
            assertThat(keepsReading.of("alerts"))
                    .allSatisfy(event -> assertThat(event.ids()).hasSizeLessThanOrEqualTo(50))
                    .anySatisfy(event ->
                            assertThat(event.data().get("omitted").asInt()).isPositive());
        }

        try (EventReader late = EventReader.after(tocsin, position);
                Socket slow = new Socket("127.0.0.1", tocsin.uri("/").getPort())) {
            slow.setReceiveBufferSize(4096);
            slow.getOutputStream()
                    .write(("GET /api/alerts/stream HTTP/1.1\r\nHost: x\r\nLast-Event-ID: " + position + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            late.awaitUntil("the gap", read -> !read.of("gap").isEmpty());
            late.awaitUntil("what is kept", read -> read.ids().size() > 15_000);
            assertThat(late.ids()).doesNotHaveDuplicates();
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            json(tocsin, "/api/status").get("droppedWatchers").asInt() == 1);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> json(tocsin, "/api/status").get("watchers").asInt() == 1);
            assertThat(late.ended()).isFalse();
        }
    }

    @Test
    void aFilteredStreamHasOnlyWhatMatches() {
        PackagedProgram tocsin = programs.start(PackagedProgram.in(home)
                        .with(deployment.settings())
                        .with("tocsin.rules.hot.above", 100)
                        .with("tocsin.rules.cold.below", 0)
                        .with("tocsin.rules.cold.severity", "info"))
                .awaitReady();
        try (EventReader cold = EventReader.of(tocsin, "?severity=info");
                EventReader one = EventReader.of(tocsin, "?device=b&rule=hot")) {
            cold.awaitUntil("begins", read -> !read.lastId().isEmpty());
            one.awaitUntil("begins", read -> !read.lastId().isEmpty());

            for (String line :
                    List.of(Readings.hot("a"), Readings.of("a", -1), Readings.hot("b"), Readings.of("b", -1))) {
                deployment.topics().write(deployment.readings(), line);
            }

            cold.awaitUntil("both", read -> read.devices().size() >= 2);
            one.awaitUntil("one", read -> !read.devices().isEmpty());
            assertThat(cold.devices()).containsExactlyInAnyOrder("a", "b");
            assertThat(one.devices()).containsExactly("b");
        }
    }

    @Test
    void noMoreThanSoManyWatchAtATime() throws IOException {
        PackagedProgram tocsin = tocsin("only");
        List<Socket> watchers = new ArrayList<>();
        try {
            for (int i = 0; i < 250; i++) {
                Socket watcher = new Socket("127.0.0.1", tocsin.uri("/").getPort());
                watcher.getOutputStream()
                        .write("GET /api/alerts/stream HTTP/1.1\r\nHost: x\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                watchers.add(watcher);
            }
            await().until(() -> json(tocsin, "/api/status").get("watchers").asInt() == 250);

            PackagedProgram.Answer refused = tocsin.get("/api/alerts/stream");

            assertThat(refused.status()).isEqualTo(503);
            assertThat(JSON.readTree(refused.body()).get("title").asText()).isEqualTo("Too many watchers");
        } finally {
            for (Socket watcher : watchers) {
                watcher.close();
            }
        }
        await().until(() -> json(tocsin, "/api/status").get("watchers").asInt() == 0);
    }

    @Test
    void withoutKafkaAnInstanceShowsItsOwnAndAnotherRunIsAGap() throws IOException {
        Path in = Files.createDirectory(home.resolve("in"));
        PackagedProgram.Builder builder =
                PackagedProgram.in(home).withoutKafka().with("tocsin.source.directory.path", in);
        PackagedProgram first = programs.start(builder).awaitReady();
        String before;
        try (EventReader reader = EventReader.of(first, "")) {
            reader.awaitUntil("begins", read -> !read.lastId().isEmpty());
            Files.writeString(in.resolve("1.json"), Readings.hot("a") + "\n");
            reader.awaitUntil("the alert", read -> read.devices().equals(List.of("a")));
            before = reader.of("alerts").get(0).id();
        }
        assertThat(first.stop()).isZero();

        PackagedProgram second = programs.start(builder).awaitReady();

        try (EventReader reader = EventReader.after(second, before)) {
            reader.awaitUntil("a gap", read -> !read.of("gap").isEmpty());
            Files.writeString(in.resolve("2.json"), Readings.hot("b") + "\n");
            reader.awaitUntil("the next", read -> read.devices().equals(List.of("b")));
        }
    }
}
