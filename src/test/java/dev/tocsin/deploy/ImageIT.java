package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.Volume;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import dev.tocsin.kafka.TestTopics;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * The image that {@code -Dtocsin.test.image} names, run as the chart's pod would run it: its settings, variables and security.
 * The root is read-only, there are no capabilities and no new privileges, and the user is no user of the image.
 */
@BrokerTest
class ImageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final Pattern BUILD_INFO =
            Pattern.compile("tocsin_build_info\\{commit=\"(?<commit>[^\"]+)\",version=\"(?<version>[^\"]+)\"}");
    private static final long MEMORY = 512L << 20;
    private static final int STOP_SECONDS = 30;

    @TempDir
    Path home;

    @Test
    void theImageRaisesAlertsUnderTheChartsRestrictionsAndEndsWithZero(KafkaUnderTest kafka)
            throws IOException, InterruptedException {
        String image = System.getProperty("tocsin.test.image", "");
        Assumptions.assumeFalse(image.isEmpty(), "no image to test: -Dtocsin.test.image=… names one");
        String name = KafkaUnderTest.unique("image");
        String readings = kafka.newTopic(name, 1);
        Path in = open(Files.createDirectory(home.resolve("in")));
        Manifests pod = Chart.render(values(kafka.bootstrapServers(), name, readings));
        int port = freePort();
        try (GenericContainer<?> tocsin = container(image, pod, in, port)) {
            tocsin.start();

            send(kafka.bootstrapServers(), readings);
            Files.write(in.resolve("hot.json.zst"), zstd("{\"deviceId\":\"file\",\"temperature\":101}\n"));

            TestTopics topics = kafka.topics();
            assertThat(topics.awaitCommitted(name + "-alerts", found -> found.size() >= CODECS.size() + 1, PATIENCE))
                    .hasSize(CODECS.size() + 1);
            await("readiness, from outside")
                    .atMost(PATIENCE)
                    .ignoreExceptions()
                    .until(() -> get(port, "/q/health/ready").statusCode() == 200);
            buildInfoAgreesWithTheLabels(
                    get(port, "/q/metrics").body(), config(image).getLabels());
            tocsin.getDockerClient()
                    .stopContainerCmd(tocsin.getContainerId())
                    .withTimeout(STOP_SECONDS)
                    .exec();
            assertThat(tocsin.getDockerClient()
                            .inspectContainerCmd(tocsin.getContainerId())
                            .exec()
                            .getState()
                            .getExitCodeLong())
                    .as(tocsin.getLogs())
                    .isZero();
        }
    }

    @Test
    void theImageSaysWhatItIsAndRunsAsNobodyInParticular() {
        String image = System.getProperty("tocsin.test.image", "");
        Assumptions.assumeFalse(image.isEmpty(), "no image to test: -Dtocsin.test.image=… names one");

        ContainerConfig config = config(image);

        assertThat(config.getUser()).isEqualTo("10001:10001");
        assertThat(config.getLabels())
                .containsKeys(
                        "org.opencontainers.image.title",
                        "org.opencontainers.image.version",
                        "org.opencontainers.image.revision",
                        "org.opencontainers.image.licenses");
        assertThat(config.getEntrypoint()).isNotEmpty();
        assertThat(config.getEntrypoint()).doesNotContain("sh", "/bin/sh", "bash", "/bin/bash");
    }

    /** A job without work; a native executable has no cache, and does not look at the variable. */
    @Test
    void aJvmInTheImageTakesTheCacheThatWasMadeForIt() {
        String image = System.getProperty("tocsin.test.image", "");
        Assumptions.assumeFalse(image.isEmpty(), "no image to test: -Dtocsin.test.image=… names one");
        try (GenericContainer<?> job = new GenericContainer<>(DockerImageName.parse(image))
                .withEnv("JDK_JAVA_OPTIONS", "-XX:AOTMode=on") // a cache that is rejected ends the JVM
                .withEnv("TOCSIN_SOURCE_KAFKA_ENABLED", "false")
                .withEnv("TOCSIN_SINK_KAFKA_ENABLED", "false")
                .withEnv("TOCSIN_SOURCE_DIRECTORY_PATH", "/tmp")
                .withEnv("TOCSIN_CHECKPOINT_DIRECTORY", "/tmp/checkpoint")
                .withEnv("TOCSIN_TRIGGER_MODE", "available-now")
                .withCreateContainerCmdModifier(create -> create.getHostConfig().withMemory(MEMORY))
                .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(PATIENCE))) {
            assertThatCode(job::start).doesNotThrowAnyException();
        }
    }

    private static ContainerConfig config(String image) {
        return Objects.requireNonNull(DockerClientFactory.instance()
                .client()
                .inspectImageCmd(image)
                .exec()
                .getConfig());
    }

    private static void buildInfoAgreesWithTheLabels(String metrics, Map<String, String> labels) {
        Matcher info = BUILD_INFO.matcher(metrics);
        assertThat(info.find()).as(metrics).isTrue();
        assertThat(info.group("version")).isEqualTo(labels.get("org.opencontainers.image.version"));
        assertThat(labels.get("org.opencontainers.image.revision"))
                .as("the commit, of which the metric has the beginning")
                .startsWith(info.group("commit"));
    }

    private static String values(String broker, String name, String readings) {
        return """
                kafka: {bootstrapServers: '%1$s'}
                config:
                  source: {kafka: {topic: %3$s, group: %2$s}, directory: {path: /data/in}}
                  sink: {kafka: {alerts-topic: %2$s-alerts, rejects-topic: %2$s-rejects}}
                  ledger: {topic: %2$s-ledger}
                storage: {data: {mountPath: /data/in, existingClaim: in, readOnly: true}}
                """.formatted(broker, name, readings);
    }

    /** As the kubelet would: the container's variables, mounts and security are those of the rendered pod. */
    private GenericContainer<?> container(String image, Manifests pod, Path in, int port) throws IOException {
        Path config = Files.createDirectory(home.resolve("config"));
        Files.writeString(config.resolve("application.properties"), pod.applicationProperties());
        JsonNode security = pod.container().path("securityContext");
        long user = pod.pod().at("/spec/securityContext/runAsUser").asLong();
        assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        GenericContainer<?> tocsin = new GenericContainer<>(DockerImageName.parse(image))
                .withNetworkMode("host")
                .withEnv("QUARKUS_HTTP_HOST", "127.0.0.1")
                .withEnv("QUARKUS_HTTP_PORT", String.valueOf(port))
                .withCreateContainerCmdModifier(create -> {
                    create.withUser(user + ":" + user);
                    create.getHostConfig()
                            .withReadonlyRootfs(true)
                            .withCapDrop(Capability.ALL)
                            .withSecurityOpts(List.of("no-new-privileges"))
                            .withTmpFs(Map.of("/tmp", "size=64m,exec"))
                            .withMemory(MEMORY)
                            .withBinds(
                                    new Bind(config.toString(), new Volume("/etc/tocsin/config"), AccessMode.ro),
                                    new Bind(in.toString(), new Volume("/data/in"), AccessMode.ro));
                });
        for (JsonNode variable : pod.container().path("env")) {
            tocsin.withEnv(
                    variable.path("name").asText(), variable.path("value").asText());
        }
        open(home);
        open(config);
        return tocsin;
    }

    private static Path open(Path directory) throws IOException {
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** One hot reading in each of Kafka's codecs. */
    private static void send(String bootstrapServers, String topic) {
        for (String codec : CODECS) {
            Properties settings = new Properties();
            settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
            settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, codec);
            try (KafkaProducer<String, String> producer =
                    new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>(topic, "{\"deviceId\":\"" + codec + "\",\"temperature\":102}"));
                producer.flush();
            }
        }
    }

    private static byte[] zstd(String text) {
        return com.github.luben.zstd.Zstd.compress(text.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
