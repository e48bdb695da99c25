package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;

/** Asks the interface what its description allows, and what it does not, and holds the answers against it. */
final class InterfaceFuzz {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS =
            List.of("GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW");
    private static final List<String> HOSTILE = List.of(
            "",
            " ",
            "0",
            "-1",
            "99999999999999999999",
            "1e3",
            "null",
            "true",
            "'",
            "\"",
            "<img src=x>",
            "../../etc/passwd",
            "%00",
            "\u0000",
            "\r\nX: y",
            "\uD83D\uDD14",
            "\uD800",
            "a.b.c",
            "a.1.2.3",
            "a.999999999999999999.1.1",
            ".",
            "..",
            "{}",
            "[]",
            "x".repeat(300),
            "x".repeat(5_000),
            "x".repeat(18_500),
            "run-0.zzzzzzzzzzzz",
            "none.0.0.0",
            "critical,warning");

    /** What the server takes as a request line, with room for the method. */
    private static final int SERVER_LIMIT = 20_000;

    private final PackagedProgram program;
    private final JsonNode description;

    /** How often each status came, and what was not as described. */
    record Summary(long seed, Map<Integer, Integer> statuses, List<String> faults) {}

    private record Answer(int status, String contentType, String body) {}

    InterfaceFuzz(PackagedProgram program, String yaml) {
        this.program = program;
        this.description = JSON.valueToTree(new Yaml().load(yaml));
    }

    Summary run(long seed, int requests) throws IOException {
        Random random = new Random(seed);
        List<String> paths = new ArrayList<>();
        description.get("paths").fieldNames().forEachRemaining(paths::add);
        Map<Integer, Integer> statuses = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            String path = paths.get(random.nextInt(paths.size()));
            String method = METHODS.get(random.nextInt(METHODS.size()));
            JsonNode operation = description.get("paths").get(path).get("get");
            String query = query(operation, random);
            boolean uri = query.length() < SERVER_LIMIT && !query.matches("(?s).*%(?![0-9A-Fa-f]{2}).*");
            Answer answer = ask(method, path + query, random);
            statuses.merge(answer.status(), 1, Integer::sum);
            String fault = fault(operation, method, answer, uri);
            if (!fault.isEmpty()) {
                faults.add(method + " " + path + query.replaceAll("x{50,}", "x…") + ": " + fault);
            }
        }
        return new Summary(seed, statuses, faults);
    }

    private String query(JsonNode operation, Random random) {
        List<String> parts = new ArrayList<>();
        for (JsonNode named : operation.path("parameters")) {
            JsonNode parameter = resolve(named);
            if (parameter.get("in").asText().equals("query")) {
                for (int times = random.nextInt(3); times > 0; times -= 1 + random.nextInt(2)) {
                    parts.add(parameter.get("name").asText() + "=" + value(parameter, random));
                }
            }
        }
        if (random.nextInt(12) == 0) {
            parts.add(hostile(random) + "=" + hostile(random));
        }
        if (random.nextInt(40) == 0) {
            parts.add("device=%zz");
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }

    private String value(JsonNode parameter, Random random) {
        JsonNode schema = resolve(parameter.get("schema"));
        JsonNode items = schema.has("items") ? resolve(schema.get("items")) : schema;
        if (random.nextInt(4) == 0) {
            return hostile(random);
        }
        if (items.has("enum")) {
            return items.get("enum")
                    .get(random.nextInt(items.get("enum").size()))
                    .asText();
        }
        if (items.path("type").asText().equals("integer")) {
            int least = items.get("minimum").asInt();
            return Integer.toString(
                    least - 1 + random.nextInt(items.get("maximum").asInt() - least + 3));
        }
        return encode(parameter.get("example").asText());
    }

    private static String hostile(Random random) {
        if (random.nextInt(3) > 0) {
            return encode(HOSTILE.get(random.nextInt(HOSTILE.size())));
        }
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(40), 0, 0x3000).forEach(text::appendCodePoint);
        return encode(text.toString());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? description.at(node.get("$ref").asText().substring(1)) : node;
    }

    private String fault(JsonNode operation, String method, Answer answer, boolean uri) throws IOException {
        String status = Integer.toString(answer.status());
        if (!uri || method.equals("BREW")) {
            // The server itself refuses what is no URI, or no method, before anyone can say more about it.
            return answer.status() >= 500 && answer.status() != 501 ? "status " + status : "";
        }
        if (!operation.get("responses").has(status)) {
            return "status " + status + " is not described";
        }
        JsonNode response = resolve(operation.get("responses").get(status));
        JsonNode content = response.get("content");
        String type = answer.contentType().replaceFirst(";.*", "");
        if (!content.has(type)) {
            return "content type " + type + " is not described";
        }
        if (method.equals("HEAD") || type.equals("text/event-stream")) {
            return "";
        }
        return mismatch(JSON.readTree(answer.body()), resolve(content.get(type).get("schema")), "");
    }

    /** Where a value is not as its schema says; empty where it is. */
    private String mismatch(JsonNode value, JsonNode schema, String at) {
        if (value.isNull()) {
            return schema.path("nullable").asBoolean() ? "" : at + " is null";
        }
        boolean fits =
                switch (schema.path("type").asText()) {
                    case "object" -> value.isObject();
                    case "array" -> value.isArray();
                    case "string" -> value.isTextual();
                    case "integer" -> value.isIntegralNumber();
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    default -> false;
                };
        if (!fits) {
            return at + " is not of type " + schema.path("type").asText();
        }
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.asText())) {
                return at + "/" + name.asText() + " is missing";
            }
        }
        if (schema.has("enum") && !schema.get("enum").toString().contains("\"" + value.asText() + "\"")) {
            return at + " is none of " + schema.get("enum");
        }
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            String found = value.has(field.getKey())
                    ? mismatch(value.get(field.getKey()), resolve(field.getValue()), at + "/" + field.getKey())
                    : "";
            if (!found.isEmpty()) {
                return found;
            }
        }
        for (int i = 0; i < value.size() && value.isArray(); i++) {
            String found = mismatch(value.get(i), resolve(schema.get("items")), at + "/" + i);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return "";
    }

    private Answer ask(String method, String target, Random random) throws IOException {
        StringBuilder request =
                new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        if (random.nextInt(5) == 0) {
            String id = HOSTILE.get(random.nextInt(HOSTILE.size())).replaceAll("[\\x00-\\x1f]", "");
            request.append("Last-Event-ID: ").append(id).append("\r\n");
        }
        try (Socket socket = new Socket("127.0.0.1", program.uri("/").getPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.append("\r\n").toString().getBytes(ISO_8859_1));
            return read(socket.getInputStream());
        }
    }

    /** The head, and of what is not a stream the rest. */
    private static Answer read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("no answer but " + head);
            }
            head.write(next);
        }
        String text = head.toString(ISO_8859_1);
        int status = Integer.parseInt(text.substring(9, 12));
        String type = text.lines()
                .filter(line -> line.regionMatches(true, 0, "content-type:", 0, 13))
                .map(line -> line.substring(13).trim())
                .findFirst()
                .orElse("");
        return new Answer(
                status, type, type.startsWith("text/event-stream") ? "" : new String(in.readAllBytes(), UTF_8));
    }
}
