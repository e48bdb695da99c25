package dev.tocsin.source.kafka;

import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@BrokerTest
class KafkaSourceTest {
    private final KafkaUnderTest broker;
    private final String group = KafkaUnderTest.unique("group");

    KafkaSourceTest(KafkaUnderTest broker) {
        this.broker = broker;
    }

    /** Its commits fail from then on, and only a poll can join again. */
    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void oneThatWasRemovedFromItsGroupUnderLoadGoesOn(String protocol) throws Exception {
        String topic = broker.newTopic("readings", 1);
        AtomicInteger produced = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        try (RunningSource source =
                new RunningSource(broker, topic, group, "earliest", null, Map.of("group.protocol", protocol))) {
            Thread load = new Thread(() -> {
                while (!ended.get()) {
                    RunningSource.produce(broker, topic, 0, produced.getAndAdd(10), 10);
                }
            });
            load.start();
            source.awaitAlerts(10);

            try (Admin admin = RunningSource.admin(broker)) {
                admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                        .all()
                        .get();
            }

            int before = produced.get();
            await("alerts of what came since")
                    .atMost(RunningSource.PATIENCE)
                    .until(() -> source.alerts().size() > before + 100);
            ended.set(true);
            load.join();
        }
    }
}
