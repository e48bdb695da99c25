package dev.tocsin.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The restricted profile of Kubernetes' pod security standards, as far as a pod can break it. */
final class RestrictedPods {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    private RestrictedPods() {}

    /** What a pod's specification breaks, a line each. */
    static List<String> violations(JsonNode pod) {
        List<String> violations = new ArrayList<>();
        for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (pod.path(host).asBoolean()) {
                violations.add(host);
            }
        }
        pod.path("volumes").forEach(volume -> volume.fieldNames().forEachRemaining(kind -> {
            if (!kind.equals("name") && !VOLUMES.contains(kind)) {
                violations.add("volume of kind " + kind);
            }
        }));
        JsonNode shared = pod.path("securityContext");
        for (JsonNode container : pod.path("containers")) {
            JsonNode own = container.path("securityContext");
            String name = container.path("name").asText() + ": ";
            if (own.path("allowPrivilegeEscalation").asBoolean(true)) {
                violations.add(name + "allowPrivilegeEscalation");
            }
            if (!own.at("/capabilities/drop").toString().contains("\"ALL\"")
                    || own.path("capabilities").has("add")) {
                violations.add(name + "capabilities");
            }
            if (!own.path("runAsNonRoot").asBoolean(shared.path("runAsNonRoot").asBoolean())) {
                violations.add(name + "runAsNonRoot");
            }
            if (own.path("runAsUser").asInt(shared.path("runAsUser").asInt(0)) == 0) {
                violations.add(name + "runAsUser");
            }
            String seccomp = own.at("/seccompProfile/type")
                    .asText(shared.at("/seccompProfile/type").asText());
            if (!Set.of("RuntimeDefault", "Localhost").contains(seccomp)) {
                violations.add(name + "seccompProfile");
            }
        }
        return violations;
    }
}
