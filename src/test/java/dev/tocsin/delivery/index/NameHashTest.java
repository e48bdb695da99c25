package dev.tocsin.delivery.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameHashTest {
    private static final byte[] COUNT = new byte[64];

    static {
        for (int i = 0; i < COUNT.length; i++) {
            COUNT[i] = (byte) i;
        }
    }

    /** The vectors of the reference implementation: key and message are the bytes 0, 1, 2 and so on. */
    @ParameterizedTest
    @CsvSource({
        "0, 726fdb47dd0e0e31",
        "2, 0d6c8009d9a94f5a",
        "4, cf2794e0277187b7",
        "6, cbc9466e58fee3ce",
        "8, 93f5f5799a932462",
        "14, f723ca908e7af2ee",
        "24, b8ad50c6f649af94",
        "62, e51b38608ef25f57"
    })
    void itIsSipHash(int length, String expected) {
        String name = new String(COUNT, 0, length, StandardCharsets.UTF_16LE);

        assertThat(Long.toHexString(hash().of(name))).isEqualTo(Long.toHexString(Long.parseUnsignedLong(expected, 16)));
    }

    @Test
    void threeNumbersAreHashedAsTheirBytes() {
        ByteBuffer words = ByteBuffer.wrap(COUNT).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(hash().of(words.getLong(0), words.getLong(8), words.getLong(16)))
                .isEqualTo(Long.parseUnsignedLong("b8ad50c6f649af94", 16));
    }

    @Test
    void anotherKeyGivesOtherHashes() {
        assertThat(NameHash.random().of("a.json"))
                .isNotEqualTo(NameHash.random().of("a.json"));
    }

    private static NameHash hash() {
        ByteBuffer key = ByteBuffer.wrap(COUNT).order(ByteOrder.LITTLE_ENDIAN);
        return new NameHash(key.getLong(0), key.getLong(8));
    }
}
