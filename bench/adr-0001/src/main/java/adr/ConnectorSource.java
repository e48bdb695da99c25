package adr;

import io.quarkus.arc.profile.IfBuildProfile;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** A: the connector's batch channel. */
@ApplicationScoped
@IfBuildProfile("connector")
public class ConnectorSource {
    @Incoming("readings")
    @Blocking(ordered = false)
    void count(ConsumerRecords<byte[], byte[]> chunk) {
        Count.add(chunk);
    }
}
