package dev.tocsin.kafka;

import java.util.concurrent.ExecutionException;
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
    private volatile @org.jspecify.annotations.Nullable Admin admin;

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
            Admin open = admin;
            if (open == null) {
                open = clients.admin();
                admin = open;
            }
            open.describeCluster().clusterId().get(PATIENCE, TimeUnit.SECONDS);
            state = "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            state = "no answer from " + clients.bootstrapServers() + ": "
                    + Reason.of(e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e);
        }
        boolean was = before.isEmpty();
        if (up() && !was) {
            LOG.infof("Connected to Kafka at %s", clients.bootstrapServers());
        } else if (!up() && (was || before.startsWith("not asked"))) {
            LOG.warnf("Kafka: %s; waiting for it", state);
        }
    }

    /** Does not wait for an answer that is still due. */
    @Override
    public void close() {
        Admin open = admin;
        if (open != null) {
            open.close(java.time.Duration.ZERO);
        }
    }
}
