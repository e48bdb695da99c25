package dev.tocsin.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.reading.Reject;
import dev.tocsin.reading.RejectReason;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The last rejects of this instance: why and from where, never what they were. Safe for use by several threads. */
final class RecentRejects implements DeliveryListener {
    /** How many are kept. */
    static final int MAX = 200;

    private static final int MAX_TEXT = 512;

    /** A reject without its bytes. */
    private record Seen(long time, RejectReason reason, String detail, String origin, long size) {}

    private final Deque<Seen> seen = new ArrayDeque<>();
    private final long[] counts = new long[RejectReason.values().length];

    @Override
    public synchronized void committed(List<Evaluated> chunks) {
        for (Evaluated chunk : chunks) {
            List<Reject> rejects = chunk.evaluation().rejects();
            if (rejects.isEmpty()) {
                continue;
            }
            for (Reject reject : rejects) {
                counts[reject.reason().ordinal()]++;
            }
            long now = System.currentTimeMillis();
            for (Reject reject : rejects.subList(Math.max(0, rejects.size() - MAX), rejects.size())) {
                if (seen.size() == MAX) {
                    seen.removeLast();
                }
                seen.addFirst(new Seen(
                        now,
                        reject.reason(),
                        AlertEntries.cut(reject.detail(), MAX_TEXT),
                        AlertEntries.cut(reject.origin().text(), MAX_TEXT),
                        reject.size()));
            }
        }
    }

    /** Writes the fields {@code counts}, by reason, and {@code rejects}, newest first, into the open object. */
    synchronized void write(JsonGenerator json, int limit) throws IOException {
        json.writeObjectFieldStart("counts");
        for (RejectReason reason : RejectReason.values()) {
            json.writeNumberField(reason.code(), counts[reason.ordinal()]);
        }
        json.writeEndObject();
        json.writeArrayFieldStart("rejects");
        Iterator<Seen> newest = seen.iterator();
        for (int i = 0; i < limit && newest.hasNext(); i++) {
            Seen reject = newest.next();
            json.writeStartObject();
            json.writeStringField("reason", reject.reason().code());
            json.writeStringField("detail", reject.detail());
            json.writeStringField("origin", reject.origin());
            json.writeNumberField("bytes", reject.size());
            json.writeStringField("at", Instant.ofEpochMilli(reject.time()).toString());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
