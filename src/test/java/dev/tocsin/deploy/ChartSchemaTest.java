package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The schema of the chart's values. */
class ChartSchemaTest {
    @Test
    void whatNamesItsKeysTakesNoOthers() {
        List<String> open = new ArrayList<>();
        collectOpen("", Chart.yaml(Chart.read(Chart.DIRECTORY.resolve("values.schema.json"))), open);

        assertThat(open).isEmpty();
    }

    private static void collectOpen(String place, JsonNode schema, List<String> open) {
        if (schema.has("properties") && schema.path("additionalProperties").asBoolean(true)) {
            open.add(place);
        }
        schema.path("properties")
                .fields()
                .forEachRemaining(key -> collectOpen(place + "/" + key.getKey(), key.getValue(), open));
        for (String part : List.of("additionalProperties", "items")) {
            if (schema.path(part).isObject()) {
                collectOpen(place + "/" + part, schema.path(part), open);
            }
        }
    }
}
