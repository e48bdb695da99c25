package adr;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** C: the floor, one thread, no framework. */
public final class RawConsumer {
    public static void main(String[] args) throws Exception {
        Properties file = new Properties();
        try (InputStream in = RawConsumer.class.getResourceAsStream("/application.properties")) {
            file.load(in);
        }
        file.putAll(System.getProperties());
        Properties kafka = new Properties();
        file.forEach((k, v) -> {
            if (k.toString().startsWith("kafka.")) kafka.put(k.toString().substring(6), v);
        });
        kafka.put("group.id", UUID.randomUUID().toString());
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(kafka)) {
            consumer.subscribe(List.of(System.getProperty("topic")));
            while (Count.done.getCount() > 0) {
                var records = consumer.poll(Duration.ofMillis(100));
                if (!records.isEmpty()) Count.add(records);
            }
        }
        Count.report();
    }
}
