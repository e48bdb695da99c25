package dev.tocsin.kafka;

import java.time.Duration;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Whether the broker answers. Says so once when that changes, and keeps the last reason for the readiness probe. */
public final class BrokerWatch implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BrokerWatch.class);

    /** How often it is to be asked, in seconds. */
    public static final int INTERVAL_SECONDS = 5;

    /** How long the broker has to answer: nearly until it is asked again, so that its return is seen at once. */
    private static final int PATIENCE_MILLIS = INTERVAL_SECONDS * 1_000 - 500;

    private final KafkaClients clients;
    private volatile String state = "not asked yet";
    private @Nullable Admin admin;
    private boolean asking;
    private boolean closed;

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

    /** Asks the broker for its cluster id, unless it is being asked; the answer may take {@value #INTERVAL_SECONDS} s. Never throws. */
    public synchronized void ask() {
        if (asking || closed) {
            return;
        }
        asking = true;
        try {
            Admin open = admin;
            if (open == null) {
                open = clients.admin();
                admin = open;
            }
            open.describeCluster(new DescribeClusterOptions().timeoutMs(PATIENCE_MILLIS))
                    .clusterId()
                    .whenComplete((id, e) -> answered(e));
        } catch (RuntimeException e) {
            answered(e);
        }
    }

    private synchronized void answered(@Nullable Throwable failure) {
        asking = false;
        if (closed) {
            return;
        }
        String before = state;
        state = failure == null ? "" : "no answer from " + clients.bootstrapServers() + ": " + Reason.of(failure);
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
        Admin open;
        synchronized (this) {
            closed = true;
            open = admin;
        }
        if (open != null) {
            open.close(Duration.ZERO); // waits for its thread, which may be about to give an answer
        }
    }
}
