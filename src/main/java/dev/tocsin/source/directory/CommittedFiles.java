package dev.tocsin.source.directory;

import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.delivery.journal.JournalPositions;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The committed entries of files, where one instance has all of them to itself. */
public interface CommittedFiles {
    /**
     * Passes each entry with its path.
     *
     * @throws IOException where they cannot be read
     */
    void forEach(BiConsumer<String, byte[]> action) throws IOException;

    /**
     * The entry of a path; null where it has none.
     *
     * @throws IOException where it cannot be read
     */
    byte @Nullable [] get(String path) throws IOException;

    /** Those in a journal. */
    static CommittedFiles in(Journal journal) {
        return new CommittedFiles() {
            @Override
            public void forEach(BiConsumer<String, byte[]> action) throws IOException {
                JournalPositions.files(journal, action);
            }

            @Override
            public byte @Nullable [] get(String path) throws IOException {
                return JournalPositions.file(journal, path);
            }
        };
    }
}
