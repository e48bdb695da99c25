package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The chart's README is made of its values. */
class ChartReadmeTest {
    @Test
    void everyValueIsDescribed() {
        assertThat(ChartReadme.undescribed()).isEmpty();
    }

    @Test
    void theReadmeIsMadeOfTheValues() {
        assertThat(Chart.read(ChartReadme.FILE))
                .as("make it anew: ./mvnw -q -Pchart-readme")
                .isEqualTo(ChartReadme.text());
    }
}
