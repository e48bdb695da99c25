package dev.tocsin.alert;

import dev.tocsin.reading.Reject;
import java.util.List;

/**
 * What a chunk came to. The counts add up: records = readings + rejects + blank; a reading is usable or counted as
 * unusable as well.
 *
 * @param alerts in the order of the records, and of the rules for one record
 * @param rejects in the order of the records
 * @param readings decoded records, the unusable among them
 * @param unusable readings without a numeric temperature
 * @param blank records of nothing but white space
 * @param bytes of all records
 * @param weight an estimate of the heap that alerts and rejects hold, in bytes
 */
public record Evaluation(
        List<Alert> alerts, List<Reject> rejects, long readings, long unusable, long blank, long bytes, long weight) {
    /** Whether there is anything for a sink. */
    public boolean hasOutput() {
        return !alerts.isEmpty() || !rejects.isEmpty();
    }

    /** How many records were seen. */
    public long records() {
        return readings + rejects.size() + blank;
    }
}
