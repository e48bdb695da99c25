package dev.tocsin.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;

/** The last line that a program wrote to its standard output, which is what its run came to. */
record Summary(JsonNode json) {
    static Summary of(PackagedProgram ended) {
        List<String> lines = ended.stdout().lines().toList();
        if (lines.isEmpty()) {
            throw new AssertionError("nothing on standard output");
        }
        try {
            return new Summary(new ObjectMapper().readTree(lines.get(lines.size() - 1)));
        } catch (JsonProcessingException e) {
            throw new AssertionError("the last line is no JSON: " + lines.get(lines.size() - 1), e);
        }
    }

    long readings() {
        return json.get("readings").asLong();
    }

    long alerts() {
        return json.get("alerts").asLong();
    }

    long rejects() {
        return json.get("rejects").asLong();
    }

    boolean completed() {
        return json.get("completed").asBoolean();
    }

    /** What is said of the source whose description begins so. */
    JsonNode source(String kind) {
        for (JsonNode source : json.get("sources")) {
            if (source.get("description").asText().startsWith(kind)) {
                return source;
            }
        }
        throw new AssertionError("nothing is said of " + kind + ": " + json);
    }
}
