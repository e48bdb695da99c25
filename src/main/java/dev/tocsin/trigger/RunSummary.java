package dev.tocsin.trigger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Source;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a run that ends by itself came to, as one line of JSON. Told on the delivery's thread; thread-safe. */
public final class RunSummary implements DeliveryListener {
    private static final JsonFactory JSON = new JsonFactory();

    private final Trigger trigger;
    private final BoundedRun run;
    private final Map<Source, String> descriptions;
    private final long begunNanos = System.nanoTime();
    private final Map<FileOutcome, Integer> files = new EnumMap<>(FileOutcome.class);
    private long readings;
    private long blank;
    private long alerts;
    private long rejects;

    /** @param descriptions what the sources are called */
    public RunSummary(Trigger trigger, BoundedRun run, Map<Source, String> descriptions) {
        this.trigger = trigger;
        this.run = run;
        this.descriptions = Map.copyOf(descriptions);
    }

    @Override
    public synchronized void committed(java.util.List<Evaluated> chunks) {
        for (Evaluated chunk : chunks) {
            readings += chunk.evaluation().readings();
            blank += chunk.evaluation().blank();
            alerts += chunk.evaluation().alerts().size();
            rejects += chunk.evaluation().rejects().size();
        }
    }

    /** Counts a file. */
    public synchronized void file(FileOutcome outcome) {
        files.merge(outcome, 1, Integer::sum);
    }

    /**
     * One line, without a newline.
     *
     * @param reason why the run stopped before its end; null where it did not
     */
    public synchronized String json(@Nullable String reason) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("trigger", trigger.label());
            json.writeBooleanField("completed", run.complete());
            if (reason != null) {
                json.writeStringField("reason", reason);
            }
            json.writeNumberField("readings", readings);
            json.writeNumberField("alerts", alerts);
            json.writeNumberField("rejects", rejects);
            json.writeNumberField("blankLines", blank);
            json.writeObjectFieldStart("files");
            for (Map.Entry<FileOutcome, Integer> outcome : files.entrySet()) {
                json.writeNumberField(outcome.getKey().label(), outcome.getValue());
            }
            json.writeEndObject();
            json.writeNumberField(
                    "durationMs",
                    Duration.ofNanos(System.nanoTime() - begunNanos).toMillis());
            json.writeArrayFieldStart("sources");
            for (Map.Entry<Source, BoundedRun.Told> source : run.told().entrySet()) {
                write(json, source.getKey(), source.getValue());
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return text.toString();
    }

    private void write(JsonGenerator json, Source source, BoundedRun.Told told) throws IOException {
        json.writeStartObject();
        json.writeStringField("description", descriptions.getOrDefault(source, source.label()));
        json.writeBooleanField("completed", told.completed());
        numbers(json, "frozen", told.frozen());
        numbers(json, "position", told.position());
        numbers(json, "left", told.left());
        json.writeNumberField("lostRecords", told.lost());
        json.writeNumberField("failed", told.failed());
        json.writeArrayFieldStart("failures");
        for (String failure : told.failures()) {
            json.writeString(failure);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void numbers(JsonGenerator json, String field, Map<String, Long> numbers) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> number : numbers.entrySet()) {
            json.writeNumberField(number.getKey(), number.getValue());
        }
        json.writeEndObject();
    }
}
