package dev.tocsin.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.kafka.KafkaUnderTest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a broker does to a transactional producer that stood still, or that has a rival. */
@BrokerTest
class FencedTransactionTest {
    private static final int TIMEOUT_MILLIS = 1_000;

    private final KafkaUnderTest broker;
    private final KafkaClients clients;
    private final String group = KafkaUnderTest.unique("fenced");
    private final String data;
    private final String alerts;
    private final String rejects;

    FencedTransactionTest(KafkaUnderTest broker) {
        this.broker = broker;
        this.clients = new KafkaClients(Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "transaction.timeout.ms", String.valueOf(TIMEOUT_MILLIS)));
        this.data = broker.newTopic("data", 1);
        this.alerts = broker.newTopic("alerts", 1);
        this.rejects = broker.newTopic("rejects", 1);
    }

    /** As a process that is paused, or a machine that sleeps. */
    @ParameterizedTest
    @ValueSource(strings = {"sendOffsetsToTransaction", "commitTransaction"})
    void aTransactionThatTimedOutIsTriedAgain(String step) throws Exception {
        try (Consumer<byte[], byte[]> member = member();
                KafkaTransaction transaction = transaction(step)) {
            List<Evaluated> chunks = List.of(chunk(member, "a"));

            assertThatThrownBy(() -> transaction.commit(chunks))
                    .isNotInstanceOf(FatalDeliveryException.class)
                    .isInstanceOf(KafkaException.class);
            transaction.recover();
            transaction.commit(chunks);

            assertThat(committed()).containsExactly("a");
        }
    }

    @Test
    void aRivalThatTakesTheIdAgainAndAgainEndsTheService() throws Exception {
        try (Consumer<byte[], byte[]> member = member();
                KafkaTransaction transaction = transaction("nothing");
                KafkaTransaction rival = transaction("nothing")) {
            List<Exception> failures = new ArrayList<>();
            await("the end").atMost(Duration.ofSeconds(60)).until(() -> {
                failureOf(() -> rival.commit(List.of(chunk(member, "rival's"))));
                Exception failure = failureOf(() -> transaction.commit(List.of(chunk(member, "a"))));
                if (failure != null) {
                    failures.add(failure);
                }
                return failure instanceof FatalDeliveryException;
            });

            assertThat(failures).hasSizeGreaterThanOrEqualTo(3);
            assertThat(failures.get(failures.size() - 1))
                    .hasMessageContaining("another instance uses the same transactional id");
        }
    }

    private interface Step {
        void take() throws Exception;
    }

    private static @Nullable Exception failureOf(Step step) {
        try {
            step.take();
            return null;
        } catch (Exception e) {
            return e;
        }
    }

    /** A broker takes offsets without a generation from anyone. */
    @Test
    void offsetsThatNoMemberReadAreNeverSent() throws Exception {
        try (Consumer<byte[], byte[]> stranger = consumer();
                KafkaTransaction transaction = transaction("nothing")) {
            List<Evaluated> chunks = List.of(chunk(stranger, "a"));

            assertThatThrownBy(() -> transaction.commit(chunks)).hasMessageContaining("not a member");
            assertThat(committed()).isEmpty();
        }
    }

    private Consumer<byte[], byte[]> member() {
        Consumer<byte[], byte[]> consumer = consumer();
        consumer.subscribe(List.of(data));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
        return consumer;
    }

    private Consumer<byte[], byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "group.id",
                        group,
                        "isolation.level",
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    /** @param step of its first producer at which that stands still for longer than a transaction may last */
    private KafkaTransaction transaction(String step) {
        boolean[] stalled = {false};
        return new KafkaTransaction(
                () -> {
                    Producer<byte[], byte[]> real = clients.alerts(group, 1 << 20);
                    return stalling(real, step, stalled);
                },
                alerts,
                rejects,
                source -> {});
    }

    @SuppressWarnings("unchecked")
    private static Producer<byte[], byte[]> stalling(Producer<byte[], byte[]> real, String step, boolean[] stalled) {
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                FencedTransactionTest.class.getClassLoader(),
                new Class<?>[] {Producer.class},
                (proxy, method, args) -> {
                    if (method.getName().equals(step) && !stalled[0]) {
                        stalled[0] = true;
                        TimeUnit.MILLISECONDS.sleep(6 * TIMEOUT_MILLIS); // the pause is the subject
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Evaluated chunk(Consumer<?, ?> member, String device) {
        return ChunkBuilder.from(Source.KAFKA)
                .alerts(device)
                .at(new Position.OfTopic(
                        member.groupMetadata(), Map.of(new TopicPartition(data, 0), new OffsetAndMetadata(10))))
                .build();
    }

    private List<String> committed() {
        List<String> keys = new ArrayList<>();
        TopicPartition partition = new TopicPartition(alerts, 0);
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            while (consumer.position(partition) < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    keys.add(new String(record.key(), UTF_8));
                }
            }
        }
        return keys;
    }
}
