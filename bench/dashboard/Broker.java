import dev.tocsin.kafka.EmbeddedBroker;
import java.nio.file.Path;

/** A broker until it is killed: java -cp ... Broker.java DIRECTORY PORT. */
public final class Broker {
    private Broker() {}

    public static void main(String[] args) {
        EmbeddedBroker broker = EmbeddedBroker.in(Path.of(args[0]))
                .port(Integer.parseInt(args[1]))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(broker::stop));
    }
}
