package dev.tocsin.dashboard;

import dev.tocsin.delivery.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the service knows of itself, asked for when it is to be shown. Quick, and does not throw. */
public interface ServiceState {
    /** What keeps readings from being read or delivered, one line each; empty when all is well. */
    List<String> problems();

    /** The sources that are configured. */
    List<SourceState> sources();

    /**
     * What came of the last batches, in the shape of Spark's progress: an array of JSON, newest first.
     *
     * @param limit how many at most
     */
    String progress(int limit);

    /**
     * A source at present.
     *
     * @param name the topic, or the directory's path
     * @param trigger the trigger's mode, and its interval where it has one, as it is configured
     * @param lagRecords records that wait in the partitions that this instance reads; null: not a topic
     * @param backlogFiles files that wait; null: not a directory
     * @param backlogBytes bytes that wait; null: not a directory
     */
    record SourceState(
            Source source,
            String name,
            String trigger,
            @Nullable Long lagRecords,
            @Nullable Long backlogFiles,
            @Nullable Long backlogBytes) {}
}
