package dev.tocsin.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How this instance is: what the page shows beside the alerts. */
final class Status {
    private final String instance;
    private final String version;
    private final Activity activity;
    private final AlertRate rate;
    private final AlertFeed feed;
    private volatile @Nullable ServiceState service;

    Status(String instance, String version, Activity activity, AlertRate rate, AlertFeed feed) {
        this.instance = instance;
        this.version = version;
        this.activity = activity;
        this.rate = rate;
        this.feed = feed;
    }

    /** Says whom to ask; until then the instance is starting. */
    void of(ServiceState state) {
        service = state;
    }

    String instance() {
        return instance;
    }

    Buffer json(Streams streams) {
        long now = System.currentTimeMillis();
        ServiceState state = service;
        List<String> problems = state == null ? List.of("starting") : new ArrayList<>(state.problems());
        return Json.object(json -> {
            json.writeStringField("instance", instance);
            json.writeStringField("version", version);
            json.writeStringField("time", Instant.ofEpochMilli(now).toString());
            json.writeBooleanField("ready", problems.isEmpty());
            json.writeArrayFieldStart("problems");
            for (String problem : problems) {
                json.writeString(problem);
            }
            if (!feed.problem().isEmpty()) {
                json.writeString(feed.problem());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("sources");
            for (ServiceState.SourceState source : sources()) {
                write(json, source);
            }
            json.writeEndArray();
            json.writeNumberField("watchers", streams.watching());
            json.writeNumberField("droppedWatchers", streams.dropped());
            json.writeFieldName("rate");
            rate.write(json, now);
        });
    }

    private void write(JsonGenerator json, ServiceState.SourceState source) throws IOException {
        json.writeStartObject();
        json.writeStringField("source", source.source().label());
        json.writeStringField("name", source.name());
        json.writeStringField("trigger", source.trigger());
        activity.write(json, source.source());
        number(json, "lagRecords", source.lagRecords());
        number(json, "backlogFiles", source.backlogFiles());
        number(json, "backlogBytes", source.backlogBytes());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, @Nullable Long value) throws IOException {
        if (value != null) {
            json.writeNumberField(name, value);
        }
    }

    /** Writes how much of the directory waits, if there is a directory. */
    void writeBacklog(JsonGenerator json) throws IOException {
        long waiting = 0;
        long bytes = 0;
        for (ServiceState.SourceState source : sources()) {
            waiting += source.backlogFiles() == null ? 0 : source.backlogFiles();
            bytes += source.backlogBytes() == null ? 0 : source.backlogBytes();
        }
        json.writeNumberField("backlogFiles", waiting);
        json.writeNumberField("backlogBytes", bytes);
    }

    /** Writes the field {@code progress}: a report for each batch, newest first. */
    void writeProgress(JsonGenerator json, int limit) throws IOException {
        ServiceState state = service;
        json.writeFieldName("progress");
        json.writeRawValue(state == null ? "[]" : state.progress(limit));
    }

    private List<ServiceState.SourceState> sources() {
        ServiceState state = service;
        return state == null ? List.of() : state.sources();
    }
}
