package dev.tocsin.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@BrokerTest
class BoundedValuesTest {
    private static final int RECORDS = 300;

    private final KafkaUnderTest broker;

    BoundedValuesTest(KafkaUnderTest broker) {
        this.broker = broker;
    }

    /** The last size is more than a poll may take, and is taken all the same. */
    @ParameterizedTest
    @CsvSource({"classic, 204800", "consumer, 204800", "classic, 5000000"})
    void aPollIsBoundedHoweverWellItsRecordsAreCompressedAndSkipsNone(String protocol, int size) {
        String topic = broker.newTopic("large", 1);
        int count = size > BoundedValues.MAX_BYTES ? 5 : RECORDS;
        produce(topic, count, size);

        BoundedValues values = new BoundedValues();
        List<Long> offsets = new ArrayList<>();
        try (Consumer<byte[], ByteBuffer> consumer =
                clients(protocol).readings(KafkaUnderTest.unique("group"), Integer.MAX_VALUE, false, values)) {
            TopicPartition partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            consumer.seek(partition, 0);
            while (consumer.position(partition) < count) {
                values.beginPoll();
                ConsumerRecords<byte[], ByteBuffer> polled = consumer.poll(Duration.ofSeconds(10));

                long bytes = 0;
                for (ConsumerRecord<byte[], ByteBuffer> record : polled) {
                    bytes += record.value().remaining();
                    offsets.add(record.offset());
                }
                assertThat(bytes).isLessThanOrEqualTo(Math.max(size, BoundedValues.MAX_BYTES));
            }
        }

        assertThat(offsets).isEqualTo(LongStream.range(0, count).boxed().toList());
    }

    private KafkaClients clients(String protocol) {
        return new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers(), "group.protocol", protocol));
    }

    private void produce(String topic, int count, int size) {
        byte[] value = new byte[size];
        Arrays.fill(value, (byte) 'x');
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "compression.type", "zstd",
                "batch.size", 900_000,
                "linger.ms", 100,
                "max.request.size", 100_000_000);
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, value));
            }
        }
    }
}
