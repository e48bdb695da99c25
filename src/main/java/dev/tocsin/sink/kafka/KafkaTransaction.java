package dev.tocsin.sink.kafka;

import dev.tocsin.delivery.Committer;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Alerts, rejects, ledger entries and consumed offsets in one transaction (KIP-447). The offsets are sent with the group
 * metadata that each chunk carries, so that a commit for a partition that was lost since fails, and with it all of the
 * transaction.
 *
 * <p>After any failure the transaction is aborted. Where even that fails, the outcome of a commit is unknown, or the producer
 * was fenced, it is given up: the next one takes its transactional id, and taking it ends what was left open.
 */
public final class KafkaTransaction implements Committer {
    private static final Logger LOG = Logger.getLogger(KafkaTransaction.class);

    /** How often a commit without an answer is asked for again, each time for {@code max.block.ms}. */
    private static final int COMMIT_ATTEMPTS = 3;

    /**
     * How often in a row a producer may be fenced soon after it was made: by another instance, as no transaction of its own can
     * have timed out so soon.
     */
    private static final int RIVALRIES = 3;

    /** How soon that is: Tocsin's default of {@code transaction.timeout.ms}. */
    private static final long SOON_NANOS = Duration.ofSeconds(10).toNanos();

    private final Supplier<Producer<byte[], byte[]>> producers;
    private final AlertRecords records;
    private final Consumer<Source> tooLarge;
    private @Nullable Producer<byte[], byte[]> producer;
    private long openedNanos;
    private int rivalries;

    /**
     * @param producers makes the producer, anew after each one that had to be given up
     * @param tooLarge told of each record that was committed as {@code too_large}, by the source it came from
     */
    public KafkaTransaction(
            Supplier<Producer<byte[], byte[]>> producers,
            String alertsTopic,
            String rejectsTopic,
            Consumer<Source> tooLarge) {
        this.producers = producers;
        this.tooLarge = tooLarge;
        this.records = new AlertRecords(alertsTopic, rejectsTopic);
    }

    @Override
    public void commit(List<Evaluated> chunks) throws Exception {
        Map<Place, Replacement> replaced = new HashMap<>();
        while (true) {
            Outcome outcome = new Outcome();
            try {
                attempt(chunks, replaced, outcome);
                replaced.keySet()
                        .forEach(place ->
                                tooLarge.accept(chunks.get(place.chunk()).source()));
                return;
            } catch (ProducerFencedException e) {
                giveUp();
                throw fenced(e);
            } catch (RuntimeException e) {
                Exception failure = outcome.failure; // what the abort does to records that wait is no cause
                abort();
                if (outcome.tooLarge == null || producer == null || !shrink(chunks, replaced, outcome.tooLarge)) {
                    throw failure == null ? e : failure;
                }
            }
        }
    }

    /** One cause heals itself: of the transaction that timed out nothing is left, and its chunks are read again. */
    private KafkaException fenced(ProducerFencedException e) throws FatalDeliveryException {
        rivalries = System.nanoTime() - openedNanos < SOON_NANOS ? rivalries + 1 : 1;
        if (rivalries >= RIVALRIES) {
            throw new FatalDeliveryException(
                    "another instance uses the same transactional id: it took it over " + rivalries + " times in a row",
                    e);
        }
        return new KafkaException(
                "the producer was fenced: this instance stood still for longer than transaction.timeout.ms,"
                        + " or another one uses the same transactional id",
                e);
    }

