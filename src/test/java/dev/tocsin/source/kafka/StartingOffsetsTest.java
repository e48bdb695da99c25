package dev.tocsin.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tocsin.source.kafka.StartingOffsets.Point;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartingOffsetsTest {
    private static final Instant NOON = Instant.parse("2025-10-10T12:00:00Z");

    @Test
    void onePointIsForAllPartitions() {
        assertThat(StartingOffsets.parse("earliest")).isEqualTo(all(new Point.Earliest()));
        assertThat(StartingOffsets.parse(" latest ")).isEqualTo(all(new Point.Latest()));
        assertThat(StartingOffsets.parse("2025-10-10T12:00:00Z")).isEqualTo(all(new Point.Since(NOON)));
        assertThat(StartingOffsets.parse("2025-10-10T14:00+02:00")).isEqualTo(all(new Point.Since(NOON)));
        assertThat(StartingOffsets.parse("" + NOON.toEpochMilli())).isEqualTo(all(new Point.Since(NOON)));
    }

    @Test
    void eachPartitionCanHaveItsOwn() {
        assertThat(StartingOffsets.parse("0=earliest, 1=4711,2=latest,3=2025-10-10T12:00:00Z,*=latest"))
                .isEqualTo(new StartingOffsets(
                        Map.of(
                                0,
                                new Point.Earliest(),
                                1,
                                new Point.At(4711),
                                2,
                                new Point.Latest(),
                                3,
                                new Point.Since(NOON)),
                        new Point.Latest()));
    }

    @Test
    void partitionsThatAreNotNamedBeginAtTheBeginning() {
        assertThat(StartingOffsets.parse("3=10").others()).isEqualTo(new Point.Earliest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "none",
                "Latest",
                "4711",
                "-1",
                "2025-10-10",
                "2025-10-10T12:00:00",
                "yesterday",
                "0=",
                "=5",
                "a=5",
                "-1=5",
                "0=-2",
                "*=5",
                "0=1=2",
                "0=1,,1=2",
                "0=1,",
                "{\"iot_data\":{\"0\":23}}"
            })
    void anythingElseIsRefused(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StartingOffsets.parse(value))
                .withMessage(StartingOffsets.ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0=1,0=2", "*=latest,0=1,*=earliest"})
    void aPartitionThatIsNamedTwiceIsRefused(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StartingOffsets.parse(value))
                .withMessageEndingWith("is named twice");
    }

    private static StartingOffsets all(Point point) {
        return new StartingOffsets(Map.of(), point);
    }
}
