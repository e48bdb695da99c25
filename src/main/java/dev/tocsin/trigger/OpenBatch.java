package dev.tocsin.trigger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Position;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds up what is committed of a batch. */
final class OpenBatch {
    private static final JsonFactory JSON = new JsonFactory();

    private final Batch batch;
    private final Map<String, Long> start = new LinkedHashMap<>();
    private final Map<String, Long> end = new LinkedHashMap<>();
    private @Nullable String overflowing;
    private int moreFiles;
    private long rows;
    private long bytes;
    private long alerts;
    private long rejects;
    private long readNanos;
    private long evaluatedNanos;
    private long committedNanos;

    OpenBatch(Batch batch) {
        this.batch = batch;
        this.readNanos = batch.startedNanos();
    }

    Batch batch() {
        return batch;
    }

    void add(Evaluated chunk) {
        long records = chunk.evaluation().records();
        rows += records;
        bytes += chunk.evaluation().bytes();
        alerts += chunk.evaluation().alerts().size();
        rejects += chunk.evaluation().rejects().size();
        readNanos = Math.max(readNanos, chunk.readNanos());
        evaluatedNanos += chunk.evaluatedNanos() - chunk.readNanos();
        if (chunk.position() instanceof Position.OfTopic topic) {
            topic.first().forEach((partition, offset) -> start.putIfAbsent("" + partition.partition(), offset));
            topic.offsets().forEach((partition, next) -> end.put("" + partition.partition(), next.offset()));
        } else if (chunk.position() instanceof Position.OfFile file && file.entry() != null) {
            addFile(file.path(), file.entry(), records);
        }
    }

    /** A batch may have a million files; each comes in one go, so that those that are not shown can be counted. */
    private void addFile(String path, byte[] entry, long records) {
        if (!start.containsKey(path) && start.size() >= ProgressLog.SHOWN_FILES) {
            moreFiles += path.equals(overflowing) ? 0 : 1;
            overflowing = path;
            return;
        }
        long lines = lines(entry);
        start.putIfAbsent(path, lines - records);
        end.put(path, lines);
    }

    /** How many lines of a file were read, from its ledger entry. */
    private static long lines(byte[] entry) {
        try (JsonParser json = JSON.createParser(entry)) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token == JsonToken.FIELD_NAME && json.currentName().equals("lines")) {
                    return json.nextLongValue(0);
                }
            }
        } catch (IOException e) {
            return 0; // progress is for the eye: what cannot be told is not told
        }
        return 0;
    }

    /** A commit that had a part in the batch took so long. */
    void committed(long nanos) {
        committedNanos += nanos;
    }

    BatchProgress ended(Instant begun, long nowNanos, @Nullable Duration sincePrevious) {
        return new BatchProgress(
                batch,
                begun,
                Map.copyOf(start),
                Map.copyOf(end),
                moreFiles,
                rows,
                bytes,
                alerts,
                rejects,
                sincePrevious,
                Duration.ofNanos(readNanos - batch.startedNanos()),
                Duration.ofNanos(evaluatedNanos),
                Duration.ofNanos(committedNanos),
                Duration.ofNanos(nowNanos - batch.startedNanos()));
    }
}
