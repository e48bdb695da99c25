package dev.tocsin.reading;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.SplittableRandom;

/** Records to measure with, the same for the same arguments. */
public final class BenchmarkRecords {
    private static final Instant BEGIN = Instant.parse("2025-10-10T12:00:00Z");
    private static final int DEVICES = 1_000;

    /** What the records are like. */
    public enum Kind {
        /** As one kind of device sends them: always the same fields, in one order. */
        ORDINARY,
        /** One in twenty has other names, spaces, orders, escapes, fields beside the three, and one in a thousand is cut. */
        VARIED,
        /** As ordinary, with a text of a thousand characters beside the three. */
        LONG,
        /** Generated to be odd, and then damaged: most are rejects. */
        HOSTILE
    }

    private BenchmarkRecords() {}

    /**
     * Lines, each ended by a newline.
     *
     * @param hot the share of readings above 100.0, of ordinary and varied records
     */
    public static byte[] lines(Kind kind, int count, double hot) {
        SplittableRandom random = new SplittableRandom(42);
        ByteArrayOutputStream lines = new ByteArrayOutputStream(count * 90);
        for (int i = 0; i < count; i++) {
            byte[] record = switch (kind) {
                case ORDINARY -> ordinary(random, i, hot);
                case VARIED -> varied(random, i, hot);
                case LONG -> longer(random, i, hot);
                case HOSTILE -> RecordGenerator.damaged(i);
            };
            for (byte b : record) {
                lines.write(b == '\n' ? ' ' : b);
            }
            lines.write('\n');
        }
        return lines.toByteArray();
    }

    private static byte[] ordinary(SplittableRandom random, int i, double hot) {
        return json(random, i, hot, "{\"deviceId\": \"device-%03d\", \"timestamp\": \"%s\", \"temperature\": %s}");
    }

    private static byte[] longer(SplittableRandom random, int i, double hot) {
        return json(
                random,
                i,
                hot,
                "{\"deviceId\": \"device-%03d\", \"timestamp\": \"%s\", \"note\": \"" + "all is well ".repeat(83)
                        + "\", \"temperature\": %s}");
    }

    private static byte[] varied(SplittableRandom random, int i, double hot) {
        if (random.nextInt(1_000) == 0) {
            byte[] whole = ordinary(random, i, hot);
            return java.util.Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        String form = random.nextInt(20) > 0
                ? "{\"deviceId\": \"device-%03d\", \"timestamp\": \"%s\", \"temperature\": %s}"
                : switch (random.nextInt(5)) {
                    case 0 -> "{\"deviceId\":\"d\\u00e9vice-%03d\",\"timestamp\":\"%s\",\"temperature\":%s}";
                    case 1 -> "{\"deviceId\":\"d\u00e9vice \\\"%03d\\\"\",\"timestamp\":\"%s\",\"temperature\":%s}";
                    case 2 -> "{ \"unit\": \"C\", \"deviceId\": \"device-%03d\", \"timestamp\": \"%s\", \"temperature\": %s }";
                    case 3 -> "{\"deviceId\":\"device-%03d\",\"timestamp\":\"%s\",\"temperature\":%s,\"at\":{\"x\":[1,2.5e3],\"y\":null}}";
                    default -> "{\"temperature\": null, \"deviceId\": \"device-%03d\", \"timestamp\": \"%s\", \"t\": %s}";
                };
        return json(random, i, hot, form);
    }

    private static byte[] json(SplittableRandom random, int i, double hot, String form) {
        double temperature = random.nextDouble() < hot ? 100.1 + random.nextInt(500) / 10.0 : 20 + random.nextInt(800) / 10.0;
        return String.format(
                        Locale.ROOT,
                        form,
                        random.nextInt(DEVICES),
                        BEGIN.plusMillis(i),
                        String.format(Locale.ROOT, "%.1f", temperature))
                .getBytes(StandardCharsets.UTF_8);
    }
}
