package dev.tocsin.source.directory;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;

/** The bytes of a file, decompressed where its name says that it is compressed. Follows no link. */
final class FileContent {
    private static final int BUFFER = 64 << 10;

    private FileContent() {}

    static boolean compressed(String path) {
        return path.endsWith(".gz") || path.endsWith(".zst");
    }

    /**
     * Opens a file at an offset of its (decompressed) content.
     *
     * @param limit how many bytes of a file that is not compressed are seen
     * @throws EOFException where the content ends before the offset
     */
    static InputStream open(Path directory, String path, long offset, long limit) throws IOException {
        FileChannel channel =
                FileChannel.open(directory.resolve(path), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            if (!compressed(path)) {
                channel.position(offset);
                return new Limited(Channels.newInputStream(channel), limit - offset);
            }
            InputStream bytes = new BufferedInputStream(Channels.newInputStream(channel), BUFFER);
            InputStream content =
                    path.endsWith(".gz") ? new GZIPInputStream(bytes, BUFFER) : new ZstdInputStream(bytes);
            content.skipNBytes(offset);
            return content;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Ends where the file ended when it was looked at: what is written behind that is for the next look. */
    private static final class Limited extends java.io.FilterInputStream {
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
