package dev.tocsin.sink.file;

import dev.tocsin.delivery.journal.DirectoryLock;
import dev.tocsin.delivery.journal.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One stream of lines in files. Lines are written to {@code _<prefix>-<n>.json}, which nobody reads, and appear when the file is
 * renamed to {@code <prefix>-<n>.json}: whole, for good, in the order of the names. {@code <n>} has 20 digits and only grows.
 *
 * <p>The journal says which lines count. The order of the steps, of which any may be the last before a crash:
 *
 * <ol>
 *   <li>{@link #append} the lines of a chunk: in memory, or in the file beyond the length that the journal knows;
 *   <li>{@link #flush}: on the disk;
 *   <li>commit the position and the state that {@code flush} returned, in one record of the journal: now they count;
 *   <li>{@link #committed} with that state;
 *   <li>{@link #publish} when {@link #due}; then commit the new {@link #state}, with the next chunk or, if none comes, by itself.
 * </ol>
 *
 * <p>A crash before the third step leaves bytes that {@link #open} cuts off, and the chunk comes again; a crash after it leaves
 * lines that are published after the restart; one after the rename is seen by the final name, or, if a reader has taken that
 * file away, by the next file in progress, which is created before the rename.
 *
 * <p>If the commit fails: {@code Journal.settle()} until it returns, then {@link #rollback}. In the other order a crash could find
 * the failed commit in the journal and its lines gone. Not safe for use by several threads at once.
 */
public final class RollingLines implements AutoCloseable {
    static final long ROLL_NANOS = 1_000_000_000L;
    static final long ROLL_BYTES = 64L * 1024 * 1024;
    static final int BUFFER_BYTES = 256 * 1024;

    private final LineFiles files;
    private final DirectoryLock lock;
    private final LongSupplier nanoTime;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private OpenFile file;
    /** Lengths of the file in progress, in bytes: {@code committed <= forced <= written}. */
    private long committed;

    private long forced;
    private long written;
    private long firstLineAt;
    /** Nothing may be written before a rollback has worked. */
    private boolean spoilt;
    /** The file has its final name, but the step is not finished. */
    private boolean renamed;

    private RollingLines(LineFiles files, DirectoryLock lock, LongSupplier nanoTime, StreamState start)
            throws IOException {
        this.files = files;
        this.lock = lock;
        this.nanoTime = nanoTime;
        this.committed = start.length();
        this.forced = committed;
        this.written = committed;
        this.firstLineAt = nanoTime.getAsLong() - ROLL_NANOS;
        this.file = new OpenFile(files, start.sequence());
    }

    /**
     * Opens a stream where the journal says that it ended: cuts off and removes what was never committed, and finishes a
     * publication. Lines that were committed, but not published, are {@link #due} at once.
     *
     * @param directory is created if it is missing
     * @param prefix of the names, lower-case letters and digits; a directory can hold several streams
     * @param state that the journal holds for this stream; null if it holds none, as nothing was ever committed
     * @param commitsLost whether the journal may be older than its last commit
     * @throws FileSinkException if files and journal do not belong together, or another instance writes this stream
     * @throws IOException if the directory cannot be read or written
     */
    public static RollingLines open(Path directory, String prefix, @Nullable StreamState state, boolean commitsLost)
            throws IOException {
        return open(directory, prefix, state, commitsLost, System::nanoTime, Disk.SHARED);
    }

    /**
     * Opens a stream of which no journal knows: all whole lines that are there count.
     *
     * @param directory is created if it is missing
     * @param prefix of the names, lower-case letters and digits
     * @throws FileSinkException if files are there that no crash leaves behind, or another instance writes this stream
     * @throws IOException if the directory cannot be read or written
     */
    public static RollingLines openAlone(Path directory, String prefix) throws IOException {
        return openAlone(directory, prefix, System::nanoTime, Disk.SHARED);
    }

    static RollingLines openAlone(Path directory, String prefix, LongSupplier nanoTime, Disk disk) throws IOException {
        return open(directory, prefix, StreamRecovery::recoverAlone, nanoTime, disk);
    }

    static RollingLines open(
            Path directory,
            String prefix,
            @Nullable StreamState state,
            boolean commitsLost,
            LongSupplier nanoTime,
            Disk disk)
            throws IOException {
        return open(directory, prefix, files -> StreamRecovery.recover(files, state, commitsLost), nanoTime, disk);
    }

    /** Finds where to go on. */
    private interface Recovery {
        StreamState recover(LineFiles files) throws IOException;
    }

    private static RollingLines open(Path directory, String prefix, Recovery recovery, LongSupplier nanoTime, Disk disk)
            throws IOException {
        LineFiles files = LineFiles.in(directory, prefix, disk);
        DirectoryLock lock = DirectoryLock.tryAcquire(files.directory(), files.lockName());
        if (lock == null) {
            String holder = DirectoryLock.holder(files.directory(), files.lockName());
            throw new FileSinkException("The " + prefix + " files in " + files.directory() + " are written by " + holder
                    + "; one instance at a time may write them");
        }
        try {
            return new RollingLines(files, lock, nanoTime, recovery.recover(files));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Adds a line. Up to 256 KiB are held in memory; more goes to the file, unseen.
     *
     * @param line without its newline; may be longer than the buffer
     * @throws IllegalArgumentException if there is a newline in it
     * @throws IOException if the buffer could not be written: the line was not added, and may be appended again, or the chunk be
     *     rolled back
     */
    public void append(byte[] line) throws IOException {
        for (byte b : line) {
            if (b == '\n') {
                throw new IllegalArgumentException("A newline within a line");
            }
        }
        if (written == 0 && buffer.position() == 0) {
            firstLineAt = nanoTime.getAsLong();
        }
        if (line.length >= buffer.remaining()) {
            spill();
        }
        if (line.length < buffer.remaining()) {
            buffer.put(line).put((byte) '\n');
        } else {
            byte[] whole = new byte[line.length + 1];
            System.arraycopy(line, 0, whole, 0, line.length);
            whole[line.length] = '\n';
            write(ByteBuffer.wrap(whole));
        }
    }

    /**
     * Makes all lines durable and returns the state to commit with them. Costs nothing if there are none.
     *
     * @throws IOException if that failed: the chunk is to be rolled back
     */
    public StreamState flush() throws IOException {
        spill();
        if (written > forced) {
            // After a failed fsync the kernel takes the pages for clean: only writing them again helps.
            spoilt = true;
            file.force();
            spoilt = false;
            forced = written;
        }
        return state();
    }

    /** The durable state; after {@link #publish} that of the next file. */
    public StreamState state() {
        return new StreamState(file.sequence(), forced);
    }

    /** Notes that the journal has committed a state that {@link #flush} returned. */
    public void committed(StreamState state) {
        if (state.sequence() != file.sequence() || state.length() < committed || state.length() > forced) {
            throw new IllegalArgumentException(state + " was not flushed; it is " + state());
        }
        committed = state.length();
    }

    /**
     * True if {@link #publish} is to be called: there are committed lines and no others in the file, and the first is 1 s old or
     * the file has 64 MiB.
     */
    public boolean due() {
        return renamed
                || (publishable() && (committed >= ROLL_BYTES || nanoTime.getAsLong() - firstLineAt >= ROLL_NANOS));
    }

    /** Whether there are committed lines, and no others, that readers do not see yet. */
    public boolean publishable() {
        return !spoilt && committed > 0 && committed == written;
    }

    /**
     * Shows the committed lines to readers, durably, and starts the next file. Lines in memory go there.
     *
     * @throws IllegalStateException if there is nothing committed, or there are lines in the file that are not
     * @throws FileSinkException if a file has the final name already
     * @throws IOException if it failed; may be called again, and is by the next write
     */
    public void publish() throws IOException {
        if (!renamed && !publishable()) {
            throw new IllegalStateException("Only committed lines can be published; " + written
                    + " bytes are written and " + committed + " committed");
        }
        OpenFile next = new OpenFile(files, file.sequence() + 1);
        try {
            if (!renamed) {
                file.cutTo(committed);
                files.publish(file.sequence());
                renamed = true;
            }
            files.force();
        } catch (IOException e) {
            next.close();
            throw e;
        }
        OpenFile former = file;
        file = next;
        committed = 0;
        forced = 0;
        written = 0;
        firstLineAt = nanoTime.getAsLong();
        renamed = false;
        former.close();
    }

    /**
     * Takes back all that was not {@link #committed}: in memory and in the file. Only after {@code Journal.settle()}.
     *
     * @throws IOException if the file could not be cut; to be called again, nothing is written before it has worked
     */
    public void rollback() throws IOException {
        buffer.clear();
        if (!renamed) {
            spoilt = true;
            file.cutTo(committed);
            forced = committed;
            written = committed;
            spoilt = false;
        }
    }

    private void spill() throws IOException {
        if (renamed) {
            publish();
        }
        if (spoilt) {
            throw new IOException(files.inProgress(file.sequence()) + " could not be written; roll back first");
        }
        if (buffer.position() > 0) {
            write(buffer.duplicate().flip());
            buffer.clear();
        }
    }

    /** Counts the bytes only when all are written: what a failure leaves behind them is overwritten or cut off. */
    private void write(ByteBuffer bytes) throws IOException {
        int count = bytes.remaining();
        file.write(bytes, written);
        written += count;
    }

    /** Stops as a crash would: what was not flushed is lost, what was not committed is cut off at the next start. */
    @Override
    public void close() throws IOException {
        try (lock) {
            file.close();
        }
    }
}
