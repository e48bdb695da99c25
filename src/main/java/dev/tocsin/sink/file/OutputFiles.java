package dev.tocsin.sink.file;

import dev.tocsin.alert.Alert;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.reading.Reject;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/** The two streams of files of a sink: alerts, and rejects below them. As {@link RollingLines}, not for several threads at once. */
final class OutputFiles implements Closeable {
    private static final Logger LOG = Logger.getLogger(OutputFiles.class);

    /** Below the directory of alerts; by its underscore the tools that read directories as tables leave it out. */
    private static final String REJECTS = "_rejects";

    private final RollingLines alerts;
    private final RollingLines rejects;
    private final boolean metadata;

    /** Opens a stream where it ended. */
    interface Opening {
        RollingLines open(Path directory, String prefix) throws IOException;
    }

    /** @param metadata whether a line holds id, rule, severity and origin beside the alert */
    OutputFiles(Path directory, boolean metadata, Opening opening) throws IOException {
        this.metadata = metadata;
        this.alerts = opening.open(directory, "alerts");
        try {
            this.rejects = opening.open(directory.resolve(REJECTS), "rejects");
        } catch (IOException | RuntimeException e) {
            alerts.close();
            throw e;
        }
    }

    RollingLines alerts() {
        return alerts;
    }

    RollingLines rejects() {
        return rejects;
    }

    void append(Evaluated chunk) throws IOException {
        for (Alert alert : chunk.evaluation().alerts()) {
            alerts.append(OutputLines.alert(alert, metadata));
        }
        for (Reject reject : chunk.evaluation().rejects()) {
            rejects.append(OutputLines.reject(reject));
        }
    }

    void rollback() throws IOException {
        alerts.rollback();
        rejects.rollback();
    }

    /** Shows what is due. What was committed is committed, even if it cannot be shown yet: that is tried again. */
    void publishDue() throws FatalDeliveryException {
        publish(alerts.due(), rejects.due());
    }

    /** Shows all that can be shown. */
    void publish() throws FatalDeliveryException {
        publish(alerts.publishable(), rejects.publishable());
    }

    private void publish(boolean ofAlerts, boolean ofRejects) throws FatalDeliveryException {
        try {
            if (ofAlerts) {
                alerts.publish();
            }
            if (ofRejects) {
                rejects.publish();
            }
        } catch (FileSinkException e) {
            throw new FatalDeliveryException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            LOG.warnf("Alert files cannot be published yet: %s", e.toString());
        }
    }

    /** Shows all that can be shown, and closes the files. */
    @Override
    public void close() {
        try (RollingLines first = alerts;
                RollingLines second = rejects) {
            for (RollingLines lines : new RollingLines[] {first, second}) {
                if (lines.publishable()) {
                    lines.publish();
                }
            }
        } catch (IOException e) {
            LOG.warnf("The last alert files will be published at the next start: %s", e.toString());
        }
    }
}
