package dev.tocsin.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaOutputTest {
    private final Producing producer = new Producing();
    private final List<Source> tooLarge = new ArrayList<>();
    private final KafkaOutput output = new KafkaOutput(() -> producer, "alerts", "rejects", tooLarge::add);
    private final CompletableFuture<@Nullable Exception> outcome = new CompletableFuture<>();

    /** Takes what comes, but for the device whose fate is another. */
    private static final class Producing extends MockProducer<byte[], byte[]> {
        private final List<String> asked = new ArrayList<>();
        private @Nullable RuntimeException fateOfB;

        Producing() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            String device = record.key() == null ? record.topic() : new String(record.key(), UTF_8);
            asked.add(device);
            if (fateOfB == null || !device.equals("b")) {
                return super.send(record, callback);
            }
            callback.onCompletion(null, fateOfB);
            return CompletableFuture.failedFuture(fateOfB);
        }
    }

    @BeforeEach
    void open() {
        output.recover();
    }

    @AfterEach
    void close() {
        output.close();
    }

    @Test
    void aChunkIsDoneWhenAllOfItIsAcknowledged() throws Exception {
        output.send(chunk("a", "b", "c"), outcome::complete);

        assertThat(outcome.get()).isNull();
        assertThat(producer.asked).containsExactly("a", "b", "c");
    }

    /** Each would wait for the broker, one after the other. */
    @Test
    void nothingIsSentBehindARecordThatFailed() throws Exception {
        producer.fateOfB = new TimeoutException("no answer from the broker");

        output.send(chunk("a", "b", "c", "d"), outcome::complete);

        assertThat(outcome.get()).isSameAs(producer.fateOfB);
        assertThat(producer.asked).containsExactly("a", "b");
    }

    @Test
    void oneThatIsTooLargeIsReplacedAndTheOthersGo() throws Exception {
        producer.fateOfB = new RecordTooLargeException("too large");

        output.send(chunk("a", "b", "c"), outcome::complete);

        assertThat(outcome.get()).isNull();
        assertThat(producer.asked).containsExactlyInAnyOrder("a", "b", "c", "rejects");
        assertThat(tooLarge).containsExactly(Source.KAFKA);
        assertThat(producer.history())
                .filteredOn(record -> record.topic().equals("rejects"))
                .singleElement()
                .satisfies(
                        reject -> assertThat(AlertRecordsTest.headers(reject)).contains("tocsin-reason=too_large"));
    }

    private static Evaluated chunk(String... devices) {
        return ChunkBuilder.from(Source.KAFKA).alerts(devices).build();
    }
}
