package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** That no value of the chart is without effect: what is set comes out where it belongs. */
class ChartValuesTest {
    /** Tocsin's and Kafka's settings are in {@link ChartConfigTest} and {@link KafkaSecurityIT}, rules by name in {@link ChartTest}. */
    private static final List<String> ELSEWHERE = List.of("/config/", "/quarkus", "/kafka/", "/prometheusRule/");

    /**
     * Values, an object by its kind, perhaps with its name, what to look at in it, and what must be there. {@code template} is that of Tocsin's pods,
     * {@code test} the pod of {@code helm test}.
     */
    private static final String TABLE = """
            nameOverride: bell | Deployment | /spec/selector/matchLabels/app.kubernetes.io~1name | bell
            fullnameOverride: bell | Deployment | /metadata/name | bell
            commonLabels: {team: plant} | Deployment | /metadata/labels/team | plant
            commonLabels: {team: plant} | template | /metadata/labels/team | plant
            commonAnnotations: {a: b} | Service | /metadata/annotations/a | b
            commonAnnotations: {a: b} | template | /metadata/annotations/a | b

            image: {registry: r.example.com, tag: v9} | template | /spec/containers/0/image | r.example.com/tocsin:v9
            image: {repository: bell, tag: v9} | template | /spec/containers/0/image | bell:v9
            image: {tag: v9, digest: 'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'} | template | /spec/containers/0/image | tocsin@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
            image: {pullPolicy: Always} | template | /spec/containers/0/imagePullPolicy | Always
            imagePullSecrets: [{name: s}] | template | /spec/imagePullSecrets | [{"name":"s"}]
            imagePullSecrets: [{name: s}] | test | /spec/imagePullSecrets | [{"name":"s"}]

            workload: {kind: Deployment, annotations: {a: b}} | Deployment | /metadata/annotations/a | b
            workload: {deployment: {strategy: {type: Recreate}}} | Deployment | /spec/strategy | {"type":"Recreate"}
            workload: {deployment: {revisionHistoryLimit: 2}} | Deployment | /spec/revisionHistoryLimit | 2
            workload: {deployment: {minReadySeconds: 9}} | Deployment | /spec/minReadySeconds | 9
            {workload: {kind: Job, annotations: {a: b}}, config: {trigger: {mode: once}}} | Job | /metadata/annotations/a | b
            {workload: {kind: Job, job: {backoffLimit: 9}}, config: {trigger: {mode: once}}} | Job | /spec/backoffLimit | 9
            {workload: {kind: Job, job: {activeDeadlineSeconds: 9}}, config: {trigger: {mode: once}}} | Job | /spec/activeDeadlineSeconds | 9
            {workload: {kind: Job, job: {ttlSecondsAfterFinished: 9}}, config: {trigger: {mode: once}}} | Job | /spec/ttlSecondsAfterFinished | 9
            {workload: {kind: CronJob, annotations: {a: b}}, config: {trigger: {mode: once}}} | CronJob | /metadata/annotations/a | b
            {workload: {kind: CronJob, job: {backoffLimit: 9}}, config: {trigger: {mode: once}}} | CronJob | /spec/jobTemplate/spec/backoffLimit | 9
            {workload: {kind: CronJob, cronJob: {schedule: 1 2 * * *}}, config: {trigger: {mode: once}}} | CronJob | /spec/schedule | 1 2 * * *
            {workload: {kind: CronJob, cronJob: {timeZone: UTC}}, config: {trigger: {mode: once}}} | CronJob | /spec/timeZone | UTC
            {workload: {kind: CronJob, cronJob: {concurrencyPolicy: Replace}}, config: {trigger: {mode: once}}} | CronJob | /spec/concurrencyPolicy | Replace
            {workload: {kind: CronJob, cronJob: {suspend: true}}, config: {trigger: {mode: once}}} | CronJob | /spec/suspend | true
            {workload: {kind: CronJob, cronJob: {startingDeadlineSeconds: 9}}, config: {trigger: {mode: once}}} | CronJob | /spec/startingDeadlineSeconds | 9
            {workload: {kind: CronJob, cronJob: {successfulJobsHistoryLimit: 9}}, config: {trigger: {mode: once}}} | CronJob | /spec/successfulJobsHistoryLimit | 9
            {workload: {kind: CronJob, cronJob: {failedJobsHistoryLimit: 9}}, config: {trigger: {mode: once}}} | CronJob | /spec/failedJobsHistoryLimit | 9
            replicaCount: 3 | Deployment | /spec/replicas | 3

            storage: {data: {mountPath: /data, claim: {size: 1Gi}}} | PersistentVolumeClaim | /metadata/name | tocsin-data
            storage: {data: {mountPath: /data, claim: {size: 1Gi}}} | PersistentVolumeClaim | /spec | {"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}
            storage: {data: {mountPath: /data, claim: {size: 1Gi}}} | PersistentVolumeClaim | /metadata/annotations | {"helm.sh/resource-policy":"keep"}
            storage: {data: {mountPath: /data, claim: {size: 1Gi, keep: false, annotations: {a: b}}}} | PersistentVolumeClaim | /metadata/annotations | {"a":"b"}
            storage: {data: {mountPath: /data, claim: {size: 1Gi, accessModes: [ReadWriteMany]}}} | PersistentVolumeClaim | /spec/accessModes | ["ReadWriteMany"]
            storage: {data: {mountPath: /data, claim: {size: 1Gi, storageClassName: quick}}} | PersistentVolumeClaim | /spec/storageClassName | quick
            storage: {data: {mountPath: /data, claim: {size: 1Gi}}} | template | /spec/volumes/2 | {"name":"storage-data","persistentVolumeClaim":{"claimName":"tocsin-data"}}
            storage: {data: {mountPath: /data, existingClaim: c}} | template | /spec/volumes/2/persistentVolumeClaim/claimName | c
            storage: {data: {mountPath: /data, volume: {nfs: {server: s, path: /p}}}} | template | /spec/volumes/2/nfs | {"path":"/p","server":"s"}
            storage: {data: {mountPath: /data, existingClaim: c}} | template | /spec/containers/0/volumeMounts/2 | {"name":"storage-data","mountPath":"/data"}
            storage: {data: {mountPath: /data, existingClaim: c, subPath: p, readOnly: true}} | template | /spec/containers/0/volumeMounts/2 | {"name":"storage-data","mountPath":"/data","subPath":"p","readOnly":true}
            storage: {data: {mountPath: /data, existingClaim: c, subPath: p}} | test | /spec/containers/0/volumeMounts/2 | {"name":"storage-data","mountPath":"/data","subPath":"p"}

            {config: {dashboard: {auth: basic}}, dashboard: {existingSecret: s, usernameKey: u}} | template | /spec/containers/0/env/1 | {"name":"TOCSIN_DASHBOARD_USERNAME","valueFrom":{"secretKeyRef":{"name":"s","key":"u"}}}
            {config: {dashboard: {auth: basic}}, dashboard: {existingSecret: s, passwordKey: p}} | template | /spec/containers/0/env/2 | {"name":"TOCSIN_DASHBOARD_PASSWORD","valueFrom":{"secretKeyRef":{"name":"s","key":"p"}}}

            service: {port: 80} | Service | /spec/ports | [{"name":"http","port":80,"targetPort":"http","protocol":"TCP"}]
            service: {port: 80} | Service | /spec/selector | {"app.kubernetes.io/name":"tocsin","app.kubernetes.io/instance":"tocsin"}
            service: {port: 80} | test | /spec/containers/0/env/0/value | http://tocsin:80/q/health/ready
            service: {type: LoadBalancer} | Service | /spec/type | LoadBalancer
            service: {type: NodePort, nodePort: 30080} | Service | /spec/ports/0/nodePort | 30080
            service: {annotations: {a: b}} | Service | /metadata/annotations/a | b
            ingress: {enabled: true, hosts: [{host: a.example.com}]} | Ingress | /spec | {"rules":[{"host":"a.example.com","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"tocsin","port":{"name":"http"}}}}]}}]}
            ingress: {enabled: true, hosts: [{host: a.example.com, paths: [{path: /api, pathType: Exact}]}]} | Ingress | /spec/rules/0/http/paths/0/path | /api
            ingress: {enabled: true, hosts: [{host: a.example.com, paths: [{path: /api, pathType: Exact}]}]} | Ingress | /spec/rules/0/http/paths/0/pathType | Exact
            ingress: {enabled: true, hosts: [{host: a.example.com}], className: nginx} | Ingress | /spec/ingressClassName | nginx
            ingress: {enabled: true, hosts: [{host: a.example.com}], annotations: {a: b}} | Ingress | /metadata/annotations/a | b
            ingress: {enabled: true, hosts: [{host: a.example.com}], tls: [{secretName: s}]} | Ingress | /spec/tls | [{"secretName":"s"}]
            serviceAccount: {create: false} | template | /spec/serviceAccountName | default
            serviceAccount: {name: bell} | ServiceAccount | /metadata/name | bell
            serviceAccount: {name: bell} | template | /spec/serviceAccountName | bell
            serviceAccount: {annotations: {a: b}} | ServiceAccount | /metadata/annotations/a | b

            podSecurityContext: {runAsNonRoot: true, runAsUser: 1, runAsGroup: 2, fsGroup: 3, fsGroupChangePolicy: Always, seccompProfile: {type: Localhost}} | template | /spec/securityContext | {"fsGroup":3,"fsGroupChangePolicy":"Always","runAsGroup":2,"runAsNonRoot":true,"runAsUser":1,"seccompProfile":{"type":"Localhost"}}
            podSecurityContext: {runAsUser: 1} | test | /spec/securityContext/runAsUser | 1
            securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [A]}} | template | /spec/containers/0/securityContext | {"allowPrivilegeEscalation":false,"capabilities":{"drop":["A"]},"readOnlyRootFilesystem":true}
            securityContext: {capabilities: {drop: [A]}} | test | /spec/containers/0/securityContext/capabilities/drop | ["A"]
            resources: {requests: {cpu: 2, memory: 1Gi}, limits: {memory: 2Gi}} | template | /spec/containers/0/resources | {"limits":{"memory":"2Gi"},"requests":{"cpu":2,"memory":"1Gi"}}
            tmp: {sizeLimit: 1Gi} | template | /spec/volumes/1 | {"name":"tmp","emptyDir":{"sizeLimit":"1Gi"}}
            probes: {startup: {periodSeconds: 7, timeoutSeconds: 8, failureThreshold: 9}} | template | /spec/containers/0/startupProbe | {"httpGet":{"path":"/q/health/started","port":"http"},"failureThreshold":9,"periodSeconds":7,"timeoutSeconds":8}
            probes: {liveness: {periodSeconds: 7, timeoutSeconds: 8, failureThreshold: 9}} | template | /spec/containers/0/livenessProbe | {"httpGet":{"path":"/q/health/live","port":"http"},"failureThreshold":9,"periodSeconds":7,"timeoutSeconds":8}
            probes: {readiness: {periodSeconds: 7, timeoutSeconds: 8, failureThreshold: 9}} | template | /spec/containers/0/readinessProbe | {"httpGet":{"path":"/q/health/ready","port":"http"},"failureThreshold":9,"periodSeconds":7,"timeoutSeconds":8}
            drainSeconds: 40 | template | /spec/terminationGracePeriodSeconds | 46
            terminationGracePeriodSeconds: 99 | template | /spec/terminationGracePeriodSeconds | 99

            podDisruptionBudget: {enabled: true, maxUnavailable: 2} | PodDisruptionBudget | /spec | {"maxUnavailable":2,"selector":{"matchLabels":{"app.kubernetes.io/name":"tocsin","app.kubernetes.io/instance":"tocsin"}}}
            podDisruptionBudget: {enabled: true, minAvailable: 1} | PodDisruptionBudget | /spec | {"minAvailable":1,"selector":{"matchLabels":{"app.kubernetes.io/name":"tocsin","app.kubernetes.io/instance":"tocsin"}}}
            autoscaling: {enabled: true} | HorizontalPodAutoscaler | /spec/scaleTargetRef | {"apiVersion":"apps/v1","kind":"Deployment","name":"tocsin"}
            autoscaling: {enabled: true, minReplicas: 2} | HorizontalPodAutoscaler | /spec/minReplicas | 2
            autoscaling: {enabled: true, maxReplicas: 9} | HorizontalPodAutoscaler | /spec/maxReplicas | 9
            autoscaling: {enabled: true, targetCPUUtilizationPercentage: 70} | HorizontalPodAutoscaler | /spec/metrics | [{"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":70}}}]
            autoscaling: {enabled: true, targetMemoryUtilizationPercentage: 60} | HorizontalPodAutoscaler | /spec/metrics/1/resource | {"name":"memory","target":{"type":"Utilization","averageUtilization":60}}
            autoscaling: {enabled: true, metrics: [{type: External}]} | HorizontalPodAutoscaler | /spec/metrics/1 | {"type":"External"}
            autoscaling: {enabled: true, behavior: {scaleDown: {selectPolicy: Min}}} | HorizontalPodAutoscaler | /spec/behavior | {"scaleDown":{"selectPolicy":"Min"}}

            keda: {enabled: true} | ScaledObject | /spec/scaleTargetRef/name | tocsin
            keda: {enabled: true, minReplicaCount: 2} | ScaledObject | /spec/minReplicaCount | 2
            keda: {enabled: true, maxReplicaCount: 9} | ScaledObject | /spec/maxReplicaCount | 9
            keda: {enabled: true, pollingInterval: 9} | ScaledObject | /spec/pollingInterval | 9
            keda: {enabled: true, cooldownPeriod: 9} | ScaledObject | /spec/cooldownPeriod | 9
            keda: {enabled: true, lag: {threshold: 8, activationThreshold: 9, metadata: {version: 1.0.0}}} | ScaledObject | /spec/triggers | [{"type":"kafka","metadata":{"activationLagThreshold":"9","bootstrapServers":"kafka:9092","consumerGroup":"tocsin","lagThreshold":"8","offsetResetPolicy":"earliest","topic":"iot_data","version":"1.0.0"}}]
            {keda: {enabled: true}, config: {source: {kafka: {starting-offsets: latest}}}} | ScaledObject | /spec/triggers/0/metadata/offsetResetPolicy | latest
            keda: {enabled: true, lag: {authenticationRef: a}} | ScaledObject | /spec/triggers/0/authenticationRef/name | a
            {keda: {enabled: true}, kafka: {sasl: {mechanism: OAUTHBEARER, existingSecret: s, oauth: {tokenEndpointUrl: 'https://t', scope: k}}}} | TriggerAuthentication | /spec/secretTargetRef | [{"parameter":"username","name":"s","key":"client-id"},{"parameter":"password","name":"s","key":"client-secret"}]
            {keda: {enabled: true}, kafka: {sasl: {mechanism: OAUTHBEARER, existingSecret: s, oauth: {tokenEndpointUrl: 'https://t', scope: k}}}} | TriggerAuthentication | /spec/configMapTargetRef | [{"parameter":"sasl","name":"tocsin-keda","key":"sasl"},{"parameter":"tls","name":"tocsin-keda","key":"tls"},{"parameter":"oauthTokenEndpointUri","name":"tocsin-keda","key":"oauthTokenEndpointUri"},{"parameter":"scopes","name":"tocsin-keda","key":"scopes"}]
            {keda: {enabled: true}, kafka: {sasl: {mechanism: OAUTHBEARER, existingSecret: s, oauth: {tokenEndpointUrl: 'https://t', scope: k}}}} | ConfigMap/tocsin-keda | /data | {"sasl":"oauthbearer","tls":"disable","oauthTokenEndpointUri":"https://t","scopes":"k"}
            {keda: {enabled: true}, kafka: {sasl: {mechanism: PLAIN, existingSecret: s}, tls: {enabled: true, keystore: {existingSecret: k}}}} | TriggerAuthentication | /spec/secretTargetRef | [{"parameter":"username","name":"s","key":"username"},{"parameter":"password","name":"s","key":"password"},{"parameter":"cert","name":"k","key":"tls.crt"},{"parameter":"key","name":"k","key":"tls.key"}]
            {keda: {enabled: true}, kafka: {sasl: {mechanism: PLAIN, existingSecret: s}, tls: {enabled: true, keystore: {existingSecret: k}}}} | ConfigMap/tocsin-keda | /data | {"sasl":"plaintext","tls":"enable"}
            keda: {enabled: true, lag: {enabled: false}, triggers: [{type: cron}]} | ScaledObject | /spec/triggers | [{"type":"cron"}]
            keda: {enabled: true, advanced: {restoreToOriginalReplicaCount: true}} | ScaledObject | /spec/advanced | {"restoreToOriginalReplicaCount":true}
            {keda: {enabled: true, fileBacklog: {enabled: true, serverAddress: 'http://p', threshold: 9, metadata: {a: b}}}, serviceMonitor: {enabled: true}, config: {source: {directory: {path: /data}}}, storage: {data: {mountPath: /data, existingClaim: c, accessModes: [ReadWriteMany]}}} | ScaledObject | /spec/triggers/1 | {"type":"prometheus","metadata":{"a":"b","query":"sum(tocsin_file_backlog_bytes{namespace=\\"alarms\\",pod=~\\"tocsin-[^-]+-[^-]+\\"})","serverAddress":"http://p","threshold":"9"}}

            serviceMonitor: {enabled: true, interval: 9s, relabelings: [{targetLabel: a}], metricRelabelings: [{targetLabel: b}]} | ServiceMonitor | /spec | {"selector":{"matchLabels":{"app.kubernetes.io/name":"tocsin","app.kubernetes.io/instance":"tocsin"}},"endpoints":[{"port":"http","path":"/q/metrics","interval":"9s","relabelings":[{"targetLabel":"a"}],"metricRelabelings":[{"targetLabel":"b"}]}]}
            serviceMonitor: {enabled: true, labels: {release: p}} | ServiceMonitor | /metadata/labels/release | p
            podMonitor: {enabled: true, interval: 9s, relabelings: [{targetLabel: a}], metricRelabelings: [{targetLabel: b}]} | PodMonitor | /spec | {"selector":{"matchLabels":{"app.kubernetes.io/name":"tocsin","app.kubernetes.io/instance":"tocsin"}},"podMetricsEndpoints":[{"port":"http","path":"/q/metrics","interval":"9s","relabelings":[{"targetLabel":"a"}],"metricRelabelings":[{"targetLabel":"b"}]}]}
            podMonitor: {enabled: true, labels: {release: p}} | PodMonitor | /metadata/labels/release | p
            prometheusRule: {enabled: true, labels: {release: p}} | PrometheusRule | /metadata/labels/release | p
            grafanaDashboard: {enabled: true, labels: {grafana_dashboard: '2'}} | ConfigMap/tocsin-dashboard | /metadata/labels/grafana_dashboard | 2
            grafanaDashboard: {enabled: true, annotations: {folder: f}} | ConfigMap/tocsin-dashboard | /metadata/annotations/folder | f

            networkPolicy: {enabled: true} | NetworkPolicy | /spec | {"podSelector":{"matchLabels":{"app.kubernetes.io/name":"tocsin","app.kubernetes.io/instance":"tocsin"}},"policyTypes":["Ingress","Egress"],"ingress":[{"from":[{"podSelector":{}}],"ports":[{"port":8080,"protocol":"TCP"}]}],"egress":[{"ports":[{"port":53,"protocol":"UDP"},{"port":53,"protocol":"TCP"}]},{"ports":[{"port":9092,"protocol":"TCP"}]}]}
            networkPolicy: {enabled: true, ingressFrom: [{namespaceSelector: {}}]} | NetworkPolicy | /spec/ingress/0/from/0 | {"namespaceSelector":{}}
            networkPolicy: {enabled: true, kafkaPorts: [1, 2]} | NetworkPolicy | /spec/egress/1/ports | [{"port":1,"protocol":"TCP"},{"port":2,"protocol":"TCP"}]
            networkPolicy: {enabled: true, kafkaTo: [{namespaceSelector: {}}]} | NetworkPolicy | /spec/egress/1/to | [{"namespaceSelector":{}}]
            networkPolicy: {enabled: true, extraEgress: [{ports: [{port: 443}]}]} | NetworkPolicy | /spec/egress/2 | {"ports":[{"port":443}]}

            podLabels: {a: b} | template | /metadata/labels/a | b
            podAnnotations: {a: b} | template | /metadata/annotations/a | b
            nodeSelector: {a: b} | template | /spec/nodeSelector | {"a":"b"}
            affinity: {podAntiAffinity: {}} | template | /spec/affinity | {"podAntiAffinity":{}}
            tolerations: [{operator: Exists}] | template | /spec/tolerations | [{"operator":"Exists"}]
            topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone}] | template | /spec/topologySpreadConstraints | [{"labelSelector":{"matchLabels":{"app.kubernetes.io/instance":"tocsin","app.kubernetes.io/name":"tocsin"}},"maxSkew":1,"topologyKey":"zone"}]
            topologySpreadConstraints: [{labelSelector: {matchLabels: {a: b}}}] | template | /spec/topologySpreadConstraints/0/labelSelector/matchLabels/a | b
            priorityClassName: high | template | /spec/priorityClassName | high
            runtimeClassName: gvisor | template | /spec/runtimeClassName | gvisor
            extraEnv: [{name: A, value: b}] | template | /spec/containers/0/env/1 | {"name":"A","value":"b"}
            extraEnvFrom: [{secretRef: {name: s}}] | template | /spec/containers/0/envFrom | [{"secretRef":{"name":"s"}}]
            extraVolumes: [{name: v, emptyDir: {}}] | template | /spec/volumes/2 | {"emptyDir":{},"name":"v"}
            extraVolumes: [{name: v, emptyDir: {}}] | test | /spec/volumes/2 | {"emptyDir":{},"name":"v"}
            extraVolumeMounts: [{name: v, mountPath: /v}] | template | /spec/containers/0/volumeMounts/2 | {"mountPath":"/v","name":"v"}
            extraVolumeMounts: [{name: v, mountPath: /v}] | test | /spec/containers/0/volumeMounts/2 | {"mountPath":"/v","name":"v"}
            initContainers: [{name: c, image: i}] | template | /spec/initContainers | [{"image":"i","name":"c"}]
            extraContainers: [{name: c, image: i}] | template | /spec/containers/1 | {"image":"i","name":"c"}
            extraObjects: [{apiVersion: v1, kind: Secret, metadata: {name: '{{ .Release.Name }}-x'}}] | Secret | /metadata/name | tocsin-x

            tests: {image: i} | test | /spec/containers/0/image | i
            tests: {timeoutSeconds: 9} | test | /spec/containers/0/env/1 | {"name":"TIMEOUT_SECONDS","value":"9"}
            tests: {temperature: 99.5} | test | /spec/containers/0/env/2 | {"name":"TEMPERATURE","value":"99.5"}
            """;

