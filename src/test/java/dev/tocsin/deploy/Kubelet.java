package dev.tocsin.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Kubernetes makes of a rendered pod before its process starts: volumes out of the ConfigMap and secrets, here below a
 * directory that stands for the container's root, and variables out of secrets and of each other.
 *
 * @param secrets by name, then by key
 */
record Kubelet(Path root, Map<String, Map<String, byte[]>> secrets) {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\(([A-Za-z0-9_]+)\\)");
    private static final String MOUNTS = "/etc/tocsin/";

    /**
     * Mounts the volumes below {@code /etc/tocsin} of a release's pod, and returns the variables of its first container, with paths
     * that are good here.
     */
    Map<String, String> start(Manifests release, JsonNode pod) throws IOException {
        JsonNode container = pod.at("/spec/containers/0");
        for (JsonNode mount : container.path("volumeMounts")) {
            String path = mount.path("mountPath").asText() + "/";
            if (path.startsWith(MOUNTS)) {
                Path directory = Files.createDirectories(Path.of(root + path));
                mount(release, volume(pod, mount.path("name").asText()), directory);
            }
        }
        return environment(container);
    }

    private void mount(Manifests release, JsonNode volume, Path directory) throws IOException {
        if (volume.has("configMap")) {
            Files.writeString(directory.resolve("application.properties"), here(release.applicationProperties()));
        }
        for (JsonNode item : volume.at("/secret/items")) {
            Files.write(
                    directory.resolve(item.path("path").asText()),
                    secret(
                            volume.at("/secret/secretName").asText(),
                            item.path("key").asText()));
        }
    }

    private static JsonNode volume(JsonNode pod, String name) {
        for (JsonNode volume : pod.at("/spec/volumes")) {
            if (volume.path("name").asText().equals(name)) {
                return volume;
            }
        }
        throw new AssertionError("no volume " + name);
    }

    private Map<String, String> environment(JsonNode container) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (JsonNode variable : container.path("env")) {
            JsonNode secret = variable.at("/valueFrom/secretKeyRef");
            variables.put(
                    variable.path("name").asText(),
                    secret.isMissingNode()
                            ? here(expand(variable.path("value").asText(), variables))
                            : new String(
                                    secret(
                                            secret.path("name").asText(),
                                            secret.path("key").asText()),
                                    StandardCharsets.UTF_8));
        }
        return variables;
    }

    /** {@code $(NAME)} is the variable that was defined before, or stays as it is. */
    private static String expand(String text, Map<String, String> variables) {
        return REFERENCE
                .matcher(text)
                .replaceAll(reference ->
                        Matcher.quoteReplacement(variables.getOrDefault(reference.group(1), reference.group())));
    }

    private String here(String text) {
        return text.replace(MOUNTS, root + MOUNTS);
    }

    private byte[] secret(String name, String key) {
        byte[] value = secrets.getOrDefault(name, Map.of()).get(key);
        if (value == null) {
            throw new AssertionError("no secret " + name + " with a key " + key);
        }
        return value;
    }
}
