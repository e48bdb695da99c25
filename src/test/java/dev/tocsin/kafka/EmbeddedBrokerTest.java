package dev.tocsin.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    @Test
    void keeps_its_records_and_its_address_over_a_restart(@TempDir Path directory) {
        try (EmbeddedBroker broker = EmbeddedBroker.in(directory).start()) {
            String address = broker.bootstrapServers();
            TestTopics topics = new TestTopics(address);
            broker.createTopic("t", 2);
            topics.write("t", "one", "two");

            broker.stop();
            assertThat(broker.isRunning()).isFalse();
            broker.start();

            assertThat(broker.bootstrapServers()).isEqualTo(address);
            assertThat(topics.committed("t")).extracting(TestTopics::text).containsExactlyInAnyOrder("one", "two");
        }
    }

    @Test
    void shows_only_what_was_committed(@TempDir Path directory) {
        try (EmbeddedBroker broker = EmbeddedBroker.in(directory).start()) {
            broker.createTopic("t", 1);
            Map<String, Object> config =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "writer");
            try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
                producer.initTransactions();
                producer.beginTransaction();
                producer.send(TestTopics.line("t", "taken back"));
                producer.abortTransaction();
                producer.beginTransaction();
                producer.send(TestTopics.line("t", "meant"));
                producer.commitTransaction();
            }

            List<String> read = new TestTopics(broker.bootstrapServers())
                    .awaitCommitted("t", 1).stream().map(TestTopics::text).toList();

            assertThat(read).containsExactly("meant");
        }
    }

    @Test
    void names_a_port_that_is_taken(@TempDir Path directory) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> EmbeddedBroker.in(directory).port(port).start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("port " + port + " is taken");
        }
    }
}
