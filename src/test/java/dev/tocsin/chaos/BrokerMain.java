package dev.tocsin.chaos;

import dev.tocsin.kafka.EmbeddedBroker;
import java.nio.file.Path;

/** The broker as a process: arguments are its directory, its port, the port behind the proxy and that of the proxy. */
final class BrokerMain {
    private BrokerMain() {}

    public static void main(String[] args) {
        EmbeddedBroker broker = EmbeddedBroker.in(Path.of(args[0]))
                .port(Integer.parseInt(args[1]))
                .behindProxy(Integer.parseInt(args[2]), Integer.parseInt(args[3]))
                // So that a broker that was killed may come back at once, and members of the new protocol are missed
                // soon.
                .with("broker.session.timeout.ms", "3000")
                .with("broker.heartbeat.interval.ms", "500")
                .with("group.consumer.min.session.timeout.ms", "1000")
                .with("group.consumer.session.timeout.ms", "3000")
                .with("group.consumer.min.heartbeat.interval.ms", "500")
                .with("group.consumer.heartbeat.interval.ms", "500")
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(broker::stop));
        System.out.println("started");
    }
}
