package dev.tocsin.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tocsin.it.PackagedProgram;
import dev.tocsin.it.Programs;
import dev.tocsin.kafka.EmbeddedBroker;
import dev.tocsin.kafka.TestTopics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The user of {@code k8s/overlays/strimzi}: the packaged program runs in the pod of that overlay, against a broker that has its
 * topics and lets the user do what it is given there, and nothing else.
 */
class StrimziUserIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PASSWORD = "generated";
    private static final int READINGS = 100;

    @TempDir
    private static Path shared;

    private static int port;
    private static EmbeddedBroker broker;
    private static TestTopics topics;
    private static Manifests overlay;
    private static Map<String, Map<String, byte[]>> secrets;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        overlay = KustomizeTest.overlay("strimzi");
        Certificates certificates = Certificates.in(shared);
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        EmbeddedBroker.Builder builder = EmbeddedBroker.in(shared.resolve("broker"))
                .listener("SASL", "SASL_SSL", port)
                .with("listener.name.sasl.sasl.enabled.mechanisms", "SCRAM-SHA-512")
                .with(
                        "listener.name.sasl.scram-sha-512.sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;")
                .with("authorizer.class.name", Witness.class.getName())
                // The test itself, and the broker to its controller.
                .with("super.users", "User:ANONYMOUS");
        certificates.identify(builder, "sasl", "broker");
        broker = builder.start();
        topics = new TestTopics(broker.bootstrapServers());
        broker.addUser("tocsin", PASSWORD);
        for (JsonNode topic : overlay.all("KafkaTopic")) {
            topics.create(
                    topic.at("/spec/topicName").asText(),
                    topic.at("/spec/partitions").asInt(),
                    Map.of(
                            "cleanup.policy",
                            topic.at("/spec/config/cleanup.policy").asText("delete")));
        }
        broker.createTopic("secret", 1);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createAcls(acls()).all().get();
        }
        secrets = Map.of(
                "tocsin",
                Map.of(
                        "sasl.jaas.config",
                        ("org.apache.kafka.common.security.scram.ScramLoginModule required username=\"tocsin\" password=\""
                                        + PASSWORD + "\";")
                                .getBytes(UTF_8)),
                "alarms-cluster-ca-cert",
                Map.of("ca.crt", certificates.chain("ca")));
    }

    @AfterAll
    static void stop() {
        if (broker != null) {
            broker.close();
        }
    }

    @BeforeEach
    void forget() {
        Witness.ASKED.clear();
        Witness.DENIED.clear();
    }

    /** The rights that the user is given, as Strimzi's operator makes them of its resource. */
    private static List<AclBinding> acls() {
        List<AclBinding> acls = new ArrayList<>();
        for (JsonNode acl : overlay.one("KafkaUser").at("/spec/authorization/acls")) {
            JsonNode resource = acl.path("resource");
            ResourcePattern pattern = new ResourcePattern(
                    ResourceType.fromString(constant(resource.path("type"))),
                    resource.path("name").asText(),
                    resource.path("patternType").asText().equals("prefix")
                            ? PatternType.PREFIXED
                            : PatternType.fromString(constant(resource.path("patternType"))));
            for (JsonNode operation : acl.path("operations")) {
                acls.add(new AclBinding(
                        pattern,
                        new AccessControlEntry(
                                "User:tocsin",
                                "*",
                                AclOperation.fromString(constant(operation)),
                                AclPermissionType.ALLOW)));
            }
        }
        return acls;
    }

    /** {@code describeConfigs} is {@code DESCRIBE_CONFIGS}. */
    private static String constant(JsonNode word) {
        return word.asText().replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    @Test
    void theUserRaisesAlertsExactlyOnceFromTopicAndFilesAndUsesEveryRightThatItIsGiven() throws IOException {
        Path in = Files.createDirectory(home.resolve("in"));
        PackagedProgram.Builder program = tocsin().with("tocsin.source.directory.path", in);
        PackagedProgram first = programs.start(program).awaitReady();
        topics.write("iot_data", lines("first"));
        topics.write("iot_data", "no reading");
        topics.awaitCommitted("iot_alerts", READINGS);
        assertThat(first.stop()).isZero();

        PackagedProgram second = programs.start(program).awaitReady();
        topics.write("iot_data", lines("second"));
        Files.write(in.resolve("third.json"), List.of(lines("third")));

        second.awaitRecords("kafka", READINGS);
        second.awaitRecords("directory", READINGS);
        assertThat(topics.awaitCommitted("iot_alerts", 3 * READINGS))
                .hasSize(3 * READINGS)
                .extracting(TestTopics::text)
                .doesNotHaveDuplicates();
        assertThat(topics.awaitCommitted("iot_rejects", 1)).hasSize(1);
        await("the dashboard").atMost(PATIENCE).untilAsserted(() -> assertThat(
                        second.get("/api/alerts").body())
                .contains("high-temperature"));
        assertThat(second.stop()).isZero();
        assertThat(second.said("WARN")).isEmpty();
        assertThat(second.said("ERROR")).isEmpty();
        assertThat(Witness.DENIED).isEmpty();
        assertThat(Witness.ASKED).isEqualTo(given());
    }

    private static String[] lines(String prefix) {
        return IntStream.range(0, READINGS)
                .mapToObj(i -> "{\"deviceId\":\"" + prefix + "-" + i + "\",\"temperature\":101}")
                .toArray(String[]::new);
    }

    private static Set<String> given() {
        Set<String> given = new TreeSet<>();
        for (AclBinding acl : acls()) {
            given.add(acl.pattern().resourceType() + " " + acl.pattern().name() + " "
                    + acl.entry().operation());
        }
        return given;
    }

    @Test
    void theUserReadsNoOtherTopic() throws IOException {
        topics.write("secret", lines("secret"));

        PackagedProgram tocsin = programs.start(tocsin().with("tocsin.source.kafka.topic", "secret"))
                .awaitNotReady();

        await("the reason")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(tocsin.health("ready").body()).contains("topic secret", "authoriz"));
        assertThat(tocsin.records("kafka")).isZero();
        assertThat(Witness.DENIED).contains("TOPIC secret DESCRIBE");
        assertThat(tocsin.stop()).isZero();
    }

    /** In the overlay's pod, but for the broker's address. */
    private PackagedProgram.Builder tocsin() throws IOException {
        PackagedProgram.Builder program =
                PackagedProgram.in(home.resolve("program")).with("kafka.bootstrap.servers", "127.0.0.1:" + port);
        new Kubelet(home, secrets).start(overlay, overlay.pod()).forEach(program::environment);
        return program;
    }

    /** Kafka's own authorizer; it keeps what Tocsin's user wanted to do, each resource under the name that rights have. */
    public static final class Witness extends StandardAuthorizer {
        static final Set<String> ASKED = new ConcurrentSkipListSet<>();
        static final Set<String> DENIED = new ConcurrentSkipListSet<>();

        @Override
        public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
            List<AuthorizationResult> results = super.authorize(context, actions);
            for (int i = 0; i < actions.size(); i++) {
                Action action = actions.get(i);
                // What is not worth a line where it is allowed only lists what a user might do.
                if (context.principal().getName().equals("tocsin") && action.logIfAllowed()) {
                    ResourcePattern resource = action.resourcePattern();
                    String name = resource.resourceType() == ResourceType.TOPIC
                            ? resource.name()
                            : resource.name().replaceFirst("^tocsin.*", "tocsin");
                    (results.get(i) == AuthorizationResult.ALLOWED ? ASKED : DENIED)
                            .add(resource.resourceType() + " " + name + " " + action.operation());
                }
            }
            return results;
        }
    }
}
