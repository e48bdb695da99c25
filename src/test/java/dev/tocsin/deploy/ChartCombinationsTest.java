package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Many combinations of values. What renders is made of fields that Kubernetes knows, is what the program takes, and can
 * work; what does not is refused in words of the chart, and not because a template stumbled. {@code -Dchart.seed=…} plays the same again.
 */
class ChartCombinationsTest {
    private static final long SEED = Long.getLong("chart.seed", 20260101L);
    private static final int COMBINATIONS = Integer.getInteger("chart.combinations", 120);

    /** Each is in a combination or not; of those with the same first word at most one. */
    private static final List<String> PARTS = List.of(
            "workload {workload: {kind: Job}, config: {trigger: {mode: available-now}}}",
            "workload {workload: {kind: CronJob, cronJob: {timeZone: UTC}}, config: {trigger: {mode: once}}}",
            "workload {config: {trigger: {mode: processing-time, interval: 30s}}}",
            "workload {config: {trigger: {mode: continuous, checkpoint-interval: 500ms}}}",
            "delivery {config: {delivery: at-least-once}}",
            "delivery {config: {delivery: exactly-once}}",
            "source {config: {source: {kafka: {enabled: false}}}}",
            "source {config: {source: {kafka: {starting-offsets: latest, max-records-per-trigger: 1000000}}}}",
            "directory {config: {source: {directory: {path: /data/in, pattern: [a.json, b.json]}}}}",
            "directory {config: {source: {directory: {path: /data/in, after: archive, archive-path: /data/done}}}}",
            "directory {config: {source: {directory: {path: /data/in, recursive: true, after: archive, archive-path: /data/in/done}}}}",
            "times {config: {source: {directory: {growth-window: PT1H30M, after-delay: 2 hours}}, ledger: {retention: 30d}}}",
            "times {config: {source: {directory: {scan-interval: PT0.5S}}}}",
            "times {config: {source: {directory: {settle: 0s}}}}",
            "sizes {config: {reading: {max-bytes: 1048576}, source: {directory: {max-bytes-per-trigger: 10Gi}}}}",
            "sizes {config: {reading: {max-bytes: 1Gi}}}",
            "sink {config: {sink: {kafka: {enabled: false}}}}",
            "sink {config: {sink: {kafka: {enabled: false}, file: {directory: /data/out}}}}",
            "checkpoint {config: {checkpoint: {directory: /data/checkpoint}}}",
            "storage {storage: {data: {mountPath: /data, claim: {size: 1Gi, accessModes: [ReadWriteMany]}}}}",
            "storage {storage: {data: {mountPath: /data, claim: {size: 1Gi, keep: false, annotations: {a: b}}}}}",
            "storage {storage: {data: {mountPath: /data/, existingClaim: c, subPath: s}, more: {mountPath: /more, volume: {emptyDir: {}}}}}",
            "storage {extraVolumes: [{name: d, emptyDir: {}}], extraVolumeMounts: [{name: d, mountPath: /data}]}",
            "mounts {extraVolumes: [{name: e, emptyDir: {}}], extraVolumeMounts: [{name: e, mountPath: /data}]}",
            "replicas {replicaCount: 3}",
            "replicas {autoscaling: {enabled: true, targetMemoryUtilizationPercentage: 70}}",
            "replicas {keda: {enabled: true}}",
            "replicas {keda: {enabled: true, fileBacklog: {enabled: true, serverAddress: 'http://p'}}}",
            "sasl {kafka: {sasl: {mechanism: SCRAM-SHA-256, existingSecret: s, username: u}}}",
            "sasl {kafka: {sasl: {mechanism: PLAIN, existingSecret: s, jaasConfigKey: j}}}",
            "sasl {kafka: {sasl: {mechanism: OAUTHBEARER, existingSecret: s, oauth: {tokenEndpointUrl: 'https://t'}}}}",
            "sasl {kafka: {sasl: {existingSecret: s, username: u}}}",
            "tls {kafka: {tls: {enabled: true, truststore: {existingSecret: t}, keystore: {existingSecret: k}}}}",
            "tls {kafka: {tls: {enabled: true, verifyHostname: false, keystore: {existingSecret: k, type: PKCS12, passwordKey: p}}}}",
            "tls {kafka: {tls: {enabled: true, keystore: {existingSecret: k, type: JKS}}}}",
            "tls {kafka: {tls: {enabled: true, truststore: {existingSecret: t, passwordKey: p}}}}",
            "properties {kafka: {properties: {group.protocol: consumer, fetch.min.bytes: 1000000}}}",
            "properties {kafka: {properties: {ssl.truststore.type: PEM}}}",
            "rules {config: {rules: {hot: {above: 1.5e9}, cold: {below: -3, above: 12, severity: info}}}}",
            "monitor {serviceMonitor: {enabled: true, labels: {release: p}}}",
            "monitor {podMonitor: {enabled: true, relabelings: [{sourceLabels: [a], targetLabel: b}]}}",
            "alerts {prometheusRule: {enabled: true, alerts: {TocsinNotReady: {for: 1m}}}}",
            "dashboard {grafanaDashboard: {enabled: true, annotations: {folder: f}}}",
            "auth {config: {dashboard: {auth: basic}}, dashboard: {existingSecret: d}}",
            "auth {config: {dashboard: {enabled: false}}}",
            "auth {config: {dashboard: {enabled: false, auth: basic}}, dashboard: {existingSecret: d}}",
            "auth {dashboard: {existingSecret: d}}",
            "network {networkPolicy: {enabled: true, extraEgress: [{ports: [{port: 443}]}]}}",
            "ingress {ingress: {enabled: true, className: n, hosts: [{host: a.example.com}], tls: [{secretName: t}]}}",
            "pdb {podDisruptionBudget: {enabled: true, minAvailable: 1}}",
            "image {image: {registry: r.example.com, digest: 'sha256:"
                    + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}}",
            "service {service: {type: NodePort, nodePort: 30080, annotations: {a: b}}}",
            "account {serviceAccount: {create: false}}",
            "labels {commonLabels: {team: t}, commonAnnotations: {a: b}, podLabels: {p: l}, podAnnotations: {p: a}}",
            "place {nodeSelector: {a: b}, priorityClassName: p, runtimeClassName: r, tolerations: [{operator: Exists}],"
                    + " affinity: {nodeAffinity: {}}, topologySpreadConstraints: [{maxSkew: 1, topologyKey: z, whenUnsatisfiable: DoNotSchedule}]}",
            "extra {extraEnv: [{name: A, value: b}], extraEnvFrom: [{secretRef: {name: s}}],"
                    + " extraContainers: [{name: c, image: i}], initContainers: [{name: i, image: i}],"
                    + " extraObjects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: '{{ .Release.Name }}-x'}}]}",
            "names {fullnameOverride: a-very-long-name-that-goes-beyond-what-names-may-have-in-kubernetes}");

    @Test
    void combinationsOfValuesRenderToWhatCanWorkOrAreRefusedWithAReason() {
        Random random = new Random(SEED);
        int rendered = 0;
        Set<String> refusals = new TreeSet<>();
        for (int i = 0; i < COMBINATIONS; i++) {
            JsonNode values = combination(random);
            Manifests manifests;
            try {
                manifests = Chart.render(values.toString());
            } catch (IllegalStateException e) {
                assertThat(e.getMessage()).as("%s", values).startsWith("execution error at (tocsin/templates/");
                refusals.add(e.getMessage().replaceFirst(".*?\\): ", "").replaceAll("[ =].*", ""));
                continue;
            }
            rendered++;
            assertThat(KubernetesModels.problems(manifests)).as("%s", values).isEmpty();
            assertThat(ChartConfigTest.load(manifests)).isNotNull();
            canWork(values, manifests);
        }

        assertThat(rendered).as("rendered").isGreaterThan(COMBINATIONS / 10);
        assertThat(refusals).as("kinds of refusals").hasSizeGreaterThan(8);
    }

    private static JsonNode combination(Random random) {
        ObjectNode values = new ObjectMapper().createObjectNode();
        Chart.merge(values, Chart.yaml("{kafka: {bootstrapServers: 'kafka:9092,[::1]:9093'}}"));
        // With few parts most combinations render, with many most are refused.
        double share = 0.02 + random.nextDouble() * 0.4;
        Set<String> taken = new TreeSet<>();
        for (int i = random.nextInt(PARTS.size()), n = 0; n < PARTS.size(); n++, i = (i + 1) % PARTS.size()) {
            String[] part = PARTS.get(i).split(" ", 2);
            if (random.nextDouble() < share && taken.add(part[0])) {
                Chart.merge(values, Chart.yaml(part[1]));
            }
        }
        return values;
    }

    /** What must hold of everything that is sent to a cluster. */
    private static void canWork(JsonNode values, Manifests manifests) {
        List<String> kinds = manifests.kinds();
        String settings = manifests.applicationProperties();
        boolean deployment = kinds.contains("Deployment");
        boolean ends = settings.contains("trigger.mode=available-now") || settings.contains("trigger.mode=once");
        boolean journal = settings.contains("tocsin.sink.kafka.enabled=false")
                && (settings.contains("tocsin.source.directory.path=") || settings.contains("sink.file.directory="));
        assertThat(ends).as("%s", values).isNotEqualTo(deployment);
        assertThat(kinds.contains("HorizontalPodAutoscaler") && kinds.contains("ScaledObject"))
                .as("%s", values)
                .isFalse();
        if (journal) {
            assertThat(kinds).as("%s", values).doesNotContain("HorizontalPodAutoscaler", "ScaledObject");
            assertThat(manifests.workload().at("/spec/replicas").asInt(1)).isEqualTo(1);
            assertThat(settings).contains("tocsin.checkpoint.directory=/data/checkpoint");
        }
        assertThat(settings).as("%s", values).doesNotContain("continuous\ntocsin.delivery=exactly-once");
        for (JsonNode object : manifests.objects()) {
            assertThat(object.at("/metadata/name").asText().length()).isLessThanOrEqualTo(63);
        }
        String variables = manifests.container().path("env").toString();
        if (settings.contains("ssl.truststore.type=PEM\n")) {
            assertThat(variables).as("%s", values).doesNotContain("KAFKA_SSL_TRUSTSTORE_PASSWORD");
        }
        if (settings.contains("ssl.keystore.location=")) {
            assertThat(variables).as("%s", values).contains("KAFKA_SSL_KEYSTORE_PASSWORD");
        }
        Set<String> mounted = new TreeSet<>();
        for (JsonNode mount : manifests.container().path("volumeMounts")) {
            assertThat(mounted.add(mount.path("mountPath").asText().replaceAll("/$", "")))
                    .as("%s", values)
                    .isTrue();
            assertThat(manifests.pod().at("/spec/volumes").toString())
                    .contains("\"name\":\"" + mount.path("name").asText() + "\"");
        }
    }
}