    static Stream<Arguments> table() {
        return TABLE.lines().filter(line -> !line.isBlank()).map(line -> Arguments.of((Object[]) line.split(" \\| ")));
    }

    @ParameterizedTest
    @MethodSource("table")
    void everyValueArrives(String values, String kind, String pointer, String expected) {
        String all = Chart.minimalAnd(values);

        JsonNode found =
                switch (kind) {
                    case "template" -> Chart.render(all).pod();
                    case "test" -> Chart.test(all).one("Pod");
                    default ->
                        Chart.render(all).objects().stream()
                                .filter(object -> kind.equals(
                                                object.path("kind").asText())
                                        || kind.equals(object.path("kind").asText() + "/"
                                                + object.at("/metadata/name").asText()))
                                .findFirst()
                                .orElseThrow();
                };

        JsonNode there = found.at(pointer);
        assertThat(there.isValueNode() ? there.asText() : there.toString()).isEqualTo(expected);
    }

    @Test
    void noValueIsMissingInTheTable() {
        List<JsonNode> rows =
                table().map(row -> Chart.yaml((String) row.get()[0])).toList();

        assertThat(leaves("", Chart.defaults()))
                .filteredOn(pointer -> ELSEWHERE.stream().noneMatch(pointer::startsWith))
                .allMatch(pointer ->
                        rows.stream().anyMatch(row -> !row.at(pointer).isMissingNode()));
    }

    private static Stream<String> leaves(String pointer, JsonNode value) {
        return value.isObject() && !value.isEmpty()
                ? value.properties().stream().flatMap(field -> leaves(pointer + "/" + field.getKey(), field.getValue()))
                : Stream.of(pointer);
    }
}
