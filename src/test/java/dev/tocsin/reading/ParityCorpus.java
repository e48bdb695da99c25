package dev.tocsin.reading;

import static java.util.stream.Collectors.toUnmodifiableMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The corpus in {@code src/test/resources/parity}: its lines, what Spark raises on each and what Tocsin has to. */
public final class ParityCorpus {

    /** An alert, by its fields; the timestamp cut to milliseconds as Spark prints it. */
    public record Alert(@Nullable String deviceId, @Nullable Instant timestamp, double temperature) {}

    /**
     * One case.
     *
     * @param number of the line, from 1
     * @param bytes the line without its newline
     * @param sparkFiles what Spark's file source raises
     * @param sparkKafka what Spark's {@code from_json} raises
     * @param decoded what Tocsin decodes
     * @param reason why it is a reject; null where it is none
     * @param alerts what Tocsin raises, with the rule {@code temperature > 100.0}
     * @param exception why Tocsin does not do the same as Spark in both columns; null where it does
     */
    public record Line(
            int number,
            byte[] bytes,
            List<Alert> sparkFiles,
            List<Alert> sparkKafka,
            Decoded decoded,
            @Nullable RejectReason reason,
            List<Alert> alerts,
            @Nullable String exception) {
        @Override
        public String toString() {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return number + ": " + text.substring(0, Math.min(100, text.length()));
        }
    }

    private record Expected(Decoded decoded, @Nullable RejectReason reason) {
        static Expected reject(RejectReason reason) {
            return new Expected(Decoded.REJECT, reason);
        }
    }

    /** Where Tocsin differs: the row of the table in the design, the lines, and the alerts (none for a reject). */
    private record Exceptional(String row, Expected expected, List<Alert> alerts, int... lines) {}

    private static final Instant NOON = Instant.parse("2025-10-10T12:01:00Z");

    private static final List<Exceptional> EXCEPTIONS = List.of(
            new Exceptional(
                    "NaN, Infinity, a number beyond the double range: Spark alerts (NaN is greater than any)",
                    Expected.reject(RejectReason.NOT_FINITE),
                    List.of(),
                    19,
                    25,
                    31,
                    32,
                    33,
                    35,
                    37,
                    38),
            new Exceptional(
                    "bytes after the closing brace, two objects on a line: Spark ignores them",
                    Expected.reject(RejectReason.MALFORMED),
                    List.of(),
                    176,
                    177,
                    178,
                    179),
            new Exceptional(
                    "single-quoted strings or names: Spark accepts them",
                    Expected.reject(RejectReason.MALFORMED),
                    List.of(),
                    142,
                    185),
            new Exceptional(
                    "a cut escape inside a string: for Spark a null field",
                    Expected.reject(RejectReason.MALFORMED),
                    List.of(),
                    136),
            new Exceptional(
                    "bytes that are not UTF-8: Spark replaces them, or drops the line, depending on the source",
                    Expected.reject(RejectReason.NOT_UTF8),
                    List.of(),
                    199,
                    200,
                    201,
                    202),
            new Exceptional(
                    "a top-level array: Spark explodes it (files) or drops it (Kafka)",
                    Expected.reject(RejectReason.NOT_AN_OBJECT),
                    List.of(),
                    180,
                    181),
            new Exceptional(
                    "a byte-order mark: Spark skips it (files) or drops the line (Kafka)",
                    new Expected(Decoded.READING, null),
                    List.of(new Alert("c198", NOON, 102.5)),
                    198),
            new Exceptional(
                    "a field name over 50,000 characters: Spark drops the line",
                    new Expected(Decoded.READING, null),
                    List.of(new Alert("c203", NOON, 102.5)),
                    209),
            new Exceptional(
                    "half of a surrogate pair, escaped: Spark writes a question mark",
                    new Expected(Decoded.READING, null),
                    List.of(new Alert("\uFFFD", NOON, 102.5)),
                    129),
            new Exceptional(
                    "a deviceId that is a number is its JSON text: Spark's from_json rewrites the number, its files do not",
                    new Expected(Decoded.READING, null),
                    List.of(new Alert("1e3", NOON, 102.5)),
                    117));

