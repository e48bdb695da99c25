package dev.tocsin.source.directory;

import dev.tocsin.delivery.index.HashIndex;

/** What was there when a run began that ends by itself: the size of each file, by the hash of its path. */
final class Frozen {
    private static final long HANDLED = Long.MIN_VALUE;

    private final HashIndex sizes = new HashIndex(1);
    private long files;
    private long bytes;

    /**
     * Adds a file.
     *
     * @param unread how many bytes of it wait to be read
     */
    void add(long hash, long size, long unread) {
        if (sizes.find(hash) == HashIndex.ABSENT) {
            sizes.put(hash, size);
            files += unread > 0 ? 1 : 0;
            bytes += unread;
        }
    }

    /** How many files held bytes that were not read yet. */
    long files() {
        return files;
    }

    /** How many bytes that were. */
    long bytes() {
        return bytes;
    }

    /** The file's size at the start; -1: it was not there, or was handled already. */
    long size(long hash) {
        long cursor = sizes.find(hash);
        return cursor == HashIndex.ABSENT ? -1 : Math.max(-1, sizes.number(cursor, 0));
    }

    /** Notes that the file needs no further look. */
    void handled(long hash) {
        long cursor = sizes.find(hash);
        if (cursor != HashIndex.ABSENT) {
            sizes.set(cursor, 0, sizes.number(cursor, 0) | HANDLED);
        }
    }

    /** Nothing counts as handled any more: what was read may not be committed. */
    void again() {
        sizes.sweep((hash, cursor) -> sizes.set(cursor, 0, sizes.number(cursor, 0) & ~HANDLED));
    }
}
