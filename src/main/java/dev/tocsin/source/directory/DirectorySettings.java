package dev.tocsin.source.directory;

import dev.tocsin.trigger.Trigger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the directory source.
 *
 * @param path the watched directory
 * @param patterns globs of file names
 * @param settle how long a file must stand still before its last, unfinished line counts
 * @param growthWindow how long after its last change a file is looked at for growth
 * @param afterDelay how long after its last change a file that is done is archived or deleted
 * @param delete whether a file that is done is deleted
 * @param archive where a file that is done is moved; null: nowhere
 * @param retention how long a file that is gone is remembered
 * @param maxBytes the longest line that is decoded, in bytes
 * @param scanInterval how often the directory is listed
 * @param trigger when batches are taken
 * @param limits what bounds a batch; none where the trigger ignores limits
 * @param watched whether the system is asked for notices of what is written
 */
public record DirectorySettings(
        Path path,
        List<String> patterns,
        boolean recursive,
        boolean latestFirst,
        Duration settle,
        Duration growthWindow,
        Duration afterDelay,
        boolean delete,
        @Nullable Path archive,
        Duration retention,
        int maxBytes,
        Duration scanInterval,
        Trigger trigger,
        FileLimits limits,
        boolean watched) {
    /** Whether files that are done are cleaned away. */
    boolean cleans() {
        return delete || archive != null;
    }
}
