package dev.tocsin.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Objects of Kubernetes, as they would be sent to it. */
record Manifests(List<JsonNode> objects) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The documents of a YAML text, empty ones left out. A key that stands twice is an error. */
    static Manifests of(String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonNode> objects = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(yaml)) {
            if (document != null) {
                objects.add(JSON.valueToTree(document));
            }
        }
        return new Manifests(List.copyOf(objects));
    }

    /** The one object of a kind. */
    JsonNode one(String kind) {
        List<JsonNode> found = all(kind);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects of kind " + kind + " among " + kinds());
        }
        return found.get(0);
    }

    /** All objects of a kind. */
    List<JsonNode> all(String kind) {
        return objects.stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    /** The kinds of all objects, in order. */
    List<String> kinds() {
        return objects.stream().map(object -> object.path("kind").asText()).toList();
    }

    /** The one workload: Deployment, Job or CronJob. */
    JsonNode workload() {
        return objects.stream()
                .filter(object -> object.path("kind").asText().matches("Deployment|Job|CronJob"))
                .findFirst()
                .orElseThrow();
    }

    /** The pod template of the workload. */
    JsonNode pod() {
        JsonNode spec = workload().path("spec");
        return spec.has("jobTemplate") ? spec.at("/jobTemplate/spec/template") : spec.path("template");
    }

    /** Tocsin's own container. */
    JsonNode container() {
        return StreamSupport.stream(pod().at("/spec/containers").spliterator(), false)
                .filter(container -> container.path("name").asText().equals("tocsin"))
                .findFirst()
                .orElseThrow();
    }

    /** The settings that the chart hands over to the program, as the text of its file. */
    String applicationProperties() {
        return all("ConfigMap").stream()
                .map(map -> map.at("/data/application.properties"))
                .filter(JsonNode::isTextual)
                .findFirst()
                .orElseThrow()
                .asText();
    }
}
