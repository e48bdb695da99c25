package dev.tocsin.sink.console;

import dev.tocsin.alert.AlertJson;
import dev.tocsin.reading.Reading;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch of alerts as Spark's console sink prints it with {@code truncate=false}: {@code ConsoleWriter} and
 * {@code Dataset.showString} of Spark 4. Columns are as wide as their widest cell, three at least; full-width characters
 * count twice, by Spark's own table of them.
 */
final class AlertTable {
    private static final String LINE = "-------------------------------------------\n";
    private static final List<String> HEADER = List.of("deviceId", "temperature", "timestamp");
    private static final int LEAST_WIDTH = 3;
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .appendValue(ChronoField.YEAR, 4, 10, SignStyle.EXCEEDS_PAD)
            .appendPattern("-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter()
            .withZone(ZoneOffset.UTC);

    private final long batch;
    private final int mostRows;
    private final List<List<String>> rows = new ArrayList<>();
    private boolean more;

    AlertTable(long batch, int mostRows) {
        this.batch = batch;
        this.mostRows = mostRows;
    }

    long batch() {
        return batch;
    }

    /** Adds a row, or counts it as not shown. */
    void add(Reading reading) {
        if (rows.size() == mostRows) {
            more = true;
            return;
        }
        rows.add(List.of(
                cell(reading.deviceId()),
                AlertJson.number(reading.temperature()),
                reading.timestamp() == null ? "NULL" : timestamp(reading.timestamp())));
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    @Override
    public String toString() {
        int[] widths = new int[HEADER.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Math.max(LEAST_WIDTH, halfWidth(HEADER.get(column)));
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], halfWidth(row.get(column)));
            }
        }
        StringBuilder text = new StringBuilder();
        text.append(LINE).append("Batch: ").append(batch).append('\n').append(LINE);
        rule(text, widths);
        row(text, widths, HEADER);
        rule(text, widths);
        rows.forEach(row -> row(text, widths, row));
        rule(text, widths);
        if (more) {
            text.append("only showing top ").append(mostRows).append(mostRows == 1 ? " row" : " rows");
        }
        return text.append('\n').toString();
    }

    private static void rule(StringBuilder text, int[] widths) {
        for (int width : widths) {
            text.append('+').append("-".repeat(width));
        }
        text.append("+\n");
    }

    private static void row(StringBuilder text, int[] widths, List<String> row) {
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            text.append('|').append(cell).append(" ".repeat(widths[column] - halfWidth(cell)));
        }
        text.append("|\n");
    }

    private static String timestamp(Instant timestamp) {
        return TIMESTAMP.format(timestamp);
    }

    private static String cell(@org.jspecify.annotations.Nullable String deviceId) {
        return deviceId == null ? "NULL" : Harmless.text(deviceId);
    }

    private static int halfWidth(String text) {
        int width = text.length();
        for (int i = 0; i < text.length(); i++) {
            if (isFullWidth(text.charAt(i))) {
                width++;
            }
        }
        return width;
    }

    /** As {@code SparkStringUtils.fullWidthRegex}. */
    private static boolean isFullWidth(char c) {
        return c >= '\u1100'
                && (c <= '\u115F'
                        || (c >= '\u2E80' && c <= '\uA4CF')
                        || (c >= '\uAC00' && c <= '\uD7A3')
                        || (c >= '\uF900' && c <= '\uFAFF')
                        || (c >= '\uFE10' && c <= '\uFE19')
                        || (c >= '\uFE30' && c <= '\uFE6F')
                        || (c >= '\uFF00' && c <= '\uFF60')
                        || (c >= '\uFFE0' && c <= '\uFFE6'));
    }
}
