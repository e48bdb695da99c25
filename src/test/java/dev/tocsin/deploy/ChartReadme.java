package dev.tocsin.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the chart's README of {@code README.head.md} and the comments of {@code values.yaml}: a row for each that begins with two hyphens. */
public final class ChartReadme {
    static final Path FILE = Chart.DIRECTORY.resolve("README.md");

    private static final Pattern KEY = Pattern.compile("( *)([A-Za-z0-9-]+):(?: +(.*))?");

    private ChartReadme() {}

    /** A value that is described. */
    private record Row(String key, String value, String description) {}

    /** Writes the README anew. */
    public static void main(String[] args) throws IOException {
        Files.writeString(FILE, text());
    }

    /** What the README must be. */
    static String text() {
        StringBuilder text = new StringBuilder(Chart.read(Chart.DIRECTORY.resolve("README.head.md")));
        text.append("\n| value | default | |\n|---|---|---|\n");
        for (Row row : rows(Chart.read(Chart.DIRECTORY.resolve("values.yaml")))) {
            text.append("| `").append(row.key()).append("` | ");
            text.append(row.value().isEmpty() ? "" : "`" + row.value().replace("|", "\\|") + "`");
            text.append(" | ").append(row.description().replace("|", "\\|")).append(" |\n");
        }
        return text.toString();
    }

    /** Keys of the values that are described neither themselves nor by what they are part of. */
    static List<String> undescribed() {
        List<String> described = rows(Chart.read(Chart.DIRECTORY.resolve("values.yaml"))).stream()
                .map(Row::key)
                .toList();
        List<String> missing = new ArrayList<>();
        collect("", Chart.defaults(), described, missing);
        return missing;
    }

    private static void collect(
            String prefix, com.fasterxml.jackson.databind.JsonNode node, List<String> described, List<String> missing) {
        node.fields().forEachRemaining(field -> {
            String key = prefix + field.getKey();
            if (!described.contains(key)) {
                if (field.getValue().isObject() && !field.getValue().isEmpty()) {
                    collect(key + ".", field.getValue(), described, missing);
                } else {
                    missing.add(key);
                }
            }
        });
    }

    private static List<Row> rows(String values) {
        List<Row> rows = new ArrayList<>();
        Deque<String> path = new ArrayDeque<>();
        StringBuilder description = new StringBuilder();
        for (String line : values.lines().toList()) {
            String trimmed = line.trim();
            Matcher key = KEY.matcher(line);
            if (trimmed.startsWith("# -- ")) {
                description.setLength(0);
                description.append(trimmed.substring(5));
            } else if (trimmed.startsWith("#")) {
                if (description.length() > 0) {
                    description.append(' ').append(trimmed.substring(1).trim());
                }
            } else if (key.matches()) {
                int depth = key.group(1).length() / 2;
                while (path.size() > depth) {
                    path.removeLast();
                }
                path.addLast(key.group(2));
                if (description.length() > 0) {
                    String name = String.join(".", path);
                    rows.add(new Row(name, value(key.group(3)), description.toString()));
                    description.setLength(0);
                }
            }
        }
        return rows;
    }

    private static String value(@org.jspecify.annotations.Nullable String text) {
        return text == null || text.equals("\"\"") || text.equals("null") ? "" : text;
    }
}
