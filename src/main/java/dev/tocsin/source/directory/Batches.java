package dev.tocsin.source.directory;

import dev.tocsin.trigger.Trigger;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the directory when that is due, and reads what was found, a batch at a time. How that is due is the trigger's to
 * say: {@link LiveBatches}, {@link TickBatches}, {@link FrozenBatches}. Used by the source's thread.
 */
abstract class Batches {
    /** What the batches need of the source. */
    record Parts(
            DirectorySettings settings,
            FileLedger ledger,
            KnownFiles known,
            FileReading reading,
            Reports reports,
            BooleanSupplier mayGoOn) {}

    /** Who is told how it goes. */
    interface Reports {
        /** The directory cannot be listed, for this reason; empty: it can. */
        void directory(String problem);

        /** So much waits to be read. */
        void backlog(long files, long bytes);

        /** A listing took so long. */
        void scanned(Duration time);

        /** A name that is never read. */
        void skipped(String path);
    }

    final Parts parts;
    final DirectoryScan scan;
    final Deque<Look.ToRead> pending = new ArrayDeque<>();
    private long backlogFiles;
    private long backlogBytes;
    private final Retention retention;

    Batches(Parts parts, Consumer<Path> onDirectory) {
        this.parts = parts;
        this.retention = new Retention(parts.settings, parts.known);
        this.scan =
                new DirectoryScan(parts.settings, parts.known, parts.ledger::owns, parts.reports::skipped, onDirectory);
    }

    /** Does what is due; false: nothing is. */
    abstract boolean take() throws InterruptedException;

    /** How long it is until something may be due. */
    abstract Duration untilDue();

    /** Whether nothing is due for long, unless the system gives notice. */
    boolean mayRest() {
        return false;
    }

    /** What is known is what is committed, again: nothing that was found before counts. */
    void reloaded() {
        pending.clear();
    }

    /** Lists the directory; null where that cannot be done. */
    final @Nullable Look list(Lister lister) throws InterruptedException {
        long begun = System.nanoTime();
        try {
            Look look = lister.list();
            parts.reports.directory("");
            backlog(look.backlogFiles(), look.backlogBytes());
            return look;
        } catch (IOException e) {
            cannotList(e);
            return null;
        } finally {
            parts.reports.scanned(Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    /** Says that the directory cannot be listed; the retention does not run while that is so. */
    final String cannotList(Exception e) throws InterruptedException {
        String problem = "directory " + parts.settings.path() + " cannot be listed: " + LogText.reason(e);
        parts.reports.directory(problem);
        parts.known.restartRetention();
        parts.reading.begin();
        remember();
        parts.reading.end();
        return problem;
    }

    /** One way of listing. */
    @FunctionalInterface
    interface Lister {
        Look list() throws IOException;
    }

    /** Takes up what a look has found, then reads a batch of it and does the rest. */
    final void work(Look look) throws InterruptedException {
        pending.clear();
        pending.addAll(look.toRead());
        parts.reading.begin();
        readBatch();
        each(look.toClean(), parts.reading::clean);
        each(look.returned(), parts.reading::note);
        if (look.whole()) {
            remember();
        }
        parts.reading.end();
        parts.known.closeWhatIsDone();
    }

    /** Keeps the ledger in step with what is gone. */
    private void remember() throws InterruptedException {
        Retention.Step step = retention.next();
        each(step.toForget(), parts.reading::forget);
        each(step.toNote(), parts.reading::note);
    }

    /** Reads a batch of what is still pending. */
    final void nextBatch() throws InterruptedException {
        parts.reading.begin();
        readBatch();
        parts.reading.end();
        parts.known.closeWhatIsDone();
    }

    /** Spark's limits: so many files at most, and no more once the bytes are reached. */
    private void readBatch() throws InterruptedException {
        FileLimits limits = parts.settings.limits();
        long files = 0;
        long bytes = 0;
        while (!pending.isEmpty() && files < limits.files() && bytes < limits.bytes()) {
            if (!parts.mayGoOn.getAsBoolean()) {
                return;
            }
            Look.ToRead next = pending.remove();
            files++;
            bytes += next.unread();
            if (parts.ledger.owns(next.found().path())) {
                read(next);
            }
        }
        backlog(backlogFiles - files, backlogBytes - bytes);
    }

    /** Reads one file. */
    void read(Look.ToRead next) throws InterruptedException {
        parts.reading.read(next.found().path(), Long.MAX_VALUE);
    }

    private void backlog(long files, long bytes) {
        backlogFiles = Math.max(0, files);
        backlogBytes = Math.max(0, bytes);
        parts.reports.backlog(backlogFiles, backlogBytes);
    }

    /** Something that is done with a file. */
    @FunctionalInterface
    private interface Step {
        void take(String path) throws InterruptedException;
    }

    private void each(List<String> paths, Step step) throws InterruptedException {
        for (String path : paths) {
            if (!parts.mayGoOn.getAsBoolean()) {
                return;
            }
            if (parts.ledger.owns(path)) {
                step.take(path);
            }
        }
    }

    /** As the trigger says. */
    static Batches of(Parts parts, DirectorySource.Run run) {
        Trigger trigger = parts.settings.trigger();
        if (trigger instanceof Trigger.ProcessingTime) {
            return new TickBatches(parts);
        }
        return trigger.bounded() ? new FrozenBatches(parts, run) : new LiveBatches(parts, run);
    }
}
