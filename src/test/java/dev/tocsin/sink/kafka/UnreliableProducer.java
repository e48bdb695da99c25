package dev.tocsin.sink.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own double, with what it leaves out: a record that fails does so in its callback, after which nothing but an
 * abort is accepted; a commit without an answer may only be tried again; and offsets keep the metadata they came with.
 */
final class UnreliableProducer extends MockProducer<byte[], byte[]> {
    /** The exception that a record meets; null: none. */
    Function<ProducerRecord<byte[], byte[]>, @Nullable RuntimeException> fate = record -> null;

    int commitsWithoutAnswer;
    int begun;
    int aborted;
    final List<ConsumerGroupMetadata> groups = new ArrayList<>();
    private @Nullable RuntimeException failed;
    private boolean unanswered;

    UnreliableProducer() {
        super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void beginTransaction() {
        requireUsable();
        super.beginTransaction();
        begun++;
    }

    @Override
    public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        requireUsable();
        RuntimeException e = fate.apply(record);
        if (e == null) {
            return super.send(record, callback);
        }
        failed = e;
        callback.onCompletion(null, e);
        return CompletableFuture.failedFuture(e);
    }

    @Override
    public void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        requireUsable();
        super.sendOffsetsToTransaction(offsets, group);
        groups.add(group);
    }

    @Override
    public void commitTransaction() {
        requireNotFailed();
        if (commitsWithoutAnswer > 0) {
            commitsWithoutAnswer--;
            unanswered = true;
            throw new TimeoutException("Timeout expired after 3000ms while awaiting EndTxn(true)");
        }
        unanswered = false;
        super.commitTransaction();
    }

    @Override
    public void abortTransaction() {
        if (unanswered) {
            throw new IllegalStateException("the previous call to `commitTransaction` timed out and must be retried");
        }
        super.abortTransaction();
        failed = null;
        aborted++;
    }

    private void requireUsable() {
        requireNotFailed();
        if (unanswered) {
            throw new IllegalStateException("the previous call to `commitTransaction` timed out and must be retried");
        }
    }

    private void requireNotFailed() {
        if (failed != null) {
            throw new KafkaException("at least one previous request has failed with errors", failed);
        }
    }
}
