package dev.tocsin.delivery.journal;

import dev.tocsin.delivery.index.HashIndex;
import dev.tocsin.delivery.index.NameHash;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the value of each key lies in the files. Keys and values themselves are not held in memory: a key is known by its hash,
 * and what lies at the place says whether it is this key's. Keys that share the hash of another are held by their names.
 */
final class Entries implements Closeable {
    private final Disk disk;
    private final NameHash hash;
    private final HashIndex places = new HashIndex(1);
    private final Map<String, Long> namesakes = new HashMap<>();
    private final List<EntryFile> files = new ArrayList<>();
    private long bytes;

    Entries(Disk disk, NameHash hash) {
        this.disk = disk;
        this.hash = hash;
    }

    /** None yet, with the same hashes. */
    Entries fresh() {
        return new Entries(disk, hash);
    }

    /** The next entries that are added lie in this file, which is opened when it is read. */
    void in(Path file) {
        files.add(new EntryFile(disk, file));
    }

    byte @Nullable [] get(String key) throws IOException {
        Stored stored = find(key);
        return stored == null ? null : stored.value();
    }

    private @Nullable Stored find(String key) throws IOException {
        Long namesake = namesakes.get(key);
        if (namesake != null) {
            return read(namesake);
        }
        long cursor = places.find(hash.of(key));
        if (cursor == HashIndex.ABSENT) {
            return null;
        }
        Stored stored = read(places.number(cursor, 0));
        return stored.key().equals(key) ? stored : null;
    }

    private Stored read(long place) throws IOException {
        return files.get(Place.file(place)).read(Place.offset(place));
    }

    /**
     * Passes every entry with its place, in the order in which they lie in the files.
     *
     * @throws IOException where not all of them can be read any more
     */
    void forEach(Action action) throws IOException {
        long[] seen = {0};
        for (int file = 0; file < files.size(); file++) {
            int number = file;
            files.get(file).forEach((key, value, offset) -> {
                if (value != null && isLive(key, Place.of(number, offset))) {
                    seen[0]++;
                    action.accept(key, value);
                }
            });
        }
        if (seen[0] != size()) {
            throw new IOException("only " + seen[0] + " of " + size() + " entries of the journal can be read back");
        }
    }

    private boolean isLive(String key, long place) {
        Long namesake = namesakes.get(key);
        if (namesake != null) {
            return namesake == place;
        }
        long cursor = places.find(hash.of(key));
        return cursor != HashIndex.ABSENT && places.number(cursor, 0) == place;
    }

    /** What the keys of these changes have now, read from the disk: all that can fail about applying them. */
    Map<String, Long> former(Iterable<String> keys) throws IOException {
        Map<String, Long> lengths = new HashMap<>();
        for (String key : keys) {
            Stored stored = find(key);
            if (stored != null) {
                lengths.put(key, (long) Changes.length(key, stored.value()));
            }
        }
        return lengths;
    }

    /** Applies a record of the last file. */
    void apply(byte[] body, long offset) throws IOException {
        List<String> keys = new ArrayList<>();
        Changes.read(body, (key, value, at) -> keys.add(key));
        apply(body, offset, former(keys));
    }

    /**
     * Applies a record of the last file.
     *
     * @param offset of the body in the file
     * @param former the encoded lengths of the entries of its keys so far
     */
    void apply(byte[] body, long offset, Map<String, Long> former) throws IOException {
        int file = files.size() - 1;
        Changes.read(body, (key, value, at) -> {
            long before = former.getOrDefault(key, 0L);
            bytes -= before;
            if (value != null) {
                bytes += Changes.length(key, value);
                put(key, Place.of(file, offset + at), before > 0);
            } else if (before > 0) {
                remove(key);
            }
        });
    }

    private void put(String key, long place, boolean known) {
        long hashed = hash.of(key);
        boolean taken = !known && places.find(hashed) != HashIndex.ABSENT;
        if (taken || namesakes.containsKey(key)) {
            namesakes.put(key, place);
        } else {
            places.put(hashed, place);
        }
    }

    private void remove(String key) {
        if (namesakes.remove(key) == null) {
            places.remove(places.find(hash.of(key)));
        }
    }

    long size() {
        return places.size() + namesakes.size();
    }

    /** Encoded length of all entries. */
    long bytes() {
        return bytes;
    }

    /** What the index takes in memory, in bytes. */
    long memory() {
        return places.bytes();
    }

    @Override
    public void close() throws IOException {
        for (EntryFile file : files) {
            file.close();
        }
    }

    /** What is done with an entry. */
    @FunctionalInterface
    interface Action {
        void accept(String key, byte[] value) throws IOException;
    }

    /**
     * An entry as it lies in a file.
     *
     * @param value null for a removal
     */
    record Stored(String key, byte @Nullable [] value) {}

    /** The number of a file and an offset in it, in one long. */
    private static final class Place {
        private static final int OFFSET_BITS = 48;

        static long of(int file, long offset) {
            return (long) file << OFFSET_BITS | offset;
        }

        static int file(long place) {
            return (int) (place >>> OFFSET_BITS);
        }

        static long offset(long place) {
            return place & ((1L << OFFSET_BITS) - 1);
        }
    }
}
