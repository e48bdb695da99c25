package dev.tocsin.source.directory;

import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file after the other, as far as each is written, and tells what each has come to. The chunk that was read
 * last is held back until it is known what follows: the end of its file, or of the batch, goes with it.
 */
final class FileReading {
    private static final Logger LOG = Logger.getLogger(FileReading.class);

    /** Takes a chunk. */
    @FunctionalInterface
    interface Emitter {
        /** False when the lane was rewound or it is time to stop: nothing more is to be emitted. */
        boolean emit(Lines lines, @Nullable Batch batch, boolean lastOfBatch, Position position, boolean urgent)
                throws InterruptedException;
    }

    /** A chunk that is held back. */
    private record Held(
            String path,
            Lines lines,
            FileState state,
            @Nullable FileOutcome outcome) {
        boolean isOf(String other) {
            return path.equals(other);
        }
    }

    private final DirectorySettings settings;
    private final FileLedger ledger;
    private final KnownFiles files;
    private final Emitter emitter;
    private final FileCleaner cleaner;
    private final LineReader reader;
    private @Nullable Batch batch;
    private @Nullable Held held;
    private boolean usable;

    FileReading(DirectorySettings settings, FileLedger ledger, KnownFiles files, Emitter emitter) {
        this.settings = settings;
        this.ledger = ledger;
        this.files = files;
        this.emitter = emitter;
        this.cleaner = new FileCleaner(settings);
        this.reader = new LineReader(settings.maxBytes());
    }

    /** Begins a batch. */
    void begin() {
        batch = null;
        held = null;
        usable = true;
    }

    /** Ends the batch. */
    void end() throws InterruptedException {
        release(true);
    }

    /**
     * Reads what is new in a file, as it is now. A file that cannot be read is reported, and tried again when it changes.
     *
     * @param end how many bytes of it count
     * @return what is left of it, or why it is left
     */
    Rest read(String path, long end) throws InterruptedException {
        Found found;
        try {
            found = Found.look(settings.path(), path);
        } catch (IOException e) {
            return Rest.NONE; // gone since it was listed
        }
        if (!found.regular()) {
            return Rest.NONE;
        }
        TrackedFile file = files.open(path);
        boolean known = file != null;
        if (file == null) {
            file = new TrackedFile(FileIdentity.generation(found), DirectoryScan.age(found.modified()), false);
            files.add(path, file);
        } else if (file.state().phase().isLeaving()) {
            return Rest.NONE;
        }
        file.observe(found);
        boolean ends = found.size() <= end;
        boolean settled = ends && file.stoodStillFor(settings.settle());
        if (FileContent.compressed(path) && !settled) {
            return Rest.UNSETTLED; // what is being written cannot be decompressed
        }
        try (FileContent content = FileContent.open(settings.path(), ends ? found : found.upTo(end))) {
            FileState state = file.state();
            if (known && !found.unchangedSince(state)) {
                state = identify(content, found, file);
                if (state == null) {
                    return Rest.changed(file.state());
                }
            }
            boolean last = ends && file.stoodStillFor(settings.growthWindow());
            file.tried(settled, last);
            FileState from = state.in(FileState.Phase.READING).seen(ends ? found.size() : end, found.modified());
            return readLines(content, file, path, from, settled, last);
        } catch (FileContent.FileReplacedException e) {
            file.untried(); // the next scan finds what took its name
            return Rest.NONE;
        } catch (IOException e) {
            return fail(found, file, e);
        }
    }

    /**
     * What is left of a file that was read.
     *
     * @param pending whether a last line waits for its end
     * @param unsettled whether all of it waits, because it may be being written
     * @param failure why it could not be read on; null: it could
     */
    record Rest(
            boolean pending, boolean unsettled, @Nullable String failure) {
        static final Rest NONE = new Rest(false, false, null);
        static final Rest PENDING = new Rest(true, false, null);
        static final Rest UNSETTLED = new Rest(false, true, null);

        static Rest failed(String why) {
            return new Rest(false, false, why);
        }

        static Rest changed(FileState state) {
            return state.phase() == FileState.Phase.CHANGED
                    ? failed("what was read of it, " + state.lines() + " lines, was changed or cut")
                    : NONE;
        }
    }

    /** The state to go on from; null where the file is not to be read. */
    private @Nullable FileState identify(FileContent content, Found found, TrackedFile file)
            throws IOException, InterruptedException {
        FileState state = file.state();
        FileIdentity.Verdict verdict = FileIdentity.check(content, found, state);
        boolean finished = FileContent.compressed(found.path()) && state.phase() == FileState.Phase.DONE;
        if (verdict == FileIdentity.Verdict.NEW) {
            LOG.infof("%s was replaced; it is read as a new file", LogText.safe(found.path()));
            FileState fresh = FileIdentity.generation(found, state);
            file.renew(fresh);
            return fresh;
        }
        if (verdict == FileIdentity.Verdict.CHANGED || finished || state.phase() == FileState.Phase.CHANGED) {
            if (state.phase() != FileState.Phase.CHANGED) {
                LOG.warnf(
                        "%s: what was read of it, %d lines, was changed or cut; it is not read again",
                        LogText.safe(found.path()), state.lines());
            }
            conclude(
                    found.path(),
                    file,
                    state.in(FileState.Phase.CHANGED).seen(found.size(), found.modified()),
                    state.phase() == FileState.Phase.CHANGED ? null : FileOutcome.CHANGED);
            return null;
        }
        return state;
    }

