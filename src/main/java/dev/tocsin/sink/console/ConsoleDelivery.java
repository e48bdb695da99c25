package dev.tocsin.sink.console;

import dev.tocsin.delivery.Committer;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.delivery.journal.JournalPositions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The console as the only sink: what is printed is delivered, so the position comes after it, at least once. Positions
 * of files go to a journal, those of a topic are the consumer's to commit.
 */
public final class ConsoleDelivery implements Committer {
    private static final Logger LOG = Logger.getLogger(ConsoleDelivery.class);

    private final @Nullable Journal journal;

    /** @param journal null where there is no directory to remember */
    public ConsoleDelivery(@Nullable Journal journal) {
        this.journal = journal;
    }

    @Override
    public boolean showsFirst() {
        return true;
    }

    @Override
    public void commit(List<Evaluated> chunks) throws IOException {
        Map<String, byte @Nullable []> changes = new LinkedHashMap<>();
        for (Evaluated chunk : chunks) {
            if (chunk.position() instanceof Position.OfFile file) {
                JournalPositions.put(changes, file);
            }
        }
        if (journal != null) {
            journal.commit(changes);
        }
    }

    @Override
    public void recover() throws IOException {
        if (journal != null) {
            journal.settle();
        }
    }

    @Override
    public void close() {
        if (journal != null) {
            try {
                journal.close();
            } catch (IOException e) {
                LOG.warnf("The journal was not closed well: %s", e.toString());
            }
        }
    }
}
