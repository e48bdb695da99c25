import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes so many readings a second, of which one in so many is hot: java -cp LIB/* Feed.java BROKER TOPIC PER_SECOND
 * ONE_IN SECONDS.
 */
public final class Feed {
    private Feed() {}

    public static void main(String[] args) {
        int perSecond = Integer.parseInt(args[2]);
        int oneIn = Integer.parseInt(args[3]);
        int slices = Integer.parseInt(args[4]) * 20;
        long begin = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", args[0], "linger.ms", 5, "compression.type", "lz4"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int slice = 0; slice < slices; slice++) {
                for (int i = 0; i < perSecond / 20; i++) {
                    String line = "{\"deviceId\": \"device-" + i % 300 + "\", \"timestamp\": \"2025-10-10T12:01:00Z\","
                            + " \"temperature\": " + (i % oneIn == 0 ? "102.1" : "65.5") + "}";
                    producer.send(new ProducerRecord<>(args[1], line.getBytes(StandardCharsets.UTF_8)));
                }
                long due = begin + (slice + 1) * 50_000_000L;
                LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
            }
        }
    }
}
