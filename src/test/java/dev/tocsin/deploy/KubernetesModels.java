package dev.tocsin.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Holds objects against Kubernetes' own models. A field that a model does not know is misspelt or misplaced; the cluster would
 * drop it without a word. Custom resources without a model here have lists of their fields, out of their definitions.
 */
final class KubernetesModels {
    private static final Map<String, Class<?>> MODELS = Map.ofEntries(
            Map.entry("v1/ConfigMap", ConfigMap.class),
            Map.entry("v1/PersistentVolumeClaim", PersistentVolumeClaim.class),
            Map.entry("v1/Pod", Pod.class),
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("batch/v1/CronJob", CronJob.class),
            Map.entry("batch/v1/Job", Job.class),
            Map.entry("networking.k8s.io/v1/Ingress", Ingress.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class));

    /**
     * Fields of {@code spec}, from the definitions of KEDA 2.17 (its triggers' from their documentation) and Strimzi 0.46.
     * Items of a list are {@code []}, or {@code [type]} where they have one; below {@code .*} anything goes.
     */
    private static final Map<String, Set<String>> FIELDS = Map.of(
            "keda.sh/v1alpha1/ScaledObject",
            Set.of(
                    "scaleTargetRef.name",
                    "pollingInterval",
                    "initialCooldownPeriod",
                    "cooldownPeriod",
                    "idleReplicaCount",
                    "minReplicaCount",
                    "maxReplicaCount",
                    "advanced.*",
                    "fallback.*",
                    "triggers[kafka].type",
                    "triggers[kafka].metadata.bootstrapServers",
                    "triggers[kafka].metadata.consumerGroup",
                    "triggers[kafka].metadata.topic",
                    "triggers[kafka].metadata.offsetResetPolicy",
                    "triggers[kafka].metadata.lagThreshold",
                    "triggers[kafka].metadata.activationLagThreshold",
                    "triggers[kafka].authenticationRef.name",
                    "triggers[prometheus].type",
                    "triggers[prometheus].metadata.serverAddress",
                    "triggers[prometheus].metadata.query",
                    "triggers[prometheus].metadata.threshold"),
            "keda.sh/v1alpha1/TriggerAuthentication",
            Set.of(
                    "configMapTargetRef[].parameter",
                    "configMapTargetRef[].name",
                    "configMapTargetRef[].key",
                    "secretTargetRef[].parameter",
                    "secretTargetRef[].name",
                    "secretTargetRef[].key"),
            "kafka.strimzi.io/v1beta2/KafkaTopic",
            Set.of("topicName", "partitions", "replicas", "config.*"),
            "kafka.strimzi.io/v1beta2/KafkaUser",
            Set.of(
                    "authentication.type",
                    "authorization.type",
                    "authorization.acls[].resource.type",
                    "authorization.acls[].resource.name",
                    "authorization.acls[].resource.patternType",
                    "authorization.acls[].operations[]"));

    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new WithoutAnySetters());

    private KubernetesModels() {}

    /** What is wrong with objects, a line each; empty when all is well. */
    static List<String> problems(Manifests manifests) {
        List<String> problems = new ArrayList<>();
        for (JsonNode object : manifests.objects()) {
            String kind = object.path("apiVersion").asText() + "/"
                    + object.path("kind").asText();
            Class<?> model = MODELS.get(kind);
            Set<String> fields = FIELDS.get(kind);
            if (model != null) {
                try {
                    STRICT.treeToValue(object, model);
                } catch (JsonProcessingException e) {
                    problems.add(kind + ": " + e.getMessage());
                }
            } else if (fields != null) {
                unknown("", object.path("spec"), fields)
                        .forEach(field -> problems.add(kind + ": spec has no field " + field));
            } else {
                problems.add(kind + ": no model");
            }
        }
        return problems;
    }

    /** The paths of the values below a node that no field stands for. */
    private static Stream<String> unknown(String path, JsonNode node, Set<String> fields) {
        if (fields.contains(path) || fields.contains(path + ".*")) {
            return Stream.empty();
        }
        if (node.isObject()) {
            return node.properties().stream()
                    .flatMap(field -> unknown(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), fields));
        }
        if (node.isArray()) {
            return StreamSupport.stream(node.spliterator(), false)
                    .flatMap(item -> unknown(path + "[" + item.path("type").asText() + "]", item, fields));
        }
        return Stream.of(path);
    }

    /** The models keep unknown fields in a map; without that they are an error. */
    private static final class WithoutAnySetters extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }
}
