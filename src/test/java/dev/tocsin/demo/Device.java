package dev.tocsin.demo;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;

/** A simulated device: its temperature drifts around a value of its own, and about 3 % of the time something runs hot. */
final class Device {

    private static final double EXCURSION_STARTS = 0.01;
    private static final int EXCURSION_READINGS = 3;
    private static final double LINE_IS_CUT = 0.002;

    private final String id;
    private final double usual;
    private final Random random;
    private double temperature;
    private int hotReadingsLeft;

    Device(String id, Random random) {
        this.id = id;
        this.random = random;
        this.usual = 60 + random.nextDouble() * 25;
        this.temperature = usual;
    }

    /** The next reading as a line of JSON, without the newline; now and then a line that is cut off. */
    String read(Instant now) {
        String line = String.format(
                Locale.ROOT,
                "{\"deviceId\": \"%s\", \"timestamp\": \"%s\", \"temperature\": %.1f}",
                id,
                now.truncatedTo(ChronoUnit.MILLIS),
                measure());
        return random.nextDouble() < LINE_IS_CUT ? line.substring(0, line.length() / 2) : line;
    }

    private double measure() {
        if (hotReadingsLeft == 0 && random.nextDouble() < EXCURSION_STARTS) {
            hotReadingsLeft = EXCURSION_READINGS;
        }
        if (hotReadingsLeft > 0) {
            hotReadingsLeft--;
            return 101 + random.nextDouble() * 9;
        }
        temperature += (usual - temperature) * 0.1 + random.nextGaussian() * 0.5;
        return temperature;
    }
}
