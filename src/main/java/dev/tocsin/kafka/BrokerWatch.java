package dev.tocsin.kafka;

import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.jboss.logging.Logger;

/** Whether the broker answers. Says so once when that changes, and keeps the last reason for the readiness probe. */
public final class BrokerWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BrokerWatch.class);

    /** How long the broker has to answer, in seconds. */
    private static final int PATIENCE = 5;

    private final KafkaClients clients;
    private volatile String state = "not asked yet";
    private @org.jspecify.annotations.Nullable Admin admin;

    public BrokerWatch(KafkaClients clients) {
        this.clients = clients;
    }

    /** Whether the last answer came. */
    public boolean up() {
        return state.isEmpty();
    }

    /** Why the broker is not {@link #up}; empty when it is. */
    public String problem() {
        return state;
    }

    /** Asks the broker for its cluster id, waiting 5 s at most. Never throws. */
    public synchronized void ask() {
        String before = state;
        try {
            if (admin == null) {
                admin = clients.admin();
            }
            admin.describeCluster().clusterId().get(PATIENCE, TimeUnit.SECONDS);
            state = "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            state = "no answer from " + clients.bootstrapServers() + ": "
                    + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
        }
        boolean was = before.isEmpty();
        if (up() && !was) {
            LOG.infof("Connected to Kafka at %s", clients.bootstrapServers());
        } else if (!up() && (was || before.startsWith("not asked"))) {
            LOG.warnf("Kafka: %s; waiting for it", state);
        }
    }

    @Override
    public synchronized void close() {
        if (admin != null) {
            admin.close(java.time.Duration.ZERO);
        }
    }
}
