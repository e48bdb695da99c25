package dev.tocsin.delivery.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A disk whose n-th changing operation fails: once, or for good, as if the process had died there. A write that fails has
 * written half of its bytes. What the process wrote stays, as after a kill, unless {@link #losePower} takes away all that was not
 * forced.
 */
public final class FaultyDisk implements Disk {
    private final List<String> operations = new ArrayList<>();
    private final Map<Path, Inode> names = new HashMap<>();
    private final Map<Path, Inode> forcedNames = new HashMap<>();
    private int until = Integer.MAX_VALUE;
    private int failures;

    /** The operations so far, for the order of durability steps. */
    public List<String> operations() {
        return operations;
    }

    public void failOnceAfter(int count) {
        failAfter(count, 1);
    }

    public void failAfter(int count, int times) {
        until = count;
        failures = times;
    }

    public void dieAfter(int count) {
        failAfter(count, Integer.MAX_VALUE);
    }

    public void heal() {
        until = Integer.MAX_VALUE;
    }

    /** The other extreme of what a crash can leave: contents and names as they were when they were last forced. */
    public void losePower() throws IOException {
        for (Path file : names.keySet()) {
            Files.deleteIfExists(file);
        }
        for (Map.Entry<Path, Inode> file : forcedNames.entrySet()) {
            Files.write(file.getKey(), file.getValue().forced);
        }
        names.clear();
        names.putAll(forcedNames);
    }

    /** For tests in other packages. */
    public Journal journal(Path directory, long segmentBytes) throws IOException {
        return Journal.open(directory, segmentBytes, this);
    }

    private boolean fails(String operation) {
        operations.add(operation);
        if (until > 0) {
            until -= until == Integer.MAX_VALUE ? 0 : 1;
            return false;
        }
        failures--;
        if (failures == 0) {
            heal();
        }
        return true;
    }

    private void step(String operation, Path file) throws IOException {
        if (fails(operation + " " + file.getFileName())) {
            throw new IOException("No space left on device");
        }
    }

    @Override
    public FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        if (options.contains(StandardOpenOption.WRITE)) {
            step("open", file);
        }
        FileChannel channel = Disk.SHARED.open(file, options);
        return new FaultyChannel(channel, file, names.computeIfAbsent(file, created -> new Inode()));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step("rename", to);
        Disk.SHARED.rename(from, to);
        names.put(to, names.remove(from));
    }

    @Override
    public void delete(Path file) throws IOException {
        step("delete", file);
        Disk.SHARED.delete(file);
        names.remove(file);
    }

    @Override
    public void force(Path directory) throws IOException {
        step("force directory", directory);
        forcedNames.keySet().removeIf(file -> directory.equals(file.getParent()));
        names.forEach((file, inode) -> {
            if (directory.equals(file.getParent())) {
                forcedNames.put(file, inode);
            }
        });
    }

    private static final class Inode {
        private byte[] forced = {};
    }

    private final class FaultyChannel extends FileChannel {
        private final FileChannel channel;
        private final Path file;
        private final Inode inode;

        FaultyChannel(FileChannel channel, Path file, Inode inode) {
            this.channel = channel;
            this.file = file;
            this.inode = inode;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            if (fails("write " + file.getFileName())) {
                channel.write(bytes.slice(bytes.position(), bytes.remaining() / 2), position);
                throw new IOException("No space left on device");
            }
            return channel.write(bytes, position);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            step("force", file);
            inode.forced = Files.readAllBytes(file);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            step("truncate", file);
            channel.truncate(size);
            return this;
        }

        @Override
        public int read(ByteBuffer bytes) throws IOException {
            return channel.read(bytes);
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            return channel.read(bytes, position);
        }

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            channel.close();
        }

        @Override
        public long read(ByteBuffer[] buffers, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] buffers, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public FileChannel position(long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
