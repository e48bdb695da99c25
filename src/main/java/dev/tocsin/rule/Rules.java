package dev.tocsin.rule;

import java.util.List;

/** The rules in force. Immutable. */
public final class Rules {
    /** The rule that applies where none is configured. */
    public static final Rule DEFAULT = new Rule("high-temperature", 100.0, null, Severity.CRITICAL);

    private final List<Rule> rules;
    private final double coldestAbove;
    private final double hottestBelow;

    /** @param rules at least one; alerts of one reading are raised in this order */
    public Rules(List<Rule> rules) {
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("there must be a rule");
        }
        this.rules = List.copyOf(rules);
        double above = Double.POSITIVE_INFINITY;
        double below = Double.NEGATIVE_INFINITY;
        for (Rule rule : rules) {
            above = Math.min(above, rule.above() == null ? above : rule.above());
            below = Math.max(below, rule.below() == null ? below : rule.below());
        }
        this.coldestAbove = above;
        this.hottestBelow = below;
    }

    /** Whether a finite temperature meets any rule: two comparisons, whatever the number of rules. */
    public boolean anyMetBy(double temperature) {
        return temperature > coldestAbove || temperature < hottestBelow;
    }

    /** All rules, in order. */
    public List<Rule> all() {
        return rules;
    }
}
