package dev.tocsin.delivery.index;

import java.util.function.LongPredicate;
import java.util.stream.LongStream;

/**
 * A map from 64-bit hashes to one or two numbers, in arrays of longs that are always more than four fifths full: 17 to 20
 * bytes an entry with one number, 25 to 30 with two. Not thread-safe.
 *
 * <p>An entry that is added has a first number; the second is to be {@link #set}. Open addressing with linear probing, the entries in the order of their hashes, so that a search ends as soon as it meets a
 * greater hash. There are {@value #SHARDS} such tables, by the first bits of the hash, so that one grows while the others stay.
 */
public final class HashIndex {
    /** What {@link #find} returns when there is no such entry. */
    public static final long ABSENT = -1;

    private static final int SHARD_BITS = 6;
    private static final int SHARDS = 1 << SHARD_BITS;
    /** An empty slot; the hash of this value is taken for its neighbour. */
    private static final long EMPTY = 0;
    /** Slots behind the last home, for entries that had to move on. */
    private static final int RUN_OUT = 24;

    /** Slots behind its home within which most entries lie, in another line of the processor's cache. */
    private static final int FURTHER = 8;

    private static final double FULL = 0.94;
    private static final double GROWTH = 1.08;

    private final int width;
    private final long[][] shards = new long[SHARDS][];
    private final int[] sizes = new int[SHARDS];
    private long fetched;

    /** What {@link #sweep} asks for each entry. */
    @FunctionalInterface
    public interface Visitor {
        /** @param cursor valid until the index is changed */
        void visit(long hash, long cursor);
    }

    /** @param numbers kept with each hash: 1 or 2 */
    public HashIndex(int numbers) {
        this.width = 1 + numbers;
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new long[RUN_OUT * width];
        }
    }

    /** How many entries there are. */
    public long size() {
        long size = 0;
        for (int shard : sizes) {
            size += shard;
        }
        return size;
    }

    /** How much memory the entries take, in bytes. */
    public long bytes() {
        long longs = 0;
        for (long[] slots : shards) {
            longs += slots.length;
        }
        return longs * Long.BYTES;
    }

    /** Where the entry of a hash is, until the index is changed; {@link #ABSENT}: there is none. */
    public long find(long hash) {
        long sought = valid(hash);
        int shard = shard(sought);
        long[] slots = shards[shard];
        int at = lowerBound(slots, sought);
        return at < slots.length && slots[at] == sought ? (long) shard << Integer.SIZE | at : ABSENT;
    }

    /**
     * Has the memory ready in which the entries of some hashes lie, so that to find them one after the other does not wait for it
     * each time: a processor fetches from many places at once, but only where it need not know the one to go to the next.
     */
    public void fetch(long[] hashes) {
        long sum = 0;
        for (long hash : hashes) {
            long[] slots = shards[shard(hash)];
            int home = home(slots, hash);
            sum += slots[home] + slots[home + FURTHER];
        }
        fetched = sum; // else the compiler leaves it out
    }

    /** A number of the entry, from 0. */
    public long number(long cursor, int which) {
        return shards[(int) (cursor >>> Integer.SIZE)][(int) cursor + 1 + which];
    }

    /** Changes a number of the entry. */
    public void set(long cursor, int which, long number) {
        shards[(int) (cursor >>> Integer.SIZE)][(int) cursor + 1 + which] = number;
    }

    /** Adds an entry, or replaces its first number. */
    public long put(long hash, long number) {
        long added = valid(hash);
        int shard = shard(added);
        if (sizes[shard] + 1 > FULL * homes(shards[shard])) {
            grow(shard);
        }
        int at = place(shard, added);
        while (at < 0) {
            grow(shard);
            at = place(shard, added);
        }
        shards[shard][at + 1] = number;
        return (long) shard << Integer.SIZE | at;
    }

    /** Takes an entry out. */
    public void remove(long cursor) {
        int shard = (int) (cursor >>> Integer.SIZE);
        long[] slots = shards[shard];
        int at = (int) cursor;
        int next = at + width;
        while (next < slots.length && slots[next] != EMPTY && home(slots, slots[next]) < next) {
            next += width;
        }
        System.arraycopy(slots, at + width, slots, at, next - width - at);
        slots[next - width] = EMPTY;
        sizes[shard]--;
    }

    /** Visits all entries, in the order of their hashes; the visitor may change their numbers. */
    public void sweep(Visitor visitor) {
        for (int shard = 0; shard < SHARDS; shard++) {
            long[] slots = shards[shard];
            for (int at = 0; at < slots.length; at += width) {
                if (slots[at] != EMPTY) {
                    visitor.visit(slots[at], (long) shard << Integer.SIZE | at);
                }
            }
        }
    }

    /** Takes out the entries whose first number is of that kind. */
    public void removeIf(LongPredicate kind) {
        LongStream.Builder out = LongStream.builder();
        sweep((hash, cursor) -> {
            if (kind.test(number(cursor, 0))) {
                out.add(hash);
            }
        });
        out.build().forEach(hash -> remove(find(hash)));
    }

    /** Takes all entries out. */
    public void clear() {
        for (int i = 0; i < SHARDS; i++) {
            shards[i] = new long[RUN_OUT * width];
            sizes[i] = 0;
        }
    }

    private static long valid(long hash) {
        return hash == EMPTY ? 1 : hash;
    }

    private static int shard(long hash) {
        return (int) (hash >>> (Long.SIZE - SHARD_BITS));
    }

    private int homes(long[] slots) {
        return slots.length / width - RUN_OUT + 1;
    }

    /** Where an entry lies if all before it lie at their homes: grows with the hash. */
    private int home(long[] slots, long hash) {
        return (int) ((hash << SHARD_BITS >>> Integer.SIZE) * homes(slots) >>> Integer.SIZE) * width;
    }

    /** The first slot, from the home on, that is empty or holds no lesser hash. */
    private int lowerBound(long[] slots, long hash) {
        int at = home(slots, hash);
        while (at < slots.length && slots[at] != EMPTY && Long.compareUnsigned(slots[at], hash) < 0) {
            at += width;
        }
        return at;
    }

    /** Finds or makes the slot of a hash; negative: there is no room for it. */
    private int place(int shard, long hash) {
        long[] slots = shards[shard];
        int at = lowerBound(slots, hash);
        if (at < slots.length && slots[at] == hash) {
            return at;
        }
        int free = at;
        while (free < slots.length && slots[free] != EMPTY) {
            free += width;
        }
        if (free >= slots.length) {
            return -1;
        }
        System.arraycopy(slots, at, slots, at + width, free - at);
        slots[at] = hash;
        sizes[shard]++;
        return at;
    }

    /** Makes the table larger: the entries keep their order, so each goes behind the one before it, or to its home. */
    private void grow(int shard) {
        long[] before = shards[shard];
        long[] after = before;
        boolean fits = false;
        while (!fits) {
            after = new long[((int) (GROWTH * homes(after)) + 2 + RUN_OUT) * width];
            fits = copy(before, after);
        }
        shards[shard] = after;
    }

    private boolean copy(long[] before, long[] after) {
        int free = 0;
        for (int at = 0; at < before.length; at += width) {
            if (before[at] != EMPTY) {
                int to = Math.max(free, home(after, before[at]));
                if (to >= after.length) {
                    return false;
                }
                System.arraycopy(before, at, after, to, width);
                free = to + width;
            }
        }
        return true;
    }
}
