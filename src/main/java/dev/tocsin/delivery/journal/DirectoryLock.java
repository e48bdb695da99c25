package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a directory for one process, by the operating system's lock on a file in it. The lock goes with the process, however it
 * ends; the file stays and holds the process id of its last holder.
 */
public final class DirectoryLock implements AutoCloseable {
    /**
     * What this JVM holds. The file itself must not be opened a second time here: POSIX drops a process's locks on a file as soon
     * as the process closes any descriptor of it (fcntl(2)).
     */
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private final Object key;
    private final FileChannel channel;

    private DirectoryLock(Object key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Takes the lock at once or not at all.
     *
     * @param directory exists
     * @param name of the lock file
     * @return null if another holder has it, in this process or in another one
     * @throws IOException if the lock file cannot be written, or the file system knows no locks
     */
    public static @Nullable DirectoryLock tryAcquire(Path directory, String name) throws IOException {
        Object key = key(directory, name);
        if (!HELD.add(key)) {
            return null;
        }
        FileChannel channel = null;
        boolean acquired = false;
        try {
            channel = Disk.OWNER_ONLY.open(
                    directory.resolve(name), Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE));
            acquired = lock(channel);
            return acquired ? new DirectoryLock(key, channel) : null;
        } finally {
            if (!acquired) {
                HELD.remove(key);
                if (channel != null) {
                    channel.close();
                }
            }
        }
    }

    /** Who holds the lock, for a message: {@code "process 123"}, or {@code "another process"} where the file does not say. */
    public static String holder(Path directory, String name) throws IOException {
        if (HELD.contains(key(directory, name))) {
            return "this process (" + ProcessHandle.current().pid() + ")";
        }
        try {
            String pid = Files.readString(directory.resolve(name), StandardCharsets.US_ASCII)
                    .strip();
            return pid.matches("\\d{1,19}") ? "process " + pid : "another process";
        } catch (IOException unreadable) {
            return "another process";
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                return false;
            }
        } catch (OverlappingFileLockException heldByAnotherClassLoader) {
            return false;
        }
        try {
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            Disk.writeFully(channel, ByteBuffer.wrap(pid), 0);
            channel.truncate(pid.length);
        } catch (IOException fullDisk) {
            // The lock holds all the same; only the message to the second instance cannot name this one.
            if (!channel.isOpen()) {
                throw fullDisk;
            }
        }
        return true;
    }

    private static Object key(Path directory, String name) throws IOException {
        Object inode =
                Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        return (inode == null ? directory.toRealPath().toString() : inode.toString()) + "/" + name;
    }

    /** Gives the directory back. Closing twice does nothing. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            channel.close();
            HELD.remove(key);
        }
    }
}
