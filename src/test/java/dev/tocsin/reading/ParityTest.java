package dev.tocsin.reading;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same alerts as Spark's, line by line, but for the exceptions that the corpus names. */
class ParityTest {
    private static final double THRESHOLD = 100.0;

    private final ReadingDecoder decoder = new ReadingDecoder();

    static List<ParityCorpus.Line> lines() {
        return ParityCorpus.lines();
    }

    @ParameterizedTest
    @MethodSource("lines")
    void aLineRaisesWhatSparkRaisesUnlessAnExceptionIsNamed(ParityCorpus.Line line) {
        byte[] bytes = line.bytes();
        int bom = ReadingDecoder.bomLength(bytes, 0, bytes.length);

        Decoded decoded = decoder.decode(bytes, bom, bytes.length - bom);

        assertThat(decoded).isEqualTo(line.decoded());
        assertThat(decoded == Decoded.REJECT ? decoder.reason() : null).isEqualTo(line.reason());
        assertThat(alerts(decoded)).isEqualTo(line.alerts());
        if (line.exception() == null) {
            assertThat(alerts(decoded)).isEqualTo(line.sparkFiles()).isEqualTo(line.sparkKafka());
        }
    }

    @ParameterizedTest
    @MethodSource("lines")
    void theStrictParserAloneDecodesALineAlike(ParityCorpus.Line line) {
        byte[] bytes = line.bytes();
        int bom = ReadingDecoder.bomLength(bytes, 0, bytes.length);
        StrictParser strict = new StrictParser(new TimestampParser(Clock.systemUTC()));

        Decoded decoded = strict.parse(bytes, bom, bytes.length - bom);

        assertThat(decoded).isEqualTo(line.decoded());
        if (!line.alerts().isEmpty()) {
            assertThat(new ParityCorpus.Alert(strict.deviceId(), toMillis(strict.timestamp()), strict.temperature()))
                    .isEqualTo(line.alerts().get(0));
        }
    }

    @Test
    void noLineOfTheCorpusIsLeftOut() {
        List<ParityCorpus.Line> lines = ParityCorpus.lines();

        assertThat(lines).hasSize(209);
        assertThat(lines)
                .extracting(ParityCorpus.Line::number)
                .isEqualTo(IntStream.rangeClosed(1, 209).boxed().toList());
        assertThat(lines.stream().mapToInt(line -> line.bytes().length + 1).sum())
                .isEqualTo(ParityCorpus.bytes().length);
    }

    @Test
    void everyExceptionIsADifferenceFromSpark() {
        assertThat(ParityCorpus.lines())
                .filteredOn(line -> line.exception() != null)
                .hasSize(25)
                .allSatisfy(line -> assertThat(Arrays.asList(line.sparkFiles(), line.sparkKafka()))
                        .anySatisfy(spark -> assertThat(spark).isNotEqualTo(line.alerts())));
    }

    private List<ParityCorpus.Alert> alerts(Decoded decoded) {
        if (decoded != Decoded.READING || !(decoder.temperature() > THRESHOLD)) {
            return List.of();
        }
        Reading reading = decoder.reading();
        return List.of(
                new ParityCorpus.Alert(reading.deviceId(), toMillis(reading.timestamp()), reading.temperature()));
    }

    private static @Nullable Instant toMillis(@Nullable Instant instant) {
        return instant == null ? null : instant.truncatedTo(ChronoUnit.MILLIS);
    }
}
