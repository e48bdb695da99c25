package dev.tocsin.delivery.index;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of a name's UTF-16 code units, little-endian. With a key that nobody knows,
 * nobody can choose names that bear the same hash; by chance, two of a million do with a probability of 3 in 10^8.
 */
public final class NameHash {
    private static final int CHARS_PER_WORD = 4;

    private final long key0;
    private final long key1;

    NameHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** With a new key. */
    public static NameHash random() {
        byte[] key = new byte[2 * Long.BYTES];
        new SecureRandom().nextBytes(key);
        ByteBuffer words = ByteBuffer.wrap(key);
        return new NameHash(words.getLong(), words.getLong());
    }

    /** The name's hash. */
    public long of(CharSequence name) {
        State state = new State(key0, key1);
        int length = name.length();
        int at = 0;
        for (; at + CHARS_PER_WORD <= length; at += CHARS_PER_WORD) {
            state.take(name.charAt(at)
                    | (long) name.charAt(at + 1) << 16
                    | (long) name.charAt(at + 2) << 32
                    | (long) name.charAt(at + 3) << 48);
        }
        long last = (long) (length * Character.BYTES) << 56;
        for (int shift = 0; at < length; at++, shift += Character.SIZE) {
            last |= (long) name.charAt(at) << shift;
        }
        state.take(last);
        return state.end();
    }

    /** The hash of three numbers. */
    public long of(long first, long second, long third) {
        State state = new State(key0, key1);
        state.take(first);
        state.take(second);
        state.take(third);
        state.take(3L * Long.BYTES << 56);
        return state.end();
    }

    private static final class State {
        private long v0;
        private long v1;
        private long v2;
        private long v3;

        State(long key0, long key1) {
            v0 = key0 ^ 0x736f6d6570736575L;
            v1 = key1 ^ 0x646f72616e646f6dL;
            v2 = key0 ^ 0x6c7967656e657261L;
            v3 = key1 ^ 0x7465646279746573L;
        }

        void take(long word) {
            v3 ^= word;
            round();
            round();
            v0 ^= word;
        }

        long end() {
            v2 ^= 0xff;
            round();
            round();
            round();
            round();
            return v0 ^ v1 ^ v2 ^ v3;
        }

        private void round() {
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
        }
    }
}
