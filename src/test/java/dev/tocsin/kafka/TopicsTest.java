package dev.tocsin.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.server.policy.CreateTopicPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicsTest {
    /** Lets nobody create the topics whose names say so. */
    public static final class Forbidding implements CreateTopicPolicy {
        @Override
        public void validate(RequestMetadata request) {
            if (request.topic().startsWith("forbidden")) {
                throw new PolicyViolationException("not allowed here");
            }
        }

        @Override
        public void configure(Map<String, ?> settings) {}

        @Override
        public void close() {}
    }

    @TempDir
    private static Path home;

    private static EmbeddedBroker broker;
    private static Admin admin;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.in(home)
                .with("create.topic.policy.class.name", Forbidding.class.getName())
                .start();
        admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        broker.close();
    }

    @Test
    void aMissingTopicIsCreatedOnceAndKeepsItsId() throws Exception {
        Topics topics = new Topics(admin);

        String id = topics.ensure("wanted");

        assertThat(topics.ensure("wanted")).isEqualTo(id);
    }

    @Test
    void aMissingTopicThatMayNotBeCreatedIsNamed() {
        assertThatThrownBy(() -> new Topics(admin).ensure("forbidden-readings"))
                .isInstanceOf(KafkaException.class)
                .hasMessage("topic forbidden-readings does not exist and cannot be created: not allowed here");
    }

    @Test
    void aLedgerIsCreatedCompactedAndRefusedWhereItIsNot() throws Exception {
        Topics topics = new Topics(admin);
        topics.ensure("plain");

        assertThat(topics.ensureCompacted("ledger", 12)).isEqualTo(12);
        assertThat(topics.ensureCompacted("ledger", 5)).isEqualTo(12);
        assertThatThrownBy(() -> topics.ensureCompacted("plain", 12))
                .isInstanceOf(Topics.NotCompactedException.class)
                .hasMessage("tocsin.ledger.topic = plain: its cleanup.policy is delete, and must be compact");
    }
}
