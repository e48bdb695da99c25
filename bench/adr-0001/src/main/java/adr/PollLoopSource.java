package adr;

import io.quarkus.arc.profile.IfBuildProfile;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Outgoing;

/** B: a poll loop of our own, one message per poll, at most four unacknowledged. */
@ApplicationScoped
@IfBuildProfile("poll-loop")
public class PollLoopSource {
    record Chunk(ConsumerRecords<byte[], byte[]> records, ConsumerGroupMetadata group) {}

    @Inject
    @Identifier("default-kafka-broker")
    Map<String, Object> kafka;

    @Outgoing("readings")
    Multi<Message<Chunk>> readings() {
        return Multi.createFrom().emitter(emitter -> start(emitter), BackPressureStrategy.BUFFER);
    }

    @Incoming("readings")
    @Blocking(ordered = false)
    void count(Chunk chunk) {
        Count.add(chunk.records());
    }

    private void start(MultiEmitter<? super Message<Chunk>> emitter) {
        Thread thread = new Thread(() -> poll(emitter), "kafka-source");
        thread.setDaemon(true);
        thread.start();
    }

    private void poll(MultiEmitter<? super Message<Chunk>> emitter) {
        Map<String, Object> settings = new HashMap<>(kafka);
        settings.put("group.id", UUID.randomUUID().toString());
        Semaphore free = new Semaphore(4);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            consumer.subscribe(List.of(System.getProperty("topic")));
            while (Count.done.getCount() > 0) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
                if (records.isEmpty()) continue;
                free.acquireUninterruptibly();
                emitter.emit(Message.of(new Chunk(records, consumer.groupMetadata()), () -> {
                    free.release();
                    return CompletableFuture.completedFuture(null);
                }));
            }
        }
    }
}
