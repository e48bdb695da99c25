package dev.tocsin.trigger;

import dev.tocsin.delivery.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a batch, as far as it was committed.
 *
 * @param batch which one; its id is the one that the console prints
 * @param begun when it began
 * @param start where it began, and
 * @param end where the next one goes on: the offset of each partition of the topic, or the lines of each file that were
 *     read; of files at most {@link ProgressLog#SHOWN_FILES}
 * @param moreFiles how many files beyond those
 * @param rows records: readings, rejects and blank ones
 * @param bytes of all records
 * @param alerts raised
 * @param rejects written
 * @param sincePrevious from the begin of the source's batch before to the begin of this one; null for the first
 * @param read from its begin until all of it was read
 * @param evaluated what its chunks took from having been read until they were evaluated, waiting for their turn included
 * @param committed what the commits took that had a part in it
 * @param took from its begin to the last commit
 */
public record BatchProgress(
        Batch batch,
        Instant begun,
        Map<String, Long> start,
        Map<String, Long> end,
        int moreFiles,
        long rows,
        long bytes,
        long alerts,
        long rejects,
        @Nullable Duration sincePrevious,
        Duration read,
        Duration evaluated,
        Duration committed,
        Duration took) {
    /** Rows in each second since the batch before began; 0 for the first batch, as Spark has it. */
    public double inputRowsPerSecond() {
        return sincePrevious == null ? 0 : perSecond(sincePrevious);
    }

    /** Rows in each second that the batch took. */
    public double processedRowsPerSecond() {
        return perSecond(took);
    }

    private double perSecond(Duration time) {
        return time.isZero() ? 0 : rows * 1e9 / time.toNanos();
    }
}
