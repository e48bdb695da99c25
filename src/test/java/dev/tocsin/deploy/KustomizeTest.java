package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The plain manifests: what kustomize makes of base and overlays, by {@code kubectl kustomize}, and that it is what the chart says. */
class KustomizeTest {
    @ParameterizedTest
    @ValueSource(strings = {"plain", "directory", "strimzi"})
    void overlaysAreMadeOfFieldsThatKubernetesKnowsAndSatisfyTheRestrictedStandard(String overlay) {
        Manifests manifests = overlay(overlay);

        assertThat(KubernetesModels.problems(manifests)).isEmpty();
        assertThat(RestrictedPods.violations(manifests.pod().path("spec"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "directory", "strimzi"})
    void theProgramTakesTheSettingsOfAnOverlay(String overlay) {
        Manifests manifests = overlay(overlay);

        assertThat(ChartConfigTest.load(manifests)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            plain   | {bootstrapServers: 'kafka:9092'}
            strimzi | {bootstrapServers: 'alarms-kafka-bootstrap:9093', sasl: {mechanism: SCRAM-SHA-512, existingSecret: tocsin, jaasConfigKey: sasl.jaas.config}, tls: {enabled: true, truststore: {existingSecret: alarms-cluster-ca-cert}}}
            """)
    void overlaysAndChartAgree(String overlay, String kafka) {
        Manifests manifests = overlay(overlay);
        Manifests chart = Chart.render("{kafka: " + kafka + "}");

        assertThat(essence(manifests)).isEqualTo(essence(chart));
        assertThat(settings(chart)).containsAllEntriesOf(settings(manifests));
        assertThat(manifests.one("Service").at("/spec/ports/0/port"))
                .isEqualTo(chart.one("Service").at("/spec/ports/0/port"));
        assertThat(manifests.one("Deployment").at("/metadata/name"))
                .isEqualTo(chart.one("Deployment").at("/metadata/name"));
    }

    private static Properties settings(Manifests manifests) {
        Properties settings = new Properties();
        try {
            settings.load(new StringReader(manifests.applicationProperties()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return settings;
    }

    /**
     * The pod with what Kubernetes takes where nothing is said, named things by their names, ports as numbers. The namespace,
     * which the build tells the program and nobody asks for, and the ConfigMap's own name are left out.
     */
    private static ObjectNode essence(Manifests manifests) {
        ObjectNode pod = manifests.pod().path("spec").deepCopy();
        ObjectNode container = (ObjectNode) pod.at("/containers/0");
        JsonNode port = container.at("/ports/0");
        for (String name : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            ObjectNode probe = container.withObject("/" + name);
            ObjectNode request = probe.withObject("/httpGet");
            probe.putIfAbsent("initialDelaySeconds", IntNode.valueOf(0));
            probe.putIfAbsent("successThreshold", IntNode.valueOf(1));
            request.putIfAbsent("scheme", TextNode.valueOf("HTTP"));
            if (request.path("port").equals(port.path("name"))) {
                request.set("port", port.path("containerPort"));
            }
        }
        byName(container, "env").remove("KUBERNETES_NAMESPACE");
        byName(container, "volumeMounts")
                .forEach(mount -> ((ObjectNode) mount).putIfAbsent("readOnly", BooleanNode.FALSE));
        byName(pod, "volumes").withObject("/config/configMap").removeAll();
        return pod;
    }

    /** Takes the place of a list, whose order does not matter. */
    private static ObjectNode byName(ObjectNode parent, String list) {
        ObjectNode named = parent.objectNode();
        parent.path(list).forEach(item -> named.set(item.path("name").asText(), item));
        parent.set(list, named);
        return named;
    }

    /** What {@code ./mvnw -Pkubernetes -Dquarkus.kubernetes.output-directory=$PWD/target/kubernetes} leaves, where that was run. */
    @Test
    void theBaseIsWhatTheBuildGenerates() {
        Path generated = Path.of("target/kubernetes/kubernetes.yml");
        assumeTrue(Files.exists(generated), "the build has not generated manifests");

        assertThat(Manifests.of(Chart.read(Path.of("k8s/base/kubernetes.yml"))))
                .isEqualTo(Manifests.of(Chart.read(generated)));
    }

    @Test
    void theLedgerOfStrimzisOverlayIsCompactedAndItsTopicsAreThoseOfTheProgram() {
        Manifests strimzi = overlay("strimzi");

        Set<String> topics = new TreeSet<>();
        for (JsonNode topic : strimzi.all("KafkaTopic")) {
            String name = topic.at("/spec/topicName").asText();
            topics.add(name);
            assertThat(topic.at("/spec/config/cleanup.policy").asText().equals("compact"))
                    .isEqualTo(name.equals("tocsin_ledger"));
        }
        assertThat(topics).containsExactly("iot_alerts", "iot_data", "iot_rejects", "tocsin_ledger");
    }

    /** What kustomize makes of an overlay; skips the test where there is no kubectl. */
    static Manifests overlay(String name) {
        Tools.Outcome kustomize = Tools.run("kubectl", "kustomize", "k8s/overlays/" + name);
        assertThat(kustomize.exitCode()).as(kustomize.output()).isZero();
        return Manifests.of(kustomize.output());
    }
}
