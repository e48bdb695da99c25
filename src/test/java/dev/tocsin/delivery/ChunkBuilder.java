package dev.tocsin.delivery;

import dev.tocsin.alert.Alert;
import dev.tocsin.alert.Evaluation;
import dev.tocsin.reading.Origin;
import dev.tocsin.reading.Reading;
import dev.tocsin.reading.Reject;
import dev.tocsin.reading.RejectReason;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes evaluated chunks for tests of what comes after the evaluation. */
public final class ChunkBuilder {
    private final Lane lane;
    private final List<Alert> alerts = new ArrayList<>();
    private final List<Reject> rejects = new ArrayList<>();
    private @Nullable Batch batch;
    private boolean last;
    private long cold;
    private long unusable;
    private long blank;
    private long bytes;
    private long weight;
    private boolean urgent;
    private long readNanos = System.nanoTime();
    private Position position = new Position.OfFile("a.json", new byte[] {1}, null, null);

    private ChunkBuilder(Lane lane) {
        this.lane = lane;
    }

    public static ChunkBuilder on(Lane lane) {
        return new ChunkBuilder(lane);
    }

    /** On a lane of its own. */
    public static ChunkBuilder from(Source source) {
        return new ChunkBuilder(new Lane(source, position -> {}));
    }

    public static Batch batch(long id, Source source) {
        return new Batch(id, source, System.nanoTime());
    }

    /** An alert of the default rule for each device. */
    public ChunkBuilder alerts(String... devices) {
        for (String device : devices) {
            alert(Rules.DEFAULT, new Reading(device, null, 100.5));
        }
        return this;
    }

    public ChunkBuilder alert(Rule rule, Reading reading) {
        alerts.add(new Alert(rule, reading, origin(alerts.size() + 1)));
        return this;
    }

    public ChunkBuilder reject(RejectReason reason, String text) {
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        return reject(new Reject(reason, "unexpected 0x78 at byte 0", origin(rejects.size() + 1), raw, raw.length));
    }

    public ChunkBuilder reject(Reject reject) {
        rejects.add(reject);
        return this;
    }

    /** Readings that raise nothing, among them some without a temperature. */
    public ChunkBuilder cold(long readings, long withoutTemperature) {
        cold = readings;
        unusable = withoutTemperature;
        return this;
    }

    public ChunkBuilder blank(long records) {
        blank = records;
        return this;
    }

    public ChunkBuilder bytes(long count) {
        bytes = count;
        return this;
    }

    public ChunkBuilder weight(long estimate) {
        weight = estimate;
        return this;
    }

    public ChunkBuilder of(Batch partOf) {
        batch = partOf;
        return this;
    }

    public ChunkBuilder lastOf(Batch ended) {
        batch = ended;
        last = true;
        return this;
    }

    public ChunkBuilder at(Position reached) {
        position = reached;
        return this;
    }

    /** Tells chunks of a test apart by their position. */
    public ChunkBuilder named(String name) {
        return at(new Position.OfFile(name, new byte[] {1}, null, null));
    }

    public ChunkBuilder urgent() {
        urgent = true;
        return this;
    }

    public ChunkBuilder readAt(long nanos) {
        readNanos = nanos;
        return this;
    }

    public Evaluated build() {
        Evaluation evaluation = new Evaluation(alerts, rejects, cold + alerts.size(), unusable, blank, bytes, weight);
        return new Evaluated(
                lane, lane.epoch(), batch, last, evaluation, position, urgent, readNanos, System.nanoTime());
    }

    private static Origin origin(long line) {
        return new Origin.OfFile("a.json", "1", line);
    }
}
