package dev.tocsin.sink.file;

import dev.tocsin.delivery.journal.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A file in progress. An interrupt during an operation closes its channel, so it is opened again where that has happened. */
final class OpenFile implements Closeable {
    private final LineFiles files;
    private final long sequence;
    private FileChannel channel;
    /** The file was cut, and that is not durable yet. */
    private boolean cut;

    /** Creates the file if it is missing. */
    OpenFile(LineFiles files, long sequence) throws IOException {
        this.files = files;
        this.sequence = sequence;
        this.channel = files.create(sequence);
    }

    long sequence() {
        return sequence;
    }

    void write(ByteBuffer bytes, long position) throws IOException {
        Disk.writeFully(channel(), bytes, position);
    }

    void force() throws IOException {
        channel().force(false);
    }

    /** Removes, durably, what lies after the length. */
    void cutTo(long length) throws IOException {
        if (cut || channel().size() != length) {
            cut = true;
            channel().truncate(length);
            channel().force(true);
            cut = false;
        }
    }

    private FileChannel channel() throws IOException {
        if (!channel.isOpen()) {
            channel = files.reopen(sequence);
        }
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
