package dev.tocsin.source.directory;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;

/**
 * The bytes of a file that was looked at, decompressed where its name says that it is compressed. Opened once for all that
 * is done with it, so that another file which takes its name meanwhile is not taken for it. Follows no link.
 */
final class FileContent implements AutoCloseable {
    private static final int BUFFER = 64 << 10;

    private final Found found;
    private final FileChannel channel;

    private FileContent(Found found, FileChannel channel) {
        this.found = found;
        this.channel = channel;
    }

    static boolean compressed(String path) {
        return path.endsWith(".gz") || path.endsWith(".zst");
    }

    /**
     * Opens the file.
     *
     * @throws FileReplacedException where the name has come to mean another file since it was looked at
     * @throws IOException where it cannot be opened
     */
    static FileContent open(Path directory, Found found) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(found.path()), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            // The open channel keeps the inode from being used again: if the name still means it now, it is this file.
            if (Found.look(directory, found.path()).inode() != found.inode()) {
                throw new FileReplacedException(found.path());
            }
            return new FileContent(found, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /**
     * The content from an offset on; of a file that is not compressed, as far as it was written when it was looked at. One
     * stream at a time; closing it leaves the file open.
     *
     * @throws EOFException where the content ends before the offset
     */
    InputStream from(long offset) throws IOException {
        InputStream bytes = new Unclosed(Channels.newInputStream(channel));
        if (!compressed(found.path())) {
            channel.position(offset);
            return new Limited(bytes, found.size() - offset);
        }
        channel.position(0);
        InputStream buffered = new BufferedInputStream(bytes, BUFFER);
        InputStream content =
                found.path().endsWith(".gz") ? new GZIPInputStream(buffered, BUFFER) : new ZstdInputStream(buffered);
        content.skipNBytes(offset);
        return content;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Lets a decompressor be closed without its file. */
    private static final class Unclosed extends FilterInputStream {
        Unclosed(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return in.read(bytes, offset, length);
        }

        @Override
        public void close() {
            // the channel is the content's to close
        }
    }

    /** The name means another file now; the next look will find that. */
    static final class FileReplacedException extends IOException {
        private static final long serialVersionUID = 1L;

        FileReplacedException(String path) {
            super(path + " was replaced");
        }
    }

    /** Ends where the file ended when it was looked at: what is written behind that is for the next look. */
    private static final class Limited extends FilterInputStream {
        private long left;

        Limited(InputStream in, long left) {
            super(in);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left <= 0) {
                return -1;
            }
            int read = super.read(bytes, offset, (int) Math.min(length, left));
            left -= Math.max(0, read);
            return read;
        }
    }
}