    private Rest readLines(
            FileContent content, TrackedFile file, String path, FileState from, boolean settled, boolean last)
            throws IOException, InterruptedException {
        FileState state = from;
        try (InputStream bytes = content.from(state.offset())) {
            reader.open(path, bytes, state);
            for (Lines lines = reader.next(settled, last); lines != null; lines = reader.next(settled, last)) {
                release(false);
                if (!usable) {
                    return Rest.NONE;
                }
                state = reader.state();
                file.update(state);
                held = new Held(path, lines, state, null);
            }
        }
        state = reader.state();
        if (settled && reader.pending() == 0) {
            conclude(path, file, state.in(FileState.Phase.DONE), file.wasDone() ? null : FileOutcome.DONE);
        } else {
            file.update(state);
        }
        return reader.pending() == 0 ? Rest.NONE : Rest.PENDING;
    }

    private Rest fail(Found found, TrackedFile file, IOException e) throws InterruptedException {
        if (!Files.exists(settings.path().resolve(found.path()))) {
            return Rest.NONE; // gone since it was listed
        }
        boolean broken = FileContent.compressed(found.path()) && !(e instanceof FileSystemException);
        if (file.report(e.toString())) {
            LOG.warnf(
                    "%s cannot be read beyond line %d: %s; it is tried again%s",
                    LogText.safe(found.path()), file.state().lines(), e, broken ? " when it changes" : "");
        }
        if (!broken) {
            file.untried();
            return Rest.failed(e.toString());
        }
        conclude(
                found.path(),
                file,
                file.state().in(FileState.Phase.FAILED).seen(found.size(), found.modified()),
                FileOutcome.FAILED);
        return Rest.failed(e.toString());
    }

    /** Writes what the file has come to, together with its last lines where they are still held. */
    private void conclude(String path, TrackedFile file, FileState state, @Nullable FileOutcome outcome)
            throws InterruptedException {
        file.update(state);
        Held before = held;
        if (before != null && before.isOf(path)) {
            held = new Held(path, before.lines(), state, outcome);
        } else if (usable) {
            usable = emitter.emit(
                    Lines.none(path, state.generation()),
                    null,
                    false,
                    ledger.position(path, state.toJson(), outcome),
                    true);
        }
    }

    private void release(boolean lastOfBatch) throws InterruptedException {
        Held chunk = held;
        held = null;
        if (chunk == null || !usable) {
            return;
        }
        if (batch == null) {
            batch = Batch.begin(Source.DIRECTORY);
        }
        usable = emitter.emit(
                chunk.lines(),
                batch,
                lastOfBatch,
                ledger.position(chunk.path(), chunk.state().toJson(), chunk.outcome()),
                chunk.outcome() != null);
    }

    /** Brings a file that is done one step further on its way out. Each step follows on the commit of the one before it. */
    void clean(String path) throws InterruptedException {
        TrackedFile file = files.open(path);
        if (file == null || !file.isCommitted()) {
            return;
        }
        FileState state = file.state();
        try {
            switch (state.phase()) {
                case DONE -> {
                    if (settings.cleans() && Found.look(settings.path(), path).unchangedSince(state)) {
                        conclude(path, file, state.in(FileState.Phase.CLEANING), null);
                    }
                }
                case CLEANING -> {
                    boolean away = cleaner.putAway(path, state) == FileCleaner.Result.AWAY;
                    conclude(path, file, state.in(away ? FileState.Phase.CLEANED : FileState.Phase.DONE), null);
                }
                case CLEANED -> {
                    cleaner.removeTrace(path, state);
                    remove(path, settings.delete() ? FileOutcome.DELETED : FileOutcome.ARCHIVED);
                }
                default -> {
                    // it has changed since
                }
            }
        } catch (IOException e) {
            if (file.report(e.toString())) {
                LOG.warnf("%s cannot be cleaned away, which is tried again: %s", LogText.safe(path), e);
            }
        }
    }

    /** Notes in the ledger since when a file is gone, or that it is not. */
    void note(String path) throws InterruptedException {
        TrackedFile file = files.open(path);
        if (file != null && file.isCommitted()) {
            conclude(path, file, file.state().goneSince(file.goneSince()), null);
        }
    }

    /** Forgets a file that is gone. */
    void forget(String path) throws InterruptedException {
        remove(path, FileOutcome.FORGOTTEN);
    }

    private void remove(String path, FileOutcome outcome) throws InterruptedException {
        files.remove(path);
        usable = usable && emitter.emit(Lines.none(path, ""), null, false, ledger.position(path, null, outcome), true);
    }
}
