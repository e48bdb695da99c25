package dev.tocsin.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The chart, rendered by real Helm. */
final class Chart {
    static final Path DIRECTORY = Path.of("helm/tocsin");
    static final String RELEASE = "tocsin";
    static final String NAMESPACE = "alarms";

    /** What a release needs at least: where the broker is. */
    static final String MINIMAL = "{kafka: {bootstrapServers: 'kafka:9092'}}";

    private static final ObjectMapper YAML = new YAMLMapper();

    private Chart() {}

    /** The example values that come with the chart. */
    static List<Path> examples() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.filter(file -> file.getFileName().toString().matches("values-.*\\.yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The chart's own values. */
    static JsonNode defaults() {
        return yaml(read(DIRECTORY.resolve("values.yaml")));
    }

    static JsonNode yaml(String text) {
        try {
            return YAML.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Values over those of {@link #MINIMAL}, as Helm puts one file over another. */
    static String minimalAnd(String... values) {
        ObjectNode all = (ObjectNode) yaml(MINIMAL);
        for (String more : values) {
            merge(all, yaml(more));
        }
        return all.toString();
    }

    static String example(String name) {
        return read(DIRECTORY.resolve(name));
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The objects that Helm makes of values, given as YAML. Hooks are not among them. */
    static Manifests render(String values) {
        return withFile(
                values,
                file -> Manifests.of(new Helm(DIRECTORY)
                        .template()
                        .withName(RELEASE)
                        .withNamespace(NAMESPACE)
                        .withKubeVersion("1.30.0")
                        .withValuesFile(file)
                        .call()));
    }

    /** Why Helm refuses values. */
    static String refusal(String values) {
        try {
            render(values);
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("rendered, and should have been refused:\n" + values);
    }

    /** What {@code helm lint --strict} has to say to values. */
    static LintResult lint(String values) {
        return withCopy(copy -> {
            ObjectNode merged = (ObjectNode) defaults();
            merge(merged, yaml(values));
            Files.writeString(copy.resolve("values.yaml"), merged.toString());
            return new Helm(copy).lint().strict().call();
        });
    }

    /** What a user reads after {@code helm install}. */
    static String notes(String values) {
        return withCopy(copy -> {
            // Without a cluster Helm takes the oldest version that it knows for the cluster's.
            Path chart = copy.resolve("Chart.yaml");
            Files.writeString(chart, read(chart).replaceAll("(?m)^kubeVersion:.*\n", ""));
            return withFile(values, file -> new Helm(copy)
                    .install()
                    .withName(RELEASE)
                    .withNamespace(NAMESPACE)
                    .dryRun()
                    .clientOnly()
                    .withValuesFile(file)
                    .call()
                    .getOutput());
        });
    }

    /** The pod of {@code helm test}. */
    static Manifests test(String values) {
        return withCopy(copy -> {
            Path test = copy.resolve("templates/tests/alert.yaml");
            Files.writeString(
                    test, read(test).replace("(dict \"helm.sh/hook\" \"test\"", "(dict \"example.com/hook\" \"test\""));
            Manifests all = withFile(
                    values,
                    file -> Manifests.of(new Helm(copy)
                            .template()
                            .withName(RELEASE)
                            .withNamespace(NAMESPACE)
                            .withKubeVersion("1.30.0")
                            .withValuesFile(file)
                            .call()));
            return new Manifests(all.all("Pod"));
        });
    }

    /** Puts values over others, as Helm does. */
    static void merge(ObjectNode into, JsonNode from) {
        from.fields().forEachRemaining(field -> {
            JsonNode there = into.get(field.getKey());
            if (there instanceof ObjectNode map && field.getValue().isObject()) {
                merge(map, field.getValue());
            } else {
                into.set(field.getKey(), field.getValue());
            }
        });
    }

    private interface Action<T> {
        T on(Path path) throws IOException;
    }

    private static <T> T withFile(String values, Action<T> action) {
        try {
            Path file = Files.createTempFile("values-", ".yaml");
            try {
                return action.on(Files.writeString(file, values));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T withCopy(Action<T> action) {
        try {
            Path copy = Files.createTempDirectory("chart-");
            try (Stream<Path> files = Files.walk(DIRECTORY)) {
                for (Path file : files.toList()) {
                    Path target = copy.resolve(DIRECTORY.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.copy(file, target);
                    }
                }
            }
            try {
                return action.on(copy);
            } finally {
                try (Stream<Path> files = Files.walk(copy)) {
                    for (Path file :
                            files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
