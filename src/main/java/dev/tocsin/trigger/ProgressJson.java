package dev.tocsin.trigger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.delivery.Source;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Progress in the shape of Spark's {@code StreamingQueryProgress}, with alerts, rejects and trigger beside it. A topic's
 * positions are {@code {"iot_data":{"0":12}}} as Spark's; a directory's are lines of files, {@code {"data-1.json":2}},
 * where Spark has the number of a log entry.
 *
 * <p>{@code durationMs}: {@code read} until all of the batch was read, {@code evaluate} and {@code commit} the sums over
 * its chunks, which overlap with reading, and {@code triggerExecution} from begin to end as Spark's.
 */
public final class ProgressJson {
    private static final JsonFactory JSON = new JsonFactory();

    private final String name;
    private final String id;
    private final String runId = UUID.randomUUID().toString();
    private final Trigger trigger;
    private final String topic;
    private final Map<Source, String> sources;
    private final String sink;

    /**
     * What all progress of this process has in common.
     *
     * @param name of the deployment: the consumer group
     * @param topic of readings
     * @param sources a description for each source
     * @param sink its description
     */
    public ProgressJson(String name, Trigger trigger, String topic, Map<Source, String> sources, String sink) {
        this.name = name;
        this.id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
        this.trigger = trigger;
        this.topic = topic;
        this.sources = Map.copyOf(sources);
        this.sink = sink;
    }

    /** An object for each, in their order. */
    public String array(List<BatchProgress> batches) {
        return write(json -> {
            json.writeStartArray();
            for (BatchProgress batch : batches) {
                object(json, batch);
            }
            json.writeEndArray();
        });
    }

    /** One object. */
    public String object(BatchProgress batch) {
        return write(json -> object(json, batch));
    }

    private void object(JsonGenerator json, BatchProgress batch) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("runId", runId);
        json.writeStringField("name", name);
        json.writeStringField(
                "timestamp", batch.begun().truncatedTo(ChronoUnit.MILLIS).toString());
        json.writeNumberField("batchId", batch.batch().id());
        json.writeStringField("trigger", trigger.label());
        rows(json, batch);
        json.writeObjectFieldStart("durationMs");
        millis(json, "read", batch.read());
        millis(json, "evaluate", batch.evaluated());
        millis(json, "commit", batch.committed());
        millis(json, "triggerExecution", batch.took());
        json.writeEndObject();
        json.writeArrayFieldStart("stateOperators");
        json.writeEndArray();
        json.writeArrayFieldStart("sources");
        source(json, batch);
        json.writeEndArray();
        json.writeObjectFieldStart("sink");
        json.writeStringField("description", sink);
        json.writeNumberField("numOutputRows", batch.alerts());
        json.writeEndObject();
        json.writeNumberField("alerts", batch.alerts());
        json.writeNumberField("rejects", batch.rejects());
        json.writeEndObject();
    }

    private void source(JsonGenerator json, BatchProgress batch) throws IOException {
        Source source = batch.batch().source();
        json.writeStartObject();
        json.writeStringField("description", sources.getOrDefault(source, source.label()));
        position(json, "startOffset", source, batch.start());
        position(json, "endOffset", source, batch.end());
        if (batch.moreFiles() > 0) {
            json.writeNumberField("filesNotShown", batch.moreFiles());
        }
        rows(json, batch);
        json.writeNumberField("numInputBytes", batch.bytes());
        json.writeEndObject();
    }

    private void position(JsonGenerator json, String field, Source source, Map<String, Long> position)
            throws IOException {
        json.writeObjectFieldStart(field);
        if (source == Source.KAFKA) {
            json.writeObjectFieldStart(topic);
        }
        for (Map.Entry<String, Long> entry : new TreeMap<>(position).entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        if (source == Source.KAFKA) {
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void rows(JsonGenerator json, BatchProgress batch) throws IOException {
        json.writeNumberField("numInputRows", batch.rows());
        json.writeNumberField("inputRowsPerSecond", batch.inputRowsPerSecond());
        json.writeNumberField("processedRowsPerSecond", batch.processedRowsPerSecond());
    }

    private static void millis(JsonGenerator json, String field, Duration time) throws IOException {
        json.writeNumberField(field, time.toMillis());
    }

    /** Writes to a generator. */
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static String write(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }
}
