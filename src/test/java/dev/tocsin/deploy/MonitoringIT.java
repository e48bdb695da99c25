package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tocsin.it.PackagedProgram;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Alert rules and dashboard against what the running program exposes, and against Prometheus scraping it. */
@BrokerTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MonitoringIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int HOT_READINGS = 30_000;

    /** Labels that Prometheus adds, or that its functions make. */
    private static final Set<String> NOT_OF_THE_PROGRAM = Set.of("instance", "namespace", "job");

    /** What Micrometer tells of collections, by notifications of the JVM that a native executable does not get. */
    private static final String OF_A_JVM_ONLY = "jvm_gc_";

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    static Path home;

    private PackagedProgram tocsin;

    /** A small heap and some work: metrics of collections are there only when there was one. */
    @BeforeAll
    void start(KafkaUnderTest kafka) throws IOException {
        String name = KafkaUnderTest.unique("monitoring");
        Path in = Files.createDirectory(home.resolve("in"));
        Files.writeString(
                in.resolve("hot.json"),
                IntStream.range(0, HOT_READINGS)
                        .mapToObj(i -> "{\"deviceId\":\"d" + i + "\",\"temperature\":101}\n")
                        .collect(Collectors.joining()));
        tocsin = PackagedProgram.in(home.resolve("program"))
                .option("-Xmx64m")
                .with("kafka.bootstrap.servers", kafka.bootstrapServers())
                .with("tocsin.source.kafka.topic", kafka.newTopic(name, 2))
                .with("tocsin.source.kafka.group", name)
                .with("tocsin.sink.kafka.alerts-topic", name + "-alerts")
                .with("tocsin.sink.kafka.rejects-topic", name + "-rejects")
                .with("tocsin.ledger.topic", name + "-ledger")
                .with("tocsin.source.directory.path", in)
                .with("tocsin.sink.console.format", "none")
                .start();
        tocsin.awaitReady();
        tocsin.awaitRecords("directory", HOT_READINGS);
    }

    @AfterAll
    void stop() {
        tocsin.close();
    }

    @Test
    void everyMetricThatRulesAndDashboardUseIsExposedWithTheLabelsAndValuesUsed() {
        String exposed = tocsin.get("/q/metrics").body();

        for (String expression : expressions()) {
            if (PackagedProgram.nativeExecutable() != null && expression.contains(OF_A_JVM_ONLY)) {
                continue;
            }
            for (Monitoring.Selector selector : Monitoring.selectors(expression)) {
                List<String> series = exposed.lines()
                        .filter(line -> line.matches(selector.metric() + "[{ ].*"))
                        .toList();
                assertThat(series).as("%s in %s", selector.metric(), expression).isNotEmpty();
                for (Monitoring.Label label : selector.labels()) {
                    if (!NOT_OF_THE_PROGRAM.contains(label.name())) {
                        assertThat(label.value().split("\\|"))
                                .as("%s of %s", label, selector.metric())
                                .allMatch(value -> series.stream()
                                        .anyMatch(line -> line.contains(label.name() + "=\"" + value + "\"")));
                    }
                }
            }
            for (String label : Monitoring.groupings(expression)) {
                assertThat(Monitoring.selectors(expression))
                        .as("%s in %s", label, expression)
                        .anyMatch(selector -> NOT_OF_THE_PROGRAM.contains(label)
                                || exposed.lines()
                                        .anyMatch(line -> line.startsWith(selector.metric() + "{")
                                                && line.contains(label + "=\"")));
            }
        }
    }

    private static List<String> expressions() {
        return Stream.concat(Monitoring.expressionsOfRules().stream(), Monitoring.expressionsOfDashboard().stream())
                .toList();
    }

    @Test
    void prometheusScrapesTheProgramAndItsRulesAndPanelsEvaluate() throws IOException, InterruptedException {
        Tools.need("prometheus");
        int port = freePort();
        Path config = Files.writeString(
                home.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - job_name: tocsin
                    metrics_path: /q/metrics
                    static_configs: [{targets: ["%s"]}]
                """.formatted(Monitoring.RULES.toAbsolutePath(), tocsin.address()));
        Process prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + home.resolve("tsdb"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("prometheus.log").toFile())
                .start();
        try {
            await("the program is scraped")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> value(port, "sum(tocsin_alerts_total)") == HOT_READINGS);
            await("rules are evaluated without errors").atMost(PATIENCE).untilAsserted(() -> rules(port)
                    .forEach(rule -> assertThat(rule.path("health").asText())
                            .as(rule.toString())
                            .isEqualTo("ok")));
            assertThat(rules(port)).hasSameSizeAs(Monitoring.rules());
            assertThat(value(port, "count(tocsin_ready == 1)")).isEqualTo(1);
            for (String expression : Monitoring.expressionsOfDashboard()) {
                assertThat(query(port, expression).path("status").asText())
                        .as(expression)
                        .isEqualTo("success");
            }
            assertThat(value(port, "count(ALERTS{alertname=~\"Tocsin.*\",alertstate=\"firing\"}) or vector(0)"))
                    .isZero();
        } finally {
            prometheus.destroy();
            prometheus.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Stream<JsonNode> rulesOf(JsonNode groups) {
        Stream.Builder<JsonNode> rules = Stream.builder();
        groups.forEach(group -> group.path("rules").forEach(rules::add));
        return rules.build();
    }

    private List<JsonNode> rules(int port) {
        return rulesOf(get(port, "/api/v1/rules").at("/data/groups")).toList();
    }

    private double value(int port, String expression) {
        return query(port, expression).at("/data/result/0/value/1").asDouble(Double.NaN);
    }

    private JsonNode query(int port, String expression) {
        return get(port, "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    }

    private JsonNode get(int port, String path) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(PATIENCE)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