    private void attempt(List<Evaluated> chunks, Map<Place, Replacement> replaced, Outcome outcome) {
        Producer<byte[], byte[]> open = open();
        open.beginTransaction();
        for (int chunk = 0; chunk < chunks.size(); chunk++) {
            List<ProducerRecord<byte[], byte[]>> output =
                    records.of(chunks.get(chunk).evaluation());
            for (int index = 0; index < output.size(); index++) {
                Place place = new Place(chunk, index);
                Replacement less = replaced.get(place);
                open.send(less == null ? output.get(index) : less.record(), (sent, e) -> outcome.of(place, e));
            }
        }
        Map<ConsumerGroupMetadata, Map<TopicPartition, OffsetAndMetadata>> offsets = new LinkedHashMap<>();
        for (Evaluated chunk : chunks) {
            if (chunk.position() instanceof Position.OfTopic topic) {
                offsets.computeIfAbsent(topic.group(), group -> new HashMap<>()).putAll(topic.offsets());
            } else if (chunk.position() instanceof Position.OfFile file && file.owner() != null) {
                Position.Owner owner = file.owner();
                open.send(
                        new ProducerRecord<>(
                                owner.partition().topic(), owner.partition().partition(), owner.key(), file.entry()),
                        (sent, e) -> {
                            owner.written().set(sent == null ? -1 : sent.offset());
                            outcome.of(null, e);
                        });
                offsets.computeIfAbsent(owner.group(), group -> new HashMap<>()).put(owner.partition(), owner.offset());
            }
        }
        offsets.forEach((group, positions) -> {
            requireMember(group);
            open.sendOffsetsToTransaction(positions, group);
        });
        commit(open);
    }

    /** A broker takes offsets without a generation from anyone, and so would fence nobody. */
    private static void requireMember(ConsumerGroupMetadata group) {
        if (group.generationId() < 0) {
            throw new IllegalStateException(
                    "what was read by one that is not a member of " + group.groupId() + " cannot be committed");
        }
    }

    private static void commit(Producer<byte[], byte[]> open) {
        for (int attempt = 1; ; attempt++) {
            try {
                open.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (attempt == COMMIT_ATTEMPTS) {
                    throw e;
                }
                LOG.debug("No answer to the commit yet", e);
            }
        }
    }

    /** Replaces a record that its topic does not take by a reject with less of it; false when there is no less. */
    private boolean shrink(List<Evaluated> chunks, Map<Place, Replacement> replaced, Place place) {
        Replacement before = replaced.get(place);
        int attempt = before == null ? 0 : before.attempt() + 1;
        ProducerRecord<byte[], byte[]> whole =
                records.of(chunks.get(place.chunk()).evaluation()).get(place.index());
        ProducerRecord<byte[], byte[]> less = TooLarge.replacement(records, whole, attempt);
        if (less == null) {
            return false;
        }
        replaced.put(place, new Replacement(less, attempt));
        return true;
    }

    private Producer<byte[], byte[]> open() {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            open = producers.get();
            try {
                open.initTransactions();
            } catch (RuntimeException e) {
                open.close(Duration.ZERO);
                throw e;
            }
            producer = open;
            openedNanos = System.nanoTime();
        }
        return open;
    }

    private void abort() {
        Producer<byte[], byte[]> open = producer;
        if (open == null) {
            return;
        }
        try {
            open.abortTransaction();
        } catch (RuntimeException e) {
            LOG.debug("The abort failed; the producer is given up", e);
            giveUp();
        }
    }

    private void giveUp() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }

    @Override
    public void recover() {
        open();
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ofSeconds(5));
        }
    }

    /** Which record of which chunk. */
    private record Place(int chunk, int index) {}

    /** What is sent in the place of a record that is too large, after so many that were too large as well. */
    private record Replacement(ProducerRecord<byte[], byte[]> record, int attempt) {}

    /** What became of the records of one attempt. Written by the producer's thread, read after the commit has ended. */
    private static final class Outcome {
        private volatile @Nullable Place tooLarge;
        private volatile @Nullable Exception failure;

        void of(@Nullable Place place, @Nullable Exception e) {
            if (tooLarge == null && failure == null && e instanceof RecordTooLargeException) {
                tooLarge = place; // the first: the producer then fails all that is queued with the same exception
            }
            if (e != null && failure == null) {
                failure = e;
            }
        }
    }
}
