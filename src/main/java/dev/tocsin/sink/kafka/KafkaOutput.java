package dev.tocsin.sink.kafka;

import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Output;
import dev.tocsin.delivery.Source;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Alerts and rejects through an idempotent producer, outside of any transaction: visible as soon as they are written,
 * repeated after a failure. A failed producer is given up, so that nothing of it comes after its successor.
 */
public final class KafkaOutput implements Output {
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final AlertRecords records;
    private final Consumer<Source> tooLarge;
    /** Sends what replaces a record that is too large; the producer's own thread must not wait for itself. */
    private final ExecutorService replacing = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "tocsin-too-large");
        thread.setDaemon(true);
        return thread;
    });

    private volatile @Nullable Producer<byte[], byte[]> producer;

    /**
     * @param producers makes the producer, anew after each one that had to be given up
     * @param tooLarge told of each record that was written as {@code too_large}, by the source it came from
     */
    public KafkaOutput(
            Supplier<Producer<byte[], byte[]>> producers,
            String alertsTopic,
            String rejectsTopic,
            Consumer<Source> tooLarge) {
        this.producers = producers;
        this.records = new AlertRecords(alertsTopic, rejectsTopic);
        this.tooLarge = tooLarge;
    }

    @Override
    public void recover() {
        Producer<byte[], byte[]> before = producer;
        producer = null;
        if (before != null) {
            before.close(Duration.ZERO);
        }
        producer = producers.get();
    }

    @Override
    public void send(Evaluated chunk, Consumer<@Nullable Exception> done) {
        List<ProducerRecord<byte[], byte[]>> output = records.of(chunk.evaluation());
        Producer<byte[], byte[]> open = producer;
        if (output.isEmpty() || open == null) {
            done.accept(open == null ? new IllegalStateException("there is no producer") : null);
            return;
        }
        new Pending(open, chunk.source(), output, done).send();
    }

    @Override
    public void close() {
        replacing.shutdown();
        Producer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            open.close(Duration.ofSeconds(5));
        }
    }

    /** The records of a chunk that are not acknowledged yet. */
    private final class Pending {
        private final Producer<byte[], byte[]> open;
        private final Source source;
        private final List<ProducerRecord<byte[], byte[]>> output;
        private final AtomicInteger left;
        private final Consumer<@Nullable Exception> done;
        private volatile boolean failed;

        Pending(
                Producer<byte[], byte[]> open,
                Source source,
                List<ProducerRecord<byte[], byte[]>> output,
                Consumer<@Nullable Exception> done) {
            this.open = open;
            this.source = source;
            this.output = output;
            this.left = new AtomicInteger(output.size());
            this.done = done;
        }

        /** Up to a failure: without a broker each record would wait for {@code max.block.ms}, only to be taken back. */
        void send() {
            for (int index = 0; index < output.size() && !failed; index++) {
                send(output.get(index), index, 0);
            }
        }

        private void fail(Exception e) {
            failed = true;
            done.accept(e);
        }

        private void send(ProducerRecord<byte[], byte[]> record, int index, int attempt) {
            open.send(record, (sent, e) -> {
                if (e == null) {
                    if (attempt > 0) {
                        tooLarge.accept(source);
                    }
                    if (left.decrementAndGet() == 0) {
                        done.accept(null);
                    }
                } else if (e instanceof RecordTooLargeException) {
                    replace(index, attempt, e);
                } else {
                    fail(e);
                }
            });
        }

        private void replace(int index, int attempt, Exception cause) {
            ProducerRecord<byte[], byte[]> less = TooLarge.replacement(records, output.get(index), attempt);
            if (less == null) {
                fail(cause);
                return;
            }
            try {
                replacing.execute(() -> {
                    try {
                        send(less, index, attempt + 1);
                    } catch (RuntimeException e) {
                        fail(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                fail(cause);
            }
        }
    }
}
