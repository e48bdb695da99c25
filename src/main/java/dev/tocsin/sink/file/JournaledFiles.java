package dev.tocsin.sink.file;

import dev.tocsin.alert.Alert;
import dev.tocsin.delivery.Committer;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.delivery.journal.JournalPositions;
import dev.tocsin.reading.Reject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Alert and reject files that agree with the positions in a journal after any crash: exactly once, for one instance. */
public final class JournaledFiles implements Committer {
    private static final Logger LOG = Logger.getLogger(JournaledFiles.class);

    /** Below the directory of alerts; by its underscore the tools that read directories as tables leave it out. */
    private static final String REJECTS = "_rejects";

    /** In a journal that has lost commits until its files were found to agree with it, over any number of starts. */
    private static final String DOUBT = "stream-doubt";

    private final Journal journal;
    private final boolean metadata;
    private final Stream alerts;
    private final Stream rejects;

    /**
     * Opens the files where the journal says that they ended.
     *
     * @param metadata whether a line holds id, rule, severity and origin beside the alert
     * @throws FileSinkException if files and journal do not belong together
     * @throws IOException if the directory cannot be read or written
     */
    public JournaledFiles(Journal journal, Path directory, boolean metadata) throws IOException {
        this.journal = journal;
        this.metadata = metadata;
        if (journal.recovery().commitsLost()) {
            journal.commit(Map.of(DOUBT, new byte[0]));
        }
        boolean commitsLost = journal.get(DOUBT) != null;
        this.alerts = new Stream(journal, directory, "alerts", commitsLost);
        try {
            this.rejects = new Stream(journal, directory.resolve(REJECTS), "rejects", commitsLost);
        } catch (IOException | RuntimeException e) {
            alerts.lines.close();
            throw e;
        }
        if (commitsLost) {
            journal.commit(Collections.singletonMap(DOUBT, null));
        }
    }

    @Override
    public void commit(List<Evaluated> chunks) throws Exception {
        Map<String, byte @Nullable []> changes = new LinkedHashMap<>();
        for (Evaluated chunk : chunks) {
            for (Alert alert : chunk.evaluation().alerts()) {
                alerts.lines.append(OutputLines.alert(alert, metadata));
            }
            for (Reject reject : chunk.evaluation().rejects()) {
                rejects.lines.append(OutputLines.reject(reject));
            }
            Position position = chunk.position();
            JournalPositions.put(changes, position);
        }
        StreamState alertsState = alerts.flush(changes);
        StreamState rejectsState = rejects.flush(changes);
        journal.commit(changes);
        alerts.lines.committed(alertsState);
        rejects.lines.committed(rejectsState);
        publishDue();
    }

    /** What was committed is committed, even if it cannot be shown yet: that is tried again. */
    private void publishDue() throws FatalDeliveryException {
        try {
            alerts.publishDue();
            rejects.publishDue();
        } catch (FileSinkException e) {
            throw new FatalDeliveryException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            LOG.warnf("Alert files cannot be published yet: %s", e.toString());
        }
    }

    @Override
    public void idle() throws FatalDeliveryException {
        publishDue();
    }

    @Override
    public void recover() throws IOException {
        journal.settle();
        alerts.lines.rollback();
        rejects.lines.rollback();
    }

    @Override
    public void close() {
        try (journal;
                RollingLines first = alerts.lines;
                RollingLines second = rejects.lines) {
            publishAll(first, second);
        } catch (IOException e) {
            LOG.warnf("The last alert files will be published at the next start: %s", e.toString());
        }
    }

    private static void publishAll(RollingLines... streams) throws IOException {
        for (RollingLines lines : streams) {
            if (lines.publishable()) {
                lines.publish();
            }
        }
    }

    /** One of the two kinds of files, and where the journal keeps its state. */
    private static final class Stream {
        private final String key;
        private final RollingLines lines;

        Stream(Journal journal, Path directory, String prefix, boolean commitsLost) throws IOException {
            this.key = "stream/" + prefix;
            byte[] state = journal.get(key);
            this.lines =
                    RollingLines.open(directory, prefix, state == null ? null : StreamState.decode(state), commitsLost);
        }

        StreamState flush(Map<String, byte @Nullable []> changes) throws IOException {
            StreamState state = lines.flush();
            changes.put(key, state.encode());
            return state;
        }

        void publishDue() throws IOException {
            if (lines.due()) {
                lines.publish();
            }
        }
    }
}
