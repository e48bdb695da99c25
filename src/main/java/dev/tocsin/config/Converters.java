package dev.tocsin.config;

import dev.tocsin.rule.Severity;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/** One converter for each kind of value; a value that it refuses is answered with what would be allowed. */
public final class Converters {
    private Converters() {}

    private static IllegalArgumentException allowed(String what) {
        return new IllegalArgumentException(what);
    }

    /** {@code true} or {@code false}, and nothing that merely resembles them. */
    public static final class Flag implements Converter<Boolean> {
        @Override
        public Boolean convert(String value) {
            return switch (value.trim()) {
                case "true" -> true;
                case "false" -> false;
                default -> throw allowed("true or false");
            };
        }
    }

    /** The rule of {@code org.apache.kafka.common.internals.Topic}. */
    public static final class Topic implements Converter<String> {
        private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

        @Override
        public String convert(String value) {
            if (!NAME.matcher(value).matches()) {
                throw allowed("a topic's name: 1 to 249 letters, digits, '.', '_' and '-'");
            }
            return value;
        }
    }

    /** A consumer group; it becomes part of ledger keys and of the transactional id. */
    public static final class Group implements Converter<String> {
        private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,200}");

        @Override
        public String convert(String value) {
            if (!NAME.matcher(value).matches()) {
                throw allowed("a group: 1 to 200 letters, digits, '.', '_' and '-'");
            }
            return value;
        }
    }

    /** Spark's words. */
    public static final class StartingOffsets implements Converter<String> {
        @Override
        public String convert(String value) {
            if (!value.equals("earliest") && !value.equals("latest")) {
                throw allowed("earliest or latest");
            }
            return value;
        }
    }

    /** A path; whether it is a directory is asked later. */
    public static final class Directory implements Converter<Path> {
        @Override
        public @Nullable Path convert(String value) {
            if (value.isBlank()) {
                return null;
            }
            try {
                return Path.of(value);
            } catch (InvalidPathException e) {
                throw allowed("a path (" + e.getReason() + ")");
            }
        }
    }

    /** A glob of file names, checked by compiling it. */
    public static final class Glob implements Converter<String> {
        @Override
        public String convert(String value) {
            if (value.contains("/")) {
                throw allowed("a glob of file names, without '/'");
            }
            try {
                FileSystems.getDefault().getPathMatcher("glob:" + value);
            } catch (PatternSyntaxException e) {
                throw allowed("a glob (" + e.getDescription() + ")");
            }
            return value;
        }
    }

    /** {@code 30s}, {@code 30 seconds}, {@code 500ms}, {@code 10m}, {@code 2h}, {@code 7d} or ISO-8601's {@code PT30S}. */
    public static final class Interval implements Converter<Duration> {
        private static final Pattern FORM = Pattern.compile("([0-9]{1,12}) ?([a-z]+)");
        private static final Map<String, ChronoUnit> UNITS = Map.ofEntries(
                Map.entry("ms", ChronoUnit.MILLIS),
                Map.entry("millisecond", ChronoUnit.MILLIS),
                Map.entry("milliseconds", ChronoUnit.MILLIS),
                Map.entry("s", ChronoUnit.SECONDS),
                Map.entry("second", ChronoUnit.SECONDS),
                Map.entry("seconds", ChronoUnit.SECONDS),
                Map.entry("m", ChronoUnit.MINUTES),
                Map.entry("minute", ChronoUnit.MINUTES),
                Map.entry("minutes", ChronoUnit.MINUTES),
                Map.entry("h", ChronoUnit.HOURS),
                Map.entry("hour", ChronoUnit.HOURS),
                Map.entry("hours", ChronoUnit.HOURS),
                Map.entry("d", ChronoUnit.DAYS),
                Map.entry("day", ChronoUnit.DAYS),
                Map.entry("days", ChronoUnit.DAYS));
        private static final Duration LONGEST = Duration.ofDays(36_500);

        @Override
        public Duration convert(String value) {
            Duration interval = parse(value.trim());
            if (interval == null || interval.isNegative() || interval.isZero() || interval.compareTo(LONGEST) > 0) {
                throw allowed("a time greater than zero, such as 500ms, 30s, 10m, 2h, 7d or PT30S");
            }
            return interval;
        }

        private static @Nullable Duration parse(String value) {
            Matcher matcher = FORM.matcher(value.toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                try {
                    return Duration.parse(value);
                } catch (java.time.format.DateTimeParseException e) {
                    return null;
                }
            }
            ChronoUnit known = UNITS.get(matcher.group(2));
            return known == null ? null : Duration.of(Long.parseLong(matcher.group(1)), known);
        }
    }

    /** Spark's {@code cleanSource}; {@code keep} is its {@code off}. */
    public static final class AfterReading implements Converter<TocsinConfig.After> {
        private static final Words<TocsinConfig.After> WORDS =
                new Words<>(TocsinConfig.After.values(), Converters::lowerCase);

        @Override
        public TocsinConfig.After convert(String value) {
            return WORDS.find(value);
        }
    }

    /** When batches are taken. */
    public static final class TriggerMode implements Converter<TocsinConfig.Mode> {
        private static final Words<TocsinConfig.Mode> WORDS =
                new Words<>(TocsinConfig.Mode.values(), Converters::hyphenated);

        @Override
        public TocsinConfig.Mode convert(String value) {
            return WORDS.find(value);
        }
    }

    /** What is promised of each alert. */
    public static final class DeliveryName implements Converter<TocsinConfig.Delivery> {
        private static final Words<TocsinConfig.Delivery> WORDS =
                new Words<>(TocsinConfig.Delivery.values(), Converters::hyphenated);

        @Override
        public TocsinConfig.Delivery convert(String value) {
            return WORDS.find(value);
        }
    }

    /** Spark's {@code failOnDataLoss}; {@code report} is its {@code false}. */
    public static final class DataLoss implements Converter<TocsinConfig.OnDataLoss> {
        private static final Words<TocsinConfig.OnDataLoss> WORDS =
                new Words<>(TocsinConfig.OnDataLoss.values(), Converters::lowerCase);

        @Override
        public TocsinConfig.OnDataLoss convert(String value) {
            return WORDS.find(value);
        }
    }

    /** How the console prints. */
    public static final class ConsoleFormat implements Converter<TocsinConfig.Format> {
        private static final Words<TocsinConfig.Format> WORDS =
                new Words<>(TocsinConfig.Format.values(), Converters::lowerCase);

        @Override
        public TocsinConfig.Format convert(String value) {
            return WORDS.find(value);
        }
    }

    /** How the dashboard knows who looks. */
    public static final class Authentication implements Converter<TocsinConfig.Auth> {
        private static final Words<TocsinConfig.Auth> WORDS =
                new Words<>(TocsinConfig.Auth.values(), Converters::lowerCase);

        @Override
        public TocsinConfig.Auth convert(String value) {
            return WORDS.find(value);
        }
    }

    /** A rule's severity. */
    public static final class SeverityName implements Converter<Severity> {
        private static final Words<Severity> WORDS = new Words<>(Severity.values(), Severity::label);

        @Override
        public Severity convert(String value) {
            return WORDS.find(value);
        }
    }

    /** A threshold: a finite decimal number. */
    public static final class Threshold implements Converter<Double> {
        private static final Pattern FORM =
                Pattern.compile("[+-]?[0-9]{1,300}(\\.[0-9]{1,300})?([eE][+-]?[0-9]{1,3})?");

        @Override
        public Double convert(String value) {
            String text = value.trim();
            double threshold = FORM.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
            if (!Double.isFinite(threshold)) {
                throw allowed("a number");
            }
            return threshold;
        }
    }

    /** How many rows a table shows. */
    public static final class Rows implements Converter<Integer> {
        @Override
        public Integer convert(String value) {
            return wholeNumber(value.trim(), 1, 100_000, "a whole number from 1 to 100000");
        }
    }

    /** Bytes, or KiB and MiB with {@code Ki} and {@code Mi}. */
    public static final class RecordSize implements Converter<Integer> {
        private static final int LEAST = 1024;
        private static final int MOST = 64 << 20;
        private static final String ALLOWED = "a size from 1Ki to 64Mi, such as 262144, 256Ki or 1Mi";

        @Override
        public Integer convert(String value) {
            String text = value.trim();
            int unit = text.endsWith("Ki") ? 1 << 10 : text.endsWith("Mi") ? 1 << 20 : 1;
            String number = unit == 1 ? text : text.substring(0, text.length() - 2);
            return wholeNumber(number, (LEAST + unit - 1) / unit, MOST / unit, ALLOWED) * unit;
        }
    }

    /** How many of something: one at least. */
    public static final class Count implements Converter<Long> {
        private static final Pattern FORM = Pattern.compile("0*[1-9][0-9]{0,17}");

        @Override
        public Long convert(String value) {
            if (!FORM.matcher(value.trim()).matches()) {
                throw allowed("a whole number, 1 or more");
            }
            return Long.parseLong(value.trim());
        }
    }

    /** Bytes, or KiB, MiB and GiB with {@code Ki}, {@code Mi} and {@code Gi}: one at least. */
    public static final class Bytes implements Converter<Long> {
        private static final Pattern FORM = Pattern.compile("0*([1-9][0-9]{0,8})(Ki|Mi|Gi)|0*([1-9][0-9]{0,17})");
        private static final Map<String, Long> UNITS = Map.of("Ki", 1L << 10, "Mi", 1L << 20, "Gi", 1L << 30);

        @Override
        public Long convert(String value) {
            Matcher matcher = FORM.matcher(value.trim());
            if (!matcher.matches()) {
                throw allowed("a size of one byte or more, such as 1048576, 512Ki, 64Mi or 10Gi");
            }
            Long unit = matcher.group(2) == null ? null : UNITS.get(matcher.group(2));
            return unit == null ? Long.parseLong(matcher.group(3)) : unit * Long.parseLong(matcher.group(1));
        }
    }

    private static int wholeNumber(String text, int least, int most, String allowed) {
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw allowed(allowed);
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String hyphenated(Enum<?> constant) {
        return lowerCase(constant).replace('_', '-');
    }

    /** A closed set of words. */
    private static final class Words<E> {
        private final Map<String, E> words;
        private final String allowed;

        Words(E[] values, Function<E, String> word) {
            this.words = Arrays.stream(values).collect(Collectors.toMap(word, Function.identity()));
            this.allowed = Arrays.stream(values).map(word).collect(Collectors.joining(", "));
        }

        E find(String word) {
            E found = words.get(word.trim());
            if (found == null) {
                throw allowed("one of " + allowed);
            }
            return found;
        }
    }
}
