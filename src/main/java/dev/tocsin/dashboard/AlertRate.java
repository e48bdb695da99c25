package dev.tocsin.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tocsin.rule.Severity;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** How many alerts there were in each minute of the last hour, by severity. Safe for use by several threads. */
final class AlertRate {
    /** How far back it looks. */
    static final int MINUTES = 60;

    private final long[][] counts = new long[Severity.values().length][MINUTES];
    /** The newest minute, counted from the epoch, and the first that is counted in full. */
    private long newest = -1;

    private long since;

    /** Forgets everything; what came before {@code millis}, since the epoch, is not known. */
    synchronized void begin(long millis) {
        for (long[] ofSeverity : counts) {
            java.util.Arrays.fill(ofSeverity, 0);
        }
        since = millis;
    }

    /**
     * Counts alerts of one severity.
     *
     * @param millis when they were committed, since the epoch
     */
    synchronized void count(Severity severity, long millis, long alerts, long nowMillis) {
        advance(nowMillis);
        long minute = Math.min(TimeUnit.MILLISECONDS.toMinutes(millis), newest);
        if (minute > newest - MINUTES && minute >= 0) {
            counts[severity.ordinal()][(int) (minute % MINUTES)] += alerts;
        }
    }

    private void advance(long nowMillis) {
        long minute = TimeUnit.MILLISECONDS.toMinutes(nowMillis);
        for (long passed = Math.max(newest + 1, minute - MINUTES + 1); passed <= minute; passed++) {
            for (long[] ofSeverity : counts) {
                ofSeverity[(int) (passed % MINUTES)] = 0;
            }
        }
        newest = Math.max(newest, minute);
    }

    /** Writes it as an object: each severity's counts by minute, oldest first; the last minute is not over yet. */
    synchronized void write(JsonGenerator json, long nowMillis) throws IOException {
        advance(nowMillis);
        long begin = TimeUnit.MINUTES.toMillis(newest - MINUTES + 1);
        json.writeStartObject();
        json.writeStringField("from", Instant.ofEpochMilli(begin).toString());
        json.writeStringField(
                "knownSince", Instant.ofEpochMilli(Math.max(begin, since)).toString());
        for (Severity severity : Severity.values()) {
            json.writeFieldName(severity.label());
            json.writeStartArray();
            for (long minute = newest - MINUTES + 1; minute <= newest; minute++) {
                json.writeNumber(minute < 0 ? 0 : counts[severity.ordinal()][(int) (minute % MINUTES)]);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }
}
