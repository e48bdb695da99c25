package dev.tocsin.delivery.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tocsin.delivery.Position;
import java.io.IOException;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Positions as entries of a journal. */
public final class JournalPositions {
    private static final String FILE = "file/";
    private static final String OFFSET = "offset/";

    private JournalPositions() {}

    /** Adds the entries of a position to what is to be committed. */
    public static void put(Map<String, byte @Nullable []> changes, Position position) {
        if (position instanceof Position.OfFile file) {
            changes.put(FILE + file.path(), file.entry());
        } else if (position instanceof Position.OfTopic topic) {
            topic.offsets()
                    .forEach((partition, next) -> changes.put(
                            key(partition), Long.toString(next.offset()).getBytes(US_ASCII)));
        }
    }

    /**
     * Passes the entries of files, by path. The action must not use the journal.
     *
     * @throws IOException where they cannot be read
     */
    public static void files(Journal journal, BiConsumer<String, byte[]> action) throws IOException {
        journal.forEach((key, entry) -> {
            if (key.startsWith(FILE)) {
                action.accept(key.substring(FILE.length()), entry);
            }
        });
    }

    /**
     * The entry of a file; null where it has none.
     *
     * @throws IOException where it cannot be read
     */
    public static byte @Nullable [] file(Journal journal, String path) throws IOException {
        return journal.get(FILE + path);
    }

    /**
     * The next offset to read of a partition; null where none was committed.
     *
     * @throws IOException where it cannot be read
     */
    public static @Nullable Long offset(Journal journal, TopicPartition partition) throws IOException {
        byte[] entry = journal.get(key(partition));
        return entry == null ? null : Long.valueOf(new String(entry, US_ASCII));
    }

    private static String key(TopicPartition partition) {
        return OFFSET + partition.topic() + '/' + partition.partition();
    }
}
