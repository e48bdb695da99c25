package dev.tocsin.source.directory;

import dev.tocsin.delivery.FileOutcome;
import java.nio.file.Path;
import java.time.Duration;
import org.jboss.logging.Logger;

/** Takes reports of how the looks at the directory go, keeps what can be asked for, and says what is news. */
final class ScanReports implements Batches.Reports {
    private static final Logger LOG = Logger.getLogger(ScanReports.class);

    private final Path path;
    private final DirectoryEvents events;
    private volatile String problem = "";
    private volatile long backlogFiles;
    private volatile long backlogBytes;

    ScanReports(Path path, DirectoryEvents events) {
        this.path = path;
        this.events = events;
    }

    /** Why the directory cannot be listed; empty: it can. */
    String problem() {
        return problem;
    }

    long backlogFiles() {
        return backlogFiles;
    }

    long backlogBytes() {
        return backlogBytes;
    }

    @Override
    public void directory(String reason) {
        if (!reason.equals(problem)) {
            if (reason.isEmpty()) {
                LOG.infof("Directory %s is back", path);
            } else {
                LOG.warnf("%s; waiting for it", reason);
            }
        }
        problem = reason;
    }

    @Override
    public void backlog(long files, long bytes) {
        backlogFiles = files;
        backlogBytes = bytes;
    }

    @Override
    public void scanned(Duration time) {
        events.scanned(time);
    }

    @Override
    public void skipped(String name) {
        events.file(FileOutcome.SKIPPED);
        LOG.warnf("%s is skipped: not a regular file, or a name that this locale cannot express", LogText.safe(name));
    }
}
