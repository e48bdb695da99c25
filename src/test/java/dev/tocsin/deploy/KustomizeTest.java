package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void baseAndChartAgree() {
        Manifests plain = overlay("plain");
        Manifests chart = Chart.render(Chart.MINIMAL);

        for (String probe : Set.of("startupProbe", "livenessProbe", "readinessProbe")) {
            assertThat(essence(plain.container().path(probe)))
                    .isEqualTo(essence(chart.container().path(probe)));
        }
        for (String same : Set.of("image", "imagePullPolicy", "resources", "securityContext", "ports")) {
            assertThat(plain.container().path(same))
                    .as(same)
                    .isEqualTo(chart.container().path(same));
        }
        for (String same : Set.of(
                "securityContext",
                "terminationGracePeriodSeconds",
                "automountServiceAccountToken",
                "enableServiceLinks",
                "serviceAccountName")) {
            assertThat(plain.pod().at("/spec/" + same))
                    .as(same)
                    .isEqualTo(chart.pod().at("/spec/" + same));
        }
        assertThat(mounts(plain)).isEqualTo(mounts(chart));
        assertThat(variable(plain, "QUARKUS_CONFIG_LOCATIONS")).isEqualTo(variable(chart, "QUARKUS_CONFIG_LOCATIONS"));
        assertThat(plain.one("Service").at("/spec/ports/0/port"))
                .isEqualTo(chart.one("Service").at("/spec/ports/0/port"));
        assertThat(plain.one("Deployment").at("/metadata/name"))
                .isEqualTo(chart.one("Deployment").at("/metadata/name"));
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

    /** Path and times; the port is a number in one place and a name in the other. */
    private static Set<String> essence(JsonNode probe) {
        Set<String> essence = new TreeSet<>();
        essence.add(probe.at("/httpGet/path").asText());
        for (String time : Set.of("periodSeconds", "timeoutSeconds", "failureThreshold")) {
            essence.add(time + "=" + probe.path(time).asInt());
        }
        return essence;
    }

    private static Set<String> mounts(Manifests manifests) {
        Set<String> mounts = new TreeSet<>();
        manifests
                .container()
                .path("volumeMounts")
                .forEach(mount -> mounts.add(mount.path("name").asText() + " at "
                        + mount.path("mountPath").asText() + " "
                        + mount.path("readOnly").asBoolean()));
        return mounts;
    }

    private static JsonNode variable(Manifests manifests, String name) {
        for (JsonNode variable : manifests.container().path("env")) {
            if (variable.path("name").asText().equals(name)) {
                return variable;
            }
        }
        throw new AssertionError("no variable " + name);
    }
}
