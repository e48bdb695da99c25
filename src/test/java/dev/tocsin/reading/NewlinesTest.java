package dev.tocsin.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class NewlinesTest {
    /** Beside the newline what differs from it in one bit, in the next number, in the sign. */
    private static final byte[] LIKE_NEWLINES = {'\n', '\n', 0x0B, 0x09, 0x0E, 0x08, 0x1A, 0x2A, (byte) 0x8A, 0, -1, 'a'
    };

    @Property(tries = 5_000)
    void everyNewlineIsFoundAndNothingElse(
            @ForAll long seed, @ForAll @IntRange(max = 100) int length, @ForAll @IntRange(max = 9) int from) {
        byte[] bytes = bytes(seed, from + length + 9);
        int[] newlines = newlines(bytes, from, from + length);
        int[] found = new int[120];

        int count = Newlines.find(bytes, from, from + length, found);

        assertThat(Arrays.copyOf(found, count)).containsExactly(newlines);
        assertThat(Newlines.first(bytes, from, from + length))
                .isEqualTo(newlines.length == 0 ? from + length : newlines[0]);
    }

    @Property(tries = 2_000)
    void asManyAreFoundAsThereIsRoomFor(@ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int room) {
        byte[] bytes = bytes(seed, 200);
        int[] newlines = newlines(bytes, 0, bytes.length);
        int[] found = new int[room];

        int count = Newlines.find(bytes, 0, bytes.length, found);

        assertThat(Arrays.copyOf(found, count))
                .containsExactly(Arrays.copyOf(newlines, Math.min(room, newlines.length)));
    }

    @Test
    void nothingIsFoundInNothing() {
        assertThat(Newlines.find(new byte[] {'\n'}, 1, 1, new int[1])).isZero();
        assertThat(Newlines.first(new byte[] {'\n'}, 0, 0)).isZero();
    }

    private static byte[] bytes(long seed, int length) {
        Random random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = LIKE_NEWLINES[random.nextInt(LIKE_NEWLINES.length)];
        }
        return bytes;
    }

    private static int[] newlines(byte[] bytes, int from, int to) {
        return IntStream.range(from, to).filter(i -> bytes[i] == '\n').toArray();
    }
}