    private static final Map<Integer, Exceptional> EXCEPTION_BY_LINE = EXCEPTIONS.stream()
            .flatMap(e -> Arrays.stream(e.lines()).mapToObj(line -> Map.entry(line, e)))
            .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    /** What the lines are on which Spark and Tocsin raise nothing. Spark's verdict does not tell these apart. */
    private static final Map<Integer, Expected> WITHOUT_ALERT = Stream.of(
                    expect(new Expected(Decoded.READING, null), "1 3 4 5 7 8 9 11 12 13 21 154 156"),
                    expect(new Expected(Decoded.UNUSABLE, null), "26-30 41-47 145 146 147 159 160"),
                    expect(new Expected(Decoded.BLANK, null), "191-193"),
                    expect(Expected.reject(RejectReason.NOT_FINITE), "20 34 39"),
                    expect(Expected.reject(RejectReason.NOT_AN_OBJECT), "182 187-190 196"),
                    expect(Expected.reject(RejectReason.TOO_DEEP), "207"),
                    expect(
                            Expected.reject(RejectReason.MALFORMED),
                            "36 40 48-68 135 137 165-175 183 184 186 194 195 197 203-205"))
            .flatMap(Function.identity())
            .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private ParityCorpus() {}

    /** All lines, in order. */
    public static List<Line> lines() {
        List<byte[]> readings = split(bytes());
        List<byte[]> verdicts = split(resource("spark-4.2.tsv"));
        return IntStream.range(0, Math.max(readings.size(), verdicts.size()))
                .mapToObj(i -> line(i + 1, readings.get(i), new String(verdicts.get(i), StandardCharsets.UTF_8)))
                .toList();
    }

    /** The lines as they stand in the file. */
    public static byte[] bytes() {
        return resource("readings.jsonl");
    }

    private static Line line(int number, byte[] bytes, String verdict) {
        String[] columns = verdict.split("\t", -1);
        if (columns.length != 3 || Integer.parseInt(columns[0]) != number) {
            throw new IllegalStateException("spark-4.2.tsv, line " + number + ": " + verdict);
        }
        List<Alert> files = alerts(columns[1]);
        List<Alert> kafka = alerts(columns[2]);
        Exceptional exceptional = EXCEPTION_BY_LINE.get(number);
        Expected quiet = WITHOUT_ALERT.get(number);
        if (exceptional != null) {
            Expected expected = exceptional.expected();
            return new Line(
                    number,
                    bytes,
                    files,
                    kafka,
                    expected.decoded(),
                    expected.reason(),
                    exceptional.alerts(),
                    exceptional.row());
        }
        if (files.isEmpty() != (quiet != null)) {
            throw new IllegalStateException("line " + number + " needs an expected outcome, or has one too many");
        }
        Expected expected = quiet == null ? new Expected(Decoded.READING, null) : quiet;
        return new Line(number, bytes, files, kafka, expected.decoded(), expected.reason(), files, null);
    }

    private static List<Alert> alerts(String column) {
        if (column.equals("-")) {
            return List.of();
        }
        try {
            List<Alert> alerts = new ArrayList<>();
            for (JsonNode alert : new ObjectMapper().readTree(column)) {
                JsonNode deviceId = alert.get("deviceId");
                JsonNode timestamp = alert.get("timestamp");
                alerts.add(new Alert(
                        deviceId == null ? null : deviceId.textValue(),
                        timestamp == null ? null : Instant.parse(timestamp.textValue()),
                        Double.parseDouble(alert.get("temperature").asText())));
            }
            return List.copyOf(alerts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Map.Entry<Integer, Expected>> expect(Expected expected, String lines) {
        return Arrays.stream(lines.split(" ")).flatMap(range -> {
            String[] ends = range.split("-");
            return IntStream.rangeClosed(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]))
                    .mapToObj(line -> Map.entry(line, expected));
        });
    }

    private static List<byte[]> split(byte[] file) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < file.length; i++) {
            if (file[i] == '\n') {
                lines.add(Arrays.copyOfRange(file, start, i));
                start = i + 1;
            }
        }
        if (start < file.length) {
            lines.add(Arrays.copyOfRange(file, start, file.length));
        }
        return lines;
    }

    private static byte[] resource(String name) {
        try (InputStream in = ParityCorpus.class.getResourceAsStream("/parity/" + name)) {
            return Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
