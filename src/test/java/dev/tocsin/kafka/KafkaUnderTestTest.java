package dev.tocsin.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@BrokerTest
class KafkaUnderTestTest {

    private final KafkaUnderTest kafka;

    KafkaUnderTestTest(KafkaUnderTest kafka) {
        this.kafka = kafka;
    }

    @Test
    void is_one_broker_for_all(KafkaUnderTest same) {
        assertThat(same).isSameAs(kafka);
    }

    // Not snappy: its native library fails to load on some systems.
    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "lz4", "zstd"})
    void gives_back_in_order_what_was_written_to_a_partition(String codec) {
        String topic = kafka.newTopic("order", 2);
        byte[] key = {7};

        kafka.topics().writeAll(codec, () -> IntStream.range(0, 1000)
                .mapToObj(i -> new ProducerRecord<>(topic, 1, key, new byte[] {(byte) i}))
                .iterator());

        assertThat(kafka.topics().awaitCommitted(topic, 1000))
                .hasSize(1000)
                .allMatch(record -> record.partition() == 1 && record.key()[0] == 7)
                .allMatch(record -> record.value()[0] == (byte) record.offset());
    }
}
