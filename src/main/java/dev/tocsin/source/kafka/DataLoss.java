package dev.tocsin.source.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/** What happens where a topic does not have the offset to go on at: it is said exactly, and the source goes on or stops. */
final class DataLoss {
    private static final Logger LOG = Logger.getLogger(DataLoss.class);

    private final boolean fails;
    private final LongConsumer onLost;
    /** Up to which offset a gap was told of: until something behind it is committed, it is met again and again. */
    private final Map<TopicPartition, Long> told = new HashMap<>();

    /**
     * @param fails whether the source is to stop
     * @param onLost told of each gap that the source goes on behind, how many records are gone; 0 where nobody knows
     */
    DataLoss(boolean fails, LongConsumer onLost) {
        this.fails = fails;
        this.onLost = onLost;
    }

    /**
     * Records were removed, by retention or deletion, before they were read.
     *
     * @param wanted the first that is gone
     * @param begin the first that is there
     */
    void removed(TopicPartition partition, long wanted, long begin) throws DataLostException {
        long first = Math.max(wanted, told.getOrDefault(partition, wanted));
        if (first >= begin) {
            return;
        }
        lost(
                begin - first,
                String.format(
                        "topic %s, partition %d: the records from offset %d to %d, %d of them, were removed before they were read",
                        partition.topic(), partition.partition(), first, begin - 1, begin - first),
                begin);
        told.put(partition, begin);
    }

    /**
     * The topic ends before the offset to go on at.
     *
     * @param wanted what was read up to
     * @param end the topic's end, where reading goes on
     */
    void beyondTheEnd(TopicPartition partition, long wanted, long end) throws DataLostException {
        told.remove(partition);
        lost(
                0,
                String.format(
                        "topic %s, partition %d: offset %d is beyond the end, %d, because the topic lost its end",
                        partition.topic(), partition.partition(), wanted, end),
                end);
    }

    /**
     * Another topic of the same name has taken the place of the one that was being read, and with it what was not read.
     *
     * @param begin where the partition begins now
     */
    void madeAnew(TopicPartition partition, long begin) throws DataLostException {
        told.remove(partition);
        lost(
                0,
                String.format(
                        "topic %s, partition %d: the topic was made anew", partition.topic(), partition.partition()),
                begin);
    }

    private void lost(long records, String what, long next) throws DataLostException {
        if (fails) {
            throw new DataLostException(what + " (tocsin.source.kafka.on-data-loss = fail)");
        }
        LOG.errorf("%s; going on at %d", what, next);
        onLost.accept(records);
    }

    /** The source is to stop; the message is one line that names topic, partition and gap. */
    static final class DataLostException extends Exception {
        private static final long serialVersionUID = 1L;

        DataLostException(String message) {
            super(message);
        }
    }
}
