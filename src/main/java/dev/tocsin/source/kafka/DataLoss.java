package dev.tocsin.source.kafka;

import dev.tocsin.trigger.BoundedRun;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** What happens where a topic does not have the offset to go on at: it is said exactly, and the source goes on or stops. */
final class DataLoss {
    private static final Logger LOG = Logger.getLogger(DataLoss.class);

    private final boolean fails;
    private final BoundedRun.@Nullable Part run;

    /**
     * @param fails whether the source is to stop
     * @param run counts what is lost; null where the run does not end by itself
     */
    DataLoss(boolean fails, BoundedRun.@Nullable Part run) {
        this.fails = fails;
        this.run = run;
    }

    /**
     * Records were removed, by retention or deletion, before they were read.
     *
     * @param wanted the first that is gone
     * @param begin the first that is there
     */
    void removed(TopicPartition partition, long wanted, long begin) throws DataLostException {
        lost(
                begin - wanted,
                String.format(
                        "topic %s, partition %d: the records from offset %d to %d, %d of them, were removed before they were read",
                        partition.topic(), partition.partition(), wanted, begin - 1, begin - wanted),
                begin);
    }

    /**
     * The topic ends before the offset to go on at.
     *
     * @param wanted what was read up to
     * @param end the topic's end
     * @param next where reading can go on
     * @param anew whether it is another topic of the same name
     */
    void beyondTheEnd(TopicPartition partition, long wanted, long end, long next, boolean anew)
            throws DataLostException {
        lost(
                0,
                String.format(
                        "topic %s, partition %d: offset %d is beyond the end, %d, because the topic %s",
                        partition.topic(), partition.partition(), wanted, end, anew ? "was made anew" : "lost its end"),
                next);
    }

    private void lost(long records, String what, long next) throws DataLostException {
        if (fails) {
            throw new DataLostException(what + " (tocsin.source.kafka.on-data-loss = fail)");
        }
        LOG.errorf("%s; going on at %d", what, next);
        if (run != null) {
            run.lost(records);
        }
    }

    /** The source is to stop; the message is one line that names topic, partition and gap. */
    static final class DataLostException extends Exception {
        private static final long serialVersionUID = 1L;

        DataLostException(String message) {
            super(message);
        }
    }
}
