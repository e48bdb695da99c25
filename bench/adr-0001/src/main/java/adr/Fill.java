package adr;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates {@code -Dtopic} with 4 partitions and writes {@code -Drecords} readings of 85 or 86 bytes to it, uncompressed. */
public final class Fill {
    public static void main(String[] args) throws Exception {
        String topic = System.getProperty("topic");
        long records = Long.getLong("records");
        Map<String, Object> kafka = Map.of(
                "bootstrap.servers", System.getProperty("kafka.bootstrap.servers"),
                "batch.size", 262144, "linger.ms", 50, "buffer.memory", 134217728L,
                "key.serializer", ByteArraySerializer.class, "value.serializer", ByteArraySerializer.class);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.get("bootstrap.servers")))) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(4), Optional.empty()))).all().get();
        }
        SplittableRandom random = new SplittableRandom(42);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(kafka)) {
            for (long i = 0; i < records; i++) {
                int t = random.nextInt(200, 1100);
                String reading = String.format(Locale.ROOT,
                        "{\"deviceId\": \"device-%04d\", \"timestamp\": \"2025-10-10T12:01:00Z\", \"temperature\": %s}",
                        random.nextInt(1000), t / 10 + "." + t % 10);
                producer.send(
                        new ProducerRecord<>(topic, (int) (i % 4), null, reading.getBytes(StandardCharsets.UTF_8)));
            }
        }
    }
}
