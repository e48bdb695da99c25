package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.it.PackagedProgram;
import dev.tocsin.it.Programs;
import dev.tocsin.kafka.EmbeddedBroker;
import dev.tocsin.kafka.KafkaUnderTest;
import dev.tocsin.kafka.TestTopics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every way of the chart to reach a broker that lets in only whom it knows: the packaged program runs with the variables and
 * files of the rendered pod, against a real broker.
 */
class KafkaSecurityIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";
    private static final String OAUTH = "org.apache.kafka.common.security.oauthbearer.";

    /** With what a shell, a properties file or an expression could take for its own. */
    private static final String PASSWORD = "p$w,o'r=d;#{x} 1";

    /** With what a login module's line needs a backslash before, or Tocsin takes for the beginning of an expression. */
    private static final String ODD_PASSWORD = "q\"u\\o$$t${x}";

    @TempDir
    private static Path shared;

    private static Certificates certificates;
    private static TokenEndpoint tokens;
    private static EmbeddedBroker broker;
    private static int saslPort;
    private static int plainPort;
    private static int mutualPort;
    private static int elsewherePort;
    private static Map<String, Map<String, byte[]>> secrets;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    @BeforeAll
    static void start() throws Exception {
        certificates = Certificates.in(shared);
        tokens = new TokenEndpoint();
        Path keySet = Files.writeString(shared.resolve("jwks.json"), tokens.keySet());
        System.setProperty(ALLOWED_URLS, keySet.toUri().toString());
        saslPort = freePort();
        plainPort = freePort();
        mutualPort = freePort();
        elsewherePort = freePort();
        EmbeddedBroker.Builder builder = EmbeddedBroker.in(shared.resolve("broker"))
                .listener("SASL", "SASL_SSL", saslPort)
                .listener("PLAIN", "SASL_PLAINTEXT", plainPort)
                .listener("MUTUAL", "SSL", mutualPort)
                .listener("ELSEWHERE", "SSL", elsewherePort)
                .with("listener.name.mutual.ssl.client.auth", "required");
        certificates.identify(builder, "sasl", "broker");
        certificates.identify(builder, "mutual", "broker");
        certificates.identify(builder, "elsewhere", "elsewhere");
        admit(builder, "sasl", keySet);
        admit(builder, "plain", keySet);
        broker = builder.start();
        broker.addUser("tocsin", PASSWORD);
        broker.addUser("odd", ODD_PASSWORD);
        secrets = secrets();
    }

    @AfterAll
    static void stop() {
        broker.close();
        tokens.close();
        System.clearProperty(ALLOWED_URLS);
    }

    private static void admit(EmbeddedBroker.Builder broker, String listener, Path keySet) {
        String prefix = "listener.name." + listener + ".";
        String scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
        broker.with(prefix + "sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER")
                .with(
                        prefix + "plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_tocsin=\"" + PASSWORD
                                + "\";")
                .with(prefix + "scram-sha-256.sasl.jaas.config", scram)
                .with(prefix + "scram-sha-512.sasl.jaas.config", scram)
                .with(prefix + "oauthbearer.sasl.jaas.config", OAUTH + "OAuthBearerLoginModule required;")
                .with(
                        prefix + "oauthbearer.sasl.server.callback.handler.class",
                        OAUTH + "OAuthBearerValidatorCallbackHandler")
                .with("sasl.oauthbearer.jwks.endpoint.url", keySet.toUri().toString());
    }

    private static Map<String, Map<String, byte[]>> secrets() throws Exception {
        byte[] password = bytes(Certificates.PASSWORD);
        return Map.ofEntries(
                Map.entry("user", Map.of("username", bytes("tocsin"), "password", bytes(PASSWORD))),
                Map.entry("wrong", Map.of("username", bytes("tocsin"), "password", bytes("guessed"))),
                Map.entry(
                        "jaas",
                        Map.of(
                                "sasl.jaas.config",
                                bytes("org.apache.kafka.common.security.scram.ScramLoginModule required"
                                        + " username=\"odd\" password=\"q\\\"u\\\\o$$$$t$${x}\";"))),
                Map.entry(
                        "oauth",
                        Map.of("client-id", bytes(TokenEndpoint.CLIENT), "client-secret", bytes(TokenEndpoint.SECRET))),
                Map.entry(
                        "oauth-wrong",
                        Map.of("client-id", bytes(TokenEndpoint.CLIENT), "client-secret", bytes("guessed"))),
                Map.entry("ca", Map.of("ca.crt", certificates.chain("ca"))),
                Map.entry("stranger", Map.of("ca.crt", certificates.chain("stranger"))),
                Map.entry(
                        "ca-stores",
                        Map.of(
                                "ca.p12", certificates.trustStore("PKCS12", "ca"),
                                "ca.jks", certificates.trustStore("JKS", "ca"),
                                "password", password)),
                Map.entry(
                        "client",
                        Map.of("tls.crt", certificates.chain("client"), "tls.key", certificates.privateKey("client"))),
                Map.entry(
                        "client-encrypted",
                        Map.of(
                                "tls.crt", certificates.chain("client"),
                                "tls.key", certificates.encryptedKey("client"),
                                "password", password)),
                Map.entry(
                        "client-stores",
                        Map.of(
                                "user.p12", certificates.keyStore("PKCS12", "client"),
                                "user.jks", certificates.keyStore("JKS", "client"),
                                "password", password)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SCRAM-SHA-512 over TLS | sasl   | {sasl: {mechanism: SCRAM-SHA-512, existingSecret: user}, tls: {enabled: true, truststore: {existingSecret: ca}}}
            SCRAM-SHA-256          | plain  | {sasl: {mechanism: SCRAM-SHA-256, existingSecret: user, username: tocsin}}
            PLAIN over TLS         | sasl   | {sasl: {mechanism: PLAIN, existingSecret: user}, tls: {enabled: true, truststore: {existingSecret: ca}}}
            a whole jaas.config    | sasl   | {sasl: {mechanism: SCRAM-SHA-512, existingSecret: jaas, jaasConfigKey: sasl.jaas.config}, tls: {enabled: true, truststore: {existingSecret: ca-stores, type: PKCS12, key: ca.p12, passwordKey: password}}}
            OAUTHBEARER over TLS   | sasl   | {sasl: {mechanism: OAUTHBEARER, existingSecret: oauth, oauth: {tokenEndpointUrl: '%s', scope: kafka}}, tls: {enabled: true, truststore: {existingSecret: ca}}}
            a client's PEM         | mutual | {tls: {enabled: true, truststore: {existingSecret: ca}, keystore: {existingSecret: client}}}
            an encrypted PEM       | mutual | {tls: {enabled: true, truststore: {existingSecret: ca}, keystore: {existingSecret: client-encrypted, passwordKey: password}}}
            a client's PKCS12      | mutual | {tls: {enabled: true, truststore: {existingSecret: ca-stores, type: PKCS12, key: ca.p12, passwordKey: password}, keystore: {existingSecret: client-stores, type: PKCS12, passwordKey: password}}}
            a client's JKS         | mutual | {tls: {enabled: true, truststore: {existingSecret: ca-stores, type: JKS, key: ca.jks, passwordKey: password}, keystore: {existingSecret: client-stores, type: JKS, key: user.jks, passwordKey: password}}}
            another host's name    | elsewhere | {tls: {enabled: true, verifyHostname: false, truststore: {existingSecret: ca}}}
            """)
    void alertsArrive(String name, String listener, String kafka) throws IOException {
        String group = KafkaUnderTest.unique("secured");
        broker.createTopic(group, 1);
        TestTopics topics = new TestTopics(broker.bootstrapServers());
        topics.write(group, "{\"deviceId\":\"a\",\"temperature\":101}");

        PackagedProgram tocsin = start(group, listener, kafka).awaitReady();

        assertThat(topics.awaitCommitted(group + "-alerts", 1)).hasSize(1);
        assertThat(tocsin.said("ERROR")).isEmpty();
        assertThat(tocsin.stderr()).doesNotContain(PASSWORD, ODD_PASSWORD, TokenEndpoint.SECRET);
        assertThat(tocsin.stop()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SCRAM-SHA-512 over TLS | sasl   | {sasl: {mechanism: SCRAM-SHA-512, existingSecret: user}, tls: {enabled: true, truststore: {existingSecret: ca}}}
            a whole jaas.config    | sasl   | {sasl: {mechanism: SCRAM-SHA-512, existingSecret: jaas, jaasConfigKey: sasl.jaas.config}, tls: {enabled: true, truststore: {existingSecret: ca-stores, type: PKCS12, key: ca.p12, passwordKey: password}}}
            OAUTHBEARER over TLS   | sasl   | {sasl: {mechanism: OAUTHBEARER, existingSecret: oauth, oauth: {tokenEndpointUrl: '%s', scope: kafka}}, tls: {enabled: true, truststore: {existingSecret: ca}}}
            an encrypted PEM       | mutual | {tls: {enabled: true, truststore: {existingSecret: ca}, keystore: {existingSecret: client-encrypted, passwordKey: password}}}
            """)
    void theTestOfAReleaseIsLetInToo(String name, String listener, String kafka) throws Exception {
        String group = KafkaUnderTest.unique("tested");
        broker.createTopic(group, 1);

        HelmTest test =
                HelmTest.run(values(group, listener, kafka), new Kubelet(home, secrets), start(group, listener, kafka));

        assertThat(test.output()).contains("its alert came");
        assertThat(test.exitCode()).isZero();
    }

    /** As docs/operations.md has it. */
    @Test
    void aTokenIsToBeHadWithoutTheChartToo() {
        String group = KafkaUnderTest.unique("secured");

        PackagedProgram tocsin = programs.start(PackagedProgram.in(home.resolve("program"))
                .environment("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:" + plainPort)
                .environment("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT")
                .environment("KAFKA_SASL_MECHANISM", "OAUTHBEARER")
                .environment("KAFKA_SASL_LOGIN_CALLBACK_HANDLER_CLASS", OAUTH + "OAuthBearerLoginCallbackHandler")
                .environment("KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL", tokens.url())
                .environment(
                        "KAFKA_SASL_JAAS_CONFIG",
                        OAUTH + "OAuthBearerLoginModule required clientId=\"" + TokenEndpoint.CLIENT
                                + "\" clientSecret=\"" + TokenEndpoint.SECRET + "\" scope=\"" + TokenEndpoint.SCOPE
                                + "\";")
                .with("tocsin.source.kafka.topic", group)
                .with("tocsin.source.kafka.group", group)
                .with("tocsin.sink.kafka.alerts-topic", group + "-alerts")
                .with("tocsin.sink.kafka.rejects-topic", group + "-rejects"));

        tocsin.awaitReady();
        assertThat(tocsin.stop()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a wrong password      | sasl      | {sasl: {mechanism: SCRAM-SHA-512, existingSecret: wrong}, tls: {enabled: true, truststore: {existingSecret: ca}}}    | invalid credentials with SASL mechanism SCRAM-SHA-512
            an unknown authority  | sasl      | {sasl: {mechanism: SCRAM-SHA-512, existingSecret: user}, tls: {enabled: true, truststore: {existingSecret: stranger}}} | unable to find valid certification path
            another host's name   | elsewhere | {tls: {enabled: true, truststore: {existingSecret: ca}}} | 127.0.0.1
            no client certificate | mutual    | {tls: {enabled: true, truststore: {existingSecret: ca}}} | certificate
            a refused token       | sasl      | {sasl: {mechanism: OAUTHBEARER, existingSecret: oauth-wrong, oauth: {tokenEndpointUrl: '%s', scope: kafka}}, tls: {enabled: true, truststore: {existingSecret: ca}}} | 401
            """)
    void whoIsNotLetInSaysWhyAndWaits(String name, String listener, String kafka, String reason) {
        PackagedProgram tocsin =
                start(KafkaUnderTest.unique("refused"), listener, kafka).awaitNotReady();

        await("the reason")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(tocsin.health("ready").body()).contains(reason));
        await("the reason in the log").atMost(PATIENCE).untilAsserted(() -> assertThat(tocsin.said("WARN"))
                .anyMatch(line -> line.contains(reason)));
        assertThat(tocsin.health("live").status()).isEqualTo(200);
        // Broker, readings and alerts, once each; nothing of what Kafka's clients repeat at every attempt.
        assertThat(tocsin.said("WARN")).hasSizeLessThanOrEqualTo(3);
        assertThat(tocsin.said("ERROR")).isEmpty();
        assertThat(tocsin.stderr()).doesNotContain("guessed", PASSWORD);
        assertThat(tocsin.stop()).isZero();
    }

    /** The packaged program in the pod that the chart makes of values of {@code kafka}. */
    private PackagedProgram start(String group, String listener, String kafka) {
        Manifests release = Chart.render(values(group, listener, kafka));
        try {
            PackagedProgram.Builder program = PackagedProgram.in(home.resolve("program"));
            new Kubelet(home, secrets).start(release, release.pod()).forEach(program::environment);
            return programs.start(program);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String values(String group, String listener, String kafka) {
        int port =
                switch (listener) {
                    case "sasl" -> saslPort;
                    case "plain" -> plainPort;
                    case "mutual" -> mutualPort;
                    default -> elsewherePort;
                };
        return """
                kafka: %3$s, bootstrapServers: '127.0.0.1:%1$d'}
                config:
                  source: {kafka: {topic: %2$s, group: %2$s}}
                  sink: {kafka: {alerts-topic: %2$s-alerts, rejects-topic: %2$s-rejects}}
                  ledger: {topic: %2$s-ledger}
                """.formatted(port, group, kafka.formatted(tokens.url()).replaceAll("}$", ""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
