package dev.tocsin.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static final Rule HOT = new Rule("hot", 100.0, null, Severity.CRITICAL);
    private static final Rule WARM = new Rule("warm", 80.0, null, Severity.WARNING);
    private static final Rule COLD = new Rule("cold", null, -18.0, Severity.INFO);

    @Test
    void theDefaultIsAHighTemperatureAboveOneHundred() {
        assertThat(Rules.DEFAULT).isEqualTo(new Rule("high-temperature", 100.0, null, Severity.CRITICAL));
    }

    @Test
    void rulesKeepTheirOrder() {
        assertThat(new Rules(List.of(WARM, COLD, HOT)).all()).containsExactly(WARM, COLD, HOT);
    }

    @Test
    void rulesAreNotChangedFromOutside() {
        List<Rule> list = new ArrayList<>(List.of(HOT));
        Rules rules = new Rules(list);

        list.add(COLD);

        assertThat(rules.all()).containsExactly(HOT);
        assertThat(rules.anyMetBy(-20)).isFalse();
    }

    @Test
    void thereMustBeARule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Rules(List.of()))
                .withMessage("there must be a rule");
    }

    @Property(tries = 1_000)
    void someRuleIsMetExactlyWhereOneOfThemIs(
            @ForAll("rules") List<Rule> rules, @ForAll("temperatures") double temperature) {
        boolean anyMet = new Rules(rules).anyMetBy(temperature);

        assertThat(anyMet).isEqualTo(rules.stream().anyMatch(rule -> rule.isMetBy(temperature)));
    }

    @Provide
    Arbitrary<Double> temperatures() {
        Arbitrary<Double> few = Arbitraries.of(
                -Double.MAX_VALUE,
                -1.0,
                -Double.MIN_VALUE,
                -0.0,
                0.0,
                Double.MIN_VALUE,
                1.0,
                Math.nextUp(1.0),
                Double.MAX_VALUE);
        return Arbitraries.oneOf(few, Arbitraries.doubles());
    }

    @Provide
    Arbitrary<List<Rule>> rules() {
        Arbitrary<Double> line = temperatures();
        Arbitrary<Rule> above = line.map(value -> new Rule("above", value, null, Severity.INFO));
        Arbitrary<Rule> below = line.map(value -> new Rule("below", null, value, Severity.INFO));
        Arbitrary<Rule> both = line.list()
                .ofSize(2)
                .map(lines -> new Rule(
                        "both",
                        Math.max(lines.get(0), lines.get(1)),
                        Math.min(lines.get(0), lines.get(1)),
                        Severity.INFO));
        return Arbitraries.oneOf(above, below, both).list().ofMinSize(1).ofMaxSize(4);
    }
}
