package dev.tocsin.trigger;

import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what came of the last batches, and logs a line for each at debug level. Whoever serves it asks for {@link #recent}
 * and writes that with {@link ProgressJson}: {@code json.array(log.recent())} is what Spark's
 * {@code StreamingQuery.recentProgress} has, {@code json.object(progress)} one of it. A bean of the application; told on
 * the delivery's thread, may be asked on any.
 */
public final class ProgressLog implements DeliveryListener {
    /** How many batches are kept: as many as Spark's {@code spark.sql.streaming.numRecentProgressUpdates}. */
    public static final int KEPT = 100;

    /** Of how many files of a batch the positions are kept. */
    public static final int SHOWN_FILES = 20;

    private static final Logger LOG = Logger.getLogger(ProgressLog.class);

    private final Deque<BatchProgress> recent = new ArrayDeque<>();
    private final Map<Source, OpenBatch> open = new EnumMap<>(Source.class);
    private final Map<Source, Batch> previous = new EnumMap<>(Source.class);
    private final Set<OpenBatch> touched = new LinkedHashSet<>();
    private final ProgressJson json;
    private long committingSince;

    /** @param json writes the debug lines */
    public ProgressLog(ProgressJson json) {
        this.json = json;
    }

    /** What came of the last {@link #KEPT} batches, the latest last. */
    public List<BatchProgress> recent() {
        synchronized (recent) {
            return new ArrayList<>(recent);
        }
    }

    @Override
    public void committing() {
        committingSince = System.nanoTime();
    }

    @Override
    public void committed(List<Evaluated> chunks) {
        long now = System.nanoTime();
        touched.clear();
        List<OpenBatch> ended = new ArrayList<>();
        for (Evaluated chunk : chunks) {
            Batch batch = chunk.batch();
            if (batch == null) {
                continue;
            }
            OpenBatch adding = open.get(batch.source());
            if (adding == null || adding.batch().id() != batch.id()) {
                if (adding != null) {
                    ended.add(adding); // it did not go on as it began
                }
                adding = new OpenBatch(batch);
                open.put(batch.source(), adding);
            }
            adding.add(chunk);
            touched.add(adding);
            if (chunk.lastOfBatch()) {
                ended.add(adding);
                open.remove(batch.source());
            }
        }
        touched.forEach(batch -> batch.committed(now - committingSince));
        ended.forEach(batch -> keep(batch, now));
    }

    /** What was committed of a batch counts even if the batch does not go on as it began. */
    @Override
    public void failed(List<Evaluated> chunks) {
        long now = System.nanoTime();
        open.values().forEach(batch -> keep(batch, now));
        open.clear();
    }

    private void keep(OpenBatch batch, long now) {
        Batch ended = batch.batch();
        Batch before = previous.put(ended.source(), ended);
        @Nullable Duration sincePrevious = before == null ? null : Duration.ofNanos(ended.startedNanos() - before.startedNanos());
        Instant begun = Instant.now().minusNanos(now - ended.startedNanos());
        BatchProgress progress = batch.ended(begun, now, sincePrevious);
        synchronized (recent) {
            if (recent.size() == KEPT) {
                recent.removeFirst();
            }
            recent.addLast(progress);
        }
        if (LOG.isDebugEnabled()) {
            LOG.debug(json.object(progress));
        }
    }
}
