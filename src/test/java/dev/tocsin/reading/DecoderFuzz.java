package dev.tocsin.reading;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Holds the decoder against its oracles over generated records, ordinary, odd and damaged ones: {@code DecoderFuzz
 * <records> <seed>}. The same seed makes the same records. Ends with 1, and the record, at the first difference.
 */
final class DecoderFuzz {
    private static final int REPORT = 10_000_000;

    private final DecoderOracle oracle =
            new DecoderOracle(Clock.fixed(Instant.parse("2026-02-03T04:05:06Z"), ZoneOffset.UTC));
    private long strictly;

    public static void main(String[] args) {
        long records = Long.parseLong(args[0]);
        long seed = Long.parseLong(args[1]);
        DecoderFuzz fuzz = new DecoderFuzz();
        for (long done = 0; done < records; ) {
            long next = Math.min(records, done + REPORT);
            String difference = fuzz.run(seed + done, next - done);
            if (difference != null) {
                System.out.println(difference);
                System.exit(1);
            }
            done = next;
            System.out.printf(
                    Locale.ROOT,
                    "%,d records from seed %d: no difference, %,d left to the strict parser%n",
                    done,
                    seed,
                    fuzz.strictly);
        }
    }

    /** The first difference among the records of these seeds, with its seed; null where there is none. */
    @Nullable String run(long firstSeed, long count) {
        for (long seed = firstSeed; seed < firstSeed + count; seed++) {
            byte[] record = seed % 2 == 0 ? RecordGenerator.record(seed) : RecordGenerator.damaged(seed);
            String difference = oracle.differenceToStrictParser(record, seed);
            strictly += oracle.strictlyParsed() ? 1 : 0;
            if (difference == null) {
                difference = oracle.differenceToDataBinding(record);
            }
            if (difference != null) {
                return "seed " + seed + ": " + difference;
            }
        }
        return null;
    }

    /** How many records were left to the strict parser. */
    long strictly() {
        return strictly;
    }
}
