package dev.tocsin.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Position;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files in which this instance got on last, and what they came to. Safe for use by several threads. */
final class RecentFiles implements DeliveryListener {
    /** How many are kept. */
    static final int MAX = 200;

    private static final int MAX_PATH = 512;

    /** A file; its counts are of this instance, since it was seen first. */
    private static final class Seen {
        private String state = "reading";
        private long time;
        private long records;
        private long alerts;
        private long rejects;
    }

    private final Map<String, Seen> files = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
            return size() > MAX;
        }
    };

    @Override
    public synchronized void committed(List<Evaluated> chunks) {
        for (Evaluated chunk : chunks) {
            if (chunk.position() instanceof Position.OfFile file) {
                Seen seen = files.computeIfAbsent(file.path(), path -> new Seen());
                FileOutcome outcome = file.outcome();
                seen.state = outcome == null ? "reading" : outcome.label();
                seen.time = System.currentTimeMillis();
                seen.records += chunk.evaluation().records();
                seen.alerts += chunk.evaluation().alerts().size();
                seen.rejects += chunk.evaluation().rejects().size();
            }
        }
    }

    /** Writes the field {@code files}, the latest progress first, into the open object. */
    synchronized void write(JsonGenerator json, int limit) throws IOException {
        List<Map.Entry<String, Seen>> oldestFirst = new ArrayList<>(files.entrySet());
        json.writeArrayFieldStart("files");
        for (int i = oldestFirst.size() - 1; i >= Math.max(0, oldestFirst.size() - limit); i--) {
            Seen seen = oldestFirst.get(i).getValue();
            json.writeStartObject();
            json.writeStringField("path", AlertEntries.cut(oldestFirst.get(i).getKey(), MAX_PATH));
            json.writeStringField("state", seen.state);
            json.writeNumberField("records", seen.records);
            json.writeNumberField("alerts", seen.alerts);
            json.writeNumberField("rejects", seen.rejects);
            json.writeStringField("at", Instant.ofEpochMilli(seen.time).toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
