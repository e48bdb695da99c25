package dev.tocsin.source.kafka;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/**
 * Where partitions begin that the group has committed nothing of: Spark's {@code startingOffsets},
 * {@code startingTimestamp} and {@code startingOffsetsByTimestamp} in one.
 *
 * @param byPartition where the partitions begin that are named
 * @param others where all others begin
 */
public record StartingOffsets(Map<Integer, Point> byPartition, Point others) {
    /** What {@link #parse} takes. */
    public static final String ALLOWED =
            "earliest, latest, a timestamp (2025-10-10T12:00:00Z, or milliseconds since the"
                    + " epoch), or one for each partition, an offset too: 0=earliest,1=4711,*=latest";

    /** A number that is less than this, in 1973, is an offset that has no partition rather than milliseconds. */
    private static final long LEAST_MILLIS = 100_000_000_000L;

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");
    private static final Pattern PARTITION = Pattern.compile("[0-9]{1,9}");

    /** A place in a partition. */
    public sealed interface Point {
        /** The first record that is there. */
        record Earliest() implements Point {}

        /** Behind the last record that is there. */
        record Latest() implements Point {}

        /** An offset. */
        record At(long offset) implements Point {}

        /** The first record that is not older; behind the last where there is none. */
        record Since(Instant time) implements Point {}
    }

    /**
     * Reads a setting.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static StartingOffsets parse(String value) {
        if (!value.contains("=")) {
            return new StartingOffsets(Map.of(), point(value.trim(), false));
        }
        Map<Integer, Point> byPartition = new TreeMap<>();
        Point others = null;
        for (String part : value.split(",", -1)) {
            String[] pair = part.trim().split("=", -1);
            if (pair.length != 2) {
                throw new IllegalArgumentException(ALLOWED);
            }
            String partition = pair[0].trim();
            Point point = point(pair[1].trim(), !partition.equals("*"));
            Point before;
            if (partition.equals("*")) {
                before = others;
                others = point;
            } else if (PARTITION.matcher(partition).matches()) {
                before = byPartition.put(Integer.parseInt(partition), point);
            } else {
                throw new IllegalArgumentException(ALLOWED);
            }
            if (before != null) {
                throw new IllegalArgumentException("one for each partition, and " + partition + " is named twice");
            }
        }
        return new StartingOffsets(Map.copyOf(byPartition), others == null ? new Point.Earliest() : others);
    }

    private static Point point(String text, boolean ofOnePartition) {
        if (text.equals("earliest")) {
            return new Point.Earliest();
        } else if (text.equals("latest")) {
            return new Point.Latest();
        } else if (NUMBER.matcher(text).matches()) {
            long number = Long.parseLong(text);
            if (ofOnePartition) {
                return new Point.At(number);
            } else if (number >= LEAST_MILLIS) {
                return new Point.Since(Instant.ofEpochMilli(number));
            }
        } else {
            try {
                return new Point.Since(OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                throw new IllegalArgumentException(ALLOWED);
            }
        }
        throw new IllegalArgumentException(ALLOWED);
    }

    /**
     * The first offset to read of each partition.
     *
     * @throws org.apache.kafka.common.KafkaException where that cannot be found out now
     */
    Map<TopicPartition, Long> resolve(Consumer<?, ?> consumer, Set<TopicPartition> partitions) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        Set<TopicPartition> earliest = new HashSet<>();
        Set<TopicPartition> latest = new HashSet<>();
        Map<TopicPartition, Long> since = new HashMap<>();
        for (TopicPartition partition : partitions) {
            Point point = byPartition.getOrDefault(partition.partition(), others);
            if (point instanceof Point.At at) {
                offsets.put(partition, at.offset());
            } else if (point instanceof Point.Since time) {
                since.put(partition, time.time().toEpochMilli());
            } else {
                (point instanceof Point.Latest ? latest : earliest).add(partition);
            }
        }
        if (!since.isEmpty()) {
            Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(since);
            for (TopicPartition partition : since.keySet()) {
                OffsetAndTimestamp first = found.get(partition);
                if (first == null) {
                    latest.add(partition);
                } else {
                    offsets.put(partition, first.offset());
                }
            }
        }
        if (!latest.isEmpty()) {
            offsets.putAll(consumer.endOffsets(latest));
        }
        if (!earliest.isEmpty()) {
            offsets.putAll(consumer.beginningOffsets(earliest));
        }
        return offsets;
    }
}
