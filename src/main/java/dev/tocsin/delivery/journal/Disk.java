package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The file operations on which a promise of durability rests. They go through this one seam, so that a test can let any of them
 * fail, or end the process there.
 */
public interface Disk {
    /** New files can be read and written by their owner alone, where the file system knows owners. */
    Disk OWNER_ONLY = new SystemDisk(PosixFilePermissions.fromString("rw-------"));

    /** New files have the permissions that the process's umask gives. */
    Disk SHARED = new SystemDisk(Set.of());

    /** Opens as {@link FileChannel#open}. An interrupt of the using thread closes the channel: whoever holds one must reopen it. */
    FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException;

    /** Renames atomically within one file system; a file of the new name is replaced. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file; one that is not there is no error. */
    void delete(Path file) throws IOException;

    /** Makes the names in a directory durable: what was created, renamed or removed there before survives a loss of power. */
    void force(Path directory) throws IOException;

    /**
     * Writes all remaining bytes at a position, in slices, because the JDK keeps an off-heap copy of the largest buffer that a
     * thread has ever written.
     */
    static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        int slice = 256 * 1024;
        long at = position;
        while (bytes.hasRemaining()) {
            ByteBuffer part = bytes.slice(bytes.position(), Math.min(slice, bytes.remaining()));
            int count = channel.write(part, at);
            bytes.position(bytes.position() + count);
            at += count;
        }
    }
}
