package dev.tocsin.chaos;

import java.util.SplittableRandom;

/**
 * A line of input and what must become of it, which is known here because it was made so. The same seed, source and number
 * always make the same line, and no other makes that one.
 *
 * @param text without a newline
 * @param value of the alert that it must raise; that of a reject is the text itself; empty otherwise
 */
record Line(String text, Kind kind, String value) {
    /** What must become of a line. */
    enum Kind {
        ALERT,
        REJECT,
        NOTHING
    }

    private static final int HUNDREDTHS_OF_ALERTS = 5;
    private static final int HUNDREDTHS_OF_REJECTS = 1;
    private static final int HUNDREDTHS_OF_DECOYS = 1;

    static Line of(long seed, String source, long number) {
        SplittableRandom random = new SplittableRandom(seed * 31 + source.hashCode() * 1_000_003L + number);
        String device = source + "-" + number;
        String time = "2025-10-10T12:" + (10 + random.nextInt(50)) + ":" + (10 + random.nextInt(50)) + "Z";
        int dice = random.nextInt(100);
        if (dice < HUNDREDTHS_OF_ALERTS) {
            String temperature = (101 + random.nextInt(50)) + "." + random.nextInt(10);
            return new Line(
                    reading(device, time, temperature),
                    Kind.ALERT,
                    "{\"deviceId\":\"" + device + "\",\"temperature\":" + temperature + ",\"timestamp\":\"" + time
                            + "\"}");
        }
        if (dice < HUNDREDTHS_OF_ALERTS + HUNDREDTHS_OF_REJECTS) {
            String text = reject(random.nextInt(3), device);
            return new Line(text, Kind.REJECT, text);
        }
        if (dice < HUNDREDTHS_OF_ALERTS + HUNDREDTHS_OF_REJECTS + HUNDREDTHS_OF_DECOYS) {
            return new Line(decoy(random.nextInt(4), device, time), Kind.NOTHING, "");
        }
        return new Line(reading(device, time, (20 + random.nextInt(80)) + "." + random.nextInt(10)), Kind.NOTHING, "");
    }

    private static String reading(String device, String time, String temperature) {
        return "{\"deviceId\": \"" + device + "\", \"timestamp\": \"" + time + "\", \"temperature\": " + temperature
                + "}";
    }

    /** None of them begins with what could be read as a line of its own: a file may be seen cut anywhere. */
    private static String reject(int kind, String device) {
        return switch (kind) {
            case 0 -> "no reading at all, " + device;
            case 1 -> "{\"deviceId\": \"" + device + "\", \"temperature\": ";
            default -> "[\"" + device + "\", 140.0]";
        };
    }

    /** Looks hot, and is not. */
    private static String decoy(int kind, String device, String time) {
        return switch (kind) {
            case 0 -> reading(device, time, "\"140.0\"");
            case 1 -> reading(device, time, "100.0");
            case 2 -> reading(device, time, "null");
            default -> "";
        };
    }
}
