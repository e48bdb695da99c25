package dev.tocsin.it;

import dev.tocsin.kafka.KafkaUnderTest;
import dev.tocsin.kafka.TestTopics;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The names that one deployment of Tocsin has on a broker: topics and a group that no other test uses. None of the topics
 * exists yet.
 */
record Deployment(
        String bootstrapServers, String readings, String alerts, String rejects, String ledger, String group) {
    static Deployment on(KafkaUnderTest kafka) {
        return on(kafka.bootstrapServers());
    }

    static Deployment on(String bootstrapServers) {
        String name = KafkaUnderTest.unique("it");
        return new Deployment(
                bootstrapServers, name + "-data", name + "-alerts", name + "-rejects", name + "-ledger", name);
    }

    /** Readings from the topic and alerts to the topic; no directory. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("kafka.bootstrap.servers", bootstrapServers);
        settings.put("tocsin.source.kafka.topic", readings);
        settings.put("tocsin.source.kafka.group", group);
        settings.put("tocsin.sink.kafka.alerts-topic", alerts);
        settings.put("tocsin.sink.kafka.rejects-topic", rejects);
        settings.put("tocsin.ledger.topic", ledger);
        return settings;
    }

    TestTopics topics() {
        return new TestTopics(bootstrapServers);
    }

    /** Waits for so many committed alerts, and returns what there is then. */
    List<OutputRecord> awaitAlerts(int count) {
        return await(alerts, count);
    }

    /** Waits for so many committed rejects, and returns what there is then. */
    List<OutputRecord> awaitRejects(int count) {
        return await(rejects, count);
    }

    private List<OutputRecord> await(String topic, int count) {
        Duration patience = PackagedProgram.PATIENCE.multipliedBy(2);
        return topics().awaitCommitted(topic, found -> found.size() >= count, patience).stream()
                .map(OutputRecord::of)
                .toList();
    }

    /** The committed alerts that are there now. */
    List<OutputRecord> alertsNow() {
        return topics().committed(alerts).stream().map(OutputRecord::of).toList();
    }

    /** The committed rejects that are there now. */
    List<OutputRecord> rejectsNow() {
        return topics().committed(rejects).stream().map(OutputRecord::of).toList();
    }
}
