package dev.tocsin.sink.file;

import dev.tocsin.delivery.Committer;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.delivery.journal.JournalPositions;
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

    /** In a journal that has lost commits until its files were found to agree with it, over any number of starts. */
    private static final String DOUBT = "stream-doubt";

    private final Journal journal;
    private final OutputFiles files;

    /**
     * Opens the files where the journal says that they ended.
     *
     * @param metadata whether a line holds id, rule, severity and origin beside the alert
     * @throws FileSinkException if files and journal do not belong together
     * @throws IOException if the directory cannot be read or written
     */
    public JournaledFiles(Journal journal, Path directory, boolean metadata) throws IOException {
        this.journal = journal;
        if (journal.recovery().commitsLost()) {
            journal.commit(Map.of(DOUBT, new byte[0]));
        }
        boolean commitsLost = journal.get(DOUBT) != null;
        this.files = new OutputFiles(directory, metadata, (place, prefix) -> {
            byte[] state = journal.get(key(prefix));
            return RollingLines.open(place, prefix, state == null ? null : StreamState.decode(state), commitsLost);
        });
        if (commitsLost) {
            journal.commit(Collections.singletonMap(DOUBT, null));
        }
    }

    @Override
    public void commit(List<Evaluated> chunks) throws Exception {
        Map<String, byte @Nullable []> changes = new LinkedHashMap<>();
        for (Evaluated chunk : chunks) {
            files.append(chunk);
            JournalPositions.put(changes, chunk.position());
        }
        StreamState alerts = files.alerts().flush();
        StreamState rejects = files.rejects().flush();
        changes.put(key("alerts"), alerts.encode());
        changes.put(key("rejects"), rejects.encode());
        journal.commit(changes);
        files.alerts().committed(alerts);
        files.rejects().committed(rejects);
        files.publishDue();
    }

    /** Where the journal keeps the state of a stream. */
    private static String key(String prefix) {
        return "stream/" + prefix;
    }

    @Override
    public void idle() throws FatalDeliveryException {
        files.publishDue();
    }

    @Override
    public void recover() throws IOException {
        journal.settle();
        files.rollback();
    }

    @Override
    public void close() {
        try (journal) {
            files.close();
        } catch (IOException e) {
            LOG.warnf("The journal could not be closed: %s", e.toString());
        }
    }
}
