package dev.tocsin.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/** A short round with other records each time; the long one is in docs/performance.md. */
class DecoderFuzzTest {
    private static final int RECORDS = 200_000;

    @Test
    void theDecoderAgreesWithItsOraclesOnRecordsOfAnyKind() {
        long seed = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE / 2);
        DecoderFuzz fuzz = new DecoderFuzz();

        String difference = fuzz.run(seed, RECORDS);

        assertThat(difference).isNull();
        assertThat(fuzz.strictly())
                .as("records that the fast path judged, of seed %d", seed)
                .isBetween(RECORDS / 10L, RECORDS * 9L / 10);
    }
}
