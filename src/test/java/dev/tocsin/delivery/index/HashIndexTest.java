package dev.tocsin.delivery.index;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HashIndexTest {
    private static final int MILLION = 1_000_000;

    /** Hashes of few values crowd a few slots; those of many spread. */
    @ParameterizedTest
    @CsvSource({"1, 1", "1, 64", "1, 4000000000", "2, 1", "2, 64", "2, 4000000000"})
    void itIsAMapWhateverIsDoneToIt(int numbers, long spread) {
        SplittableRandom random = new SplittableRandom(spread + numbers);
        HashIndex index = new HashIndex(numbers);
        Map<Long, Long> model = new HashMap<>();

        for (int step = 0; step < 30_000; step++) {
            long hash = random.nextLong(3_000) * (Long.MAX_VALUE / 1_500 / spread);
            if (random.nextInt(3) == 0) {
                long cursor = index.find(hash);
                assertThat(cursor != HashIndex.ABSENT).isEqualTo(model.remove(hash == 0 ? 1 : hash) != null);
                if (cursor != HashIndex.ABSENT) {
                    index.remove(cursor);
                }
            } else {
                long cursor = index.put(hash, step);
                index.set(cursor, numbers - 1, step);
                model.put(hash == 0 ? 1 : hash, (long) step);
            }
        }

        assertThat(index.size()).isEqualTo(model.size());
        model.forEach((hash, number) -> {
            long cursor = index.find(hash);
            assertThat(index.number(cursor, 0)).isEqualTo(number);
            assertThat(index.number(cursor, numbers - 1)).isEqualTo(number);
        });
        Map<Long, Long> swept = new HashMap<>();
        index.sweep((hash, cursor) -> swept.put(hash, index.number(cursor, 0)));
        assertThat(swept).isEqualTo(model);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10_000})
    void theMemoryOfAnyHashCanBeHadReady(int entries) {
        SplittableRandom random = new SplittableRandom(entries);
        for (int numbers = 1; numbers <= 2; numbers++) {
            HashIndex index = new HashIndex(numbers);
            for (int i = 0; i < entries; i++) {
                index.put(random.nextLong(), i);
            }

            index.fetch(random.longs(100_000).toArray());
            index.fetch(new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE});
            index.fetch(new long[0]);

            assertThat(index.size()).isEqualTo(entries);
        }
    }

    @Test
    void aSweepGoesInTheOrderOfTheHashes() {
        HashIndex index = new HashIndex(1);
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            index.put(random.nextLong(), i);
        }

        List<Long> hashes = new ArrayList<>();
        index.sweep((hash, cursor) -> hashes.add(hash));

        assertThat(hashes).hasSize(10_000).isSortedAccordingTo(Long::compareUnsigned);
    }

    /** The bound of docs/guarantees.md: with a journal one index of each process keeps a file twice, so half of 40. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anEntryTakesTenBytesANumberAndTenForItsHash(int numbers) {
        HashIndex index = new HashIndex(numbers);
        SplittableRandom random = new SplittableRandom(7);
        double most = 0;
        for (int i = 1; i <= MILLION; i++) {
            index.put(random.nextLong(), i);
            if (i > MILLION / 2) {
                most = Math.max(most, (double) index.bytes() / i);
            }
        }

        assertThat(index.size()).isEqualTo(MILLION);
        assertThat(most).as("bytes an entry").isLessThan(10 * (1 + numbers));
    }

    @Test
    void itIsEmptyAfterItWasCleared() {
        HashIndex index = new HashIndex(1);
        index.put(5, 1);

        index.clear();

        assertThat(index.find(5)).isEqualTo(HashIndex.ABSENT);
        assertThat(index.size()).isZero();
    }
}
