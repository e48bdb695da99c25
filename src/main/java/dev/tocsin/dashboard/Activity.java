package dev.tocsin.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Source;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What each source has come to since the start of this instance. Safe for use by several threads. */
final class Activity implements DeliveryListener {
    private final Map<Source, Counts> counts = new EnumMap<>(Source.class);

    /** Of one source. */
    private static final class Counts {
        private long records;
        private long alerts;
        private long rejects;
        private long unusable;
        private long lastProgressMillis;
    }

    @Override
    public synchronized void committed(List<Evaluated> chunks) {
        long now = System.currentTimeMillis();
        for (Evaluated chunk : chunks) {
            Counts source = counts.computeIfAbsent(chunk.source(), key -> new Counts());
            source.records += chunk.evaluation().records();
            source.alerts += chunk.evaluation().alerts().size();
            source.rejects += chunk.evaluation().rejects().size();
            source.unusable += chunk.evaluation().unusable();
            source.lastProgressMillis = now;
        }
    }

    /** Writes the fields of a source into the open object. */
    synchronized void write(JsonGenerator json, Source source) throws IOException {
        Counts of = counts.getOrDefault(source, new Counts());
        json.writeNumberField("records", of.records);
        json.writeNumberField("alerts", of.alerts);
        json.writeNumberField("rejects", of.rejects);
        json.writeNumberField("unusable", of.unusable);
        json.writeStringField(
                "lastProgress",
                of.lastProgressMillis == 0
                        ? null
                        : Instant.ofEpochMilli(of.lastProgressMillis).toString());
    }
}
