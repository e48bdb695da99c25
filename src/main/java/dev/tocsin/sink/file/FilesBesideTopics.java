package dev.tocsin.sink.file;

import dev.tocsin.delivery.Committer;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.delivery.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Alert and reject files beside the topics, which hold the truth: each line is on the disk before its position is committed, and may
 * be there twice where that commit failed. The lines of a crash are kept, as nobody knows whether they were committed; they have
 * the ids by which they can be told.
 */
public final class FilesBesideTopics implements Committer {
    private final Committer topics;
    private final boolean atEachCommit;
    /** Its monitor guards it: output and positions may come on two threads. */
    private final OutputFiles files;

    /**
     * Opens the files where they ended.
     *
     * @param topics commits to the topics
     * @param metadata whether a line holds id, rule, severity and origin beside the alert
     * @param atEachCommit whether lines are shown with each commit; else when they are due
     * @throws FileSinkException if another instance writes these files, or they are not as one left them
     * @throws IOException if the directory cannot be read or written
     */
    public FilesBesideTopics(Committer topics, Path directory, boolean metadata, boolean atEachCommit)
            throws IOException {
        this.topics = topics;
        this.atEachCommit = atEachCommit;
        this.files = new OutputFiles(directory, metadata, RollingLines::openAlone);
    }

    /** Output to the topics that is written to the files too. */
    public Output with(Output output) {
        return new Output() {
            @Override
            public void send(Evaluated chunk, Consumer<@Nullable Exception> done) throws Exception {
                synchronized (files) {
                    files.append(chunk);
                }
                output.send(chunk, done);
            }

            @Override
            public void recover() throws Exception {
                rollback();
                output.recover();
            }

            @Override
            public void close() {
                output.close();
            }
        };
    }

    @Override
    public void commit(List<Evaluated> chunks) throws Exception {
        synchronized (files) {
            for (Evaluated chunk : chunks) {
                files.append(chunk);
            }
            for (RollingLines lines : List.of(files.alerts(), files.rejects())) {
                lines.committed(lines.flush());
            }
            if (atEachCommit) {
                files.publish();
            }
        }
        topics.commit(chunks);
        publishDue();
    }

    @Override
    public void idle() throws Exception {
        publishDue();
        topics.idle();
    }

    private void publishDue() throws FatalDeliveryException {
        synchronized (files) {
            files.publishDue();
        }
    }

    @Override
    public void recover() throws Exception {
        rollback();
        topics.recover();
    }

    private void rollback() throws IOException {
        synchronized (files) {
            files.rollback();
        }
    }

    @Override
    public void close() {
        topics.close();
        synchronized (files) {
            files.close();
        }
    }
}
