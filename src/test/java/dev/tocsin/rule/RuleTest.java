package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {
    @Test
    void aTemperatureOnTheLineIsNotAboveIt() {
        Rule rule = new Rule("hot", 100.0, null, Severity.CRITICAL);

        assertThat(rule.isMetBy(Math.nextUp(100.0))).isTrue();
        assertThat(rule.isMetBy(100.0)).isFalse();
        assertThat(rule.isMetBy(Math.nextDown(100.0))).isFalse();
        assertThat(rule.isMetBy(Double.MAX_VALUE)).isTrue();
        assertThat(rule.isMetBy(-Double.MAX_VALUE)).isFalse();
    }

    @Test
    void aTemperatureOnTheLineIsNotBelowIt() {
        Rule rule = new Rule("cold", null, -18.0, Severity.WARNING);

        assertThat(rule.isMetBy(Math.nextDown(-18.0))).isTrue();
        assertThat(rule.isMetBy(-18.0)).isFalse();
        assertThat(rule.isMetBy(Math.nextUp(-18.0))).isFalse();
        assertThat(rule.isMetBy(Double.MAX_VALUE)).isFalse();
    }

    @Test
    void zeroHasNoSign() {
        assertThat(new Rule("hot", -0.0, null, Severity.INFO).isMetBy(0.0)).isFalse();
        assertThat(new Rule("cold", null, 0.0, Severity.INFO).isMetBy(-0.0)).isFalse();
    }

    @Test
    void withBothThresholdsTheRuleIsMetOutsideTheRange() {
        Rule rule = new Rule("out-of-range", 8.0, 2.0, Severity.WARNING);

        assertThat(rule.isMetBy(8.1)).isTrue();
        assertThat(rule.isMetBy(1.9)).isTrue();
        assertThat(rule.isMetBy(2.0)).isFalse();
        assertThat(rule.isMetBy(5.0)).isFalse();
        assertThat(rule.isMetBy(8.0)).isFalse();
    }

    @Test
    void bothThresholdsMayBeTheSameTemperature() {
        Rule rule = new Rule("not-zero", 0.0, 0.0, Severity.INFO);

        assertThat(rule.isMetBy(Double.MIN_VALUE)).isTrue();
        assertThat(rule.isMetBy(-Double.MIN_VALUE)).isTrue();
        assertThat(rule.isMetBy(0.0)).isFalse();
    }

    @Test
    void aRangeThatEveryTemperatureIsOutsideOfIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rule("twisted", 2.0, 8.0, Severity.INFO))
                .withMessage("with both, below (8.0) must not exceed above (2.0):"
                        + " the rule is met outside the range between them");
    }

    @Test
    void aRuleNeedsAThreshold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rule("any", null, null, Severity.INFO))
                .withMessage("needs a threshold: above, below or both");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aThresholdIsAFiniteNumber(double threshold) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rule("hot", threshold, null, Severity.INFO))
                .withMessage("a threshold is a finite number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rule("cold", null, threshold, Severity.INFO))
                .withMessage("a threshold is a finite number");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "high-temperature", "a--b", "0-0"})
    void aNameIsOfLowerCaseLettersDigitsAndInnerHyphens(String name) {
        assertThat(new Rule(name, 1.0, null, Severity.INFO).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "-", "High", "a_b", "a.b", "a b", "\u00e9", "a\n", "\u0661"})
    void anyOtherNameIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rule(name, 1.0, null, Severity.INFO))
                .withMessage(
                        "a rule's name is 1 to 63 lower-case letters, digits and inner hyphens, not '" + name + "'");
    }

    @Test
    void aNameHas63CharactersAtMost() {
        assertThat(new Rule("n".repeat(63), 1.0, null, Severity.INFO).name()).hasSize(63);
        assertThatIllegalArgumentException().isThrownBy(() -> new Rule("n".repeat(64), 1.0, null, Severity.INFO));
    }
}
