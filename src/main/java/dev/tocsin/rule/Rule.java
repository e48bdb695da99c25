package dev.tocsin.rule;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A named condition on a temperature: above one line, or below another, both strictly.
 *
 * @param name lower-case letters, digits and inner hyphens, 63 at most: it becomes a metric label and a record header
 * @param above met by temperatures greater than this; null: not asked
 * @param below met by temperatures less than this; null: not asked. With both, a temperature outside the range between
 *     them meets the rule
 */
public record Rule(
        String name, @Nullable Double above, @Nullable Double below, Severity severity) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** @throws IllegalArgumentException naming what is wrong, for a person who wrote the rule */
    public Rule {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a rule's name is 1 to 63 lower-case letters, digits and inner hyphens, not '" + name + "'");
        }
        if (above == null && below == null) {
            throw new IllegalArgumentException("needs a threshold: above, below or both");
        }
        if (notFinite(above) || notFinite(below)) {
            throw new IllegalArgumentException("a threshold is a finite number");
        }
        if (above != null && below != null && below > above) {
            throw new IllegalArgumentException("with both, below (" + below + ") must not exceed above (" + above
                    + "): the rule is met outside the range between them");
        }
    }

    /** Whether a finite temperature meets this rule. */
    public boolean isMetBy(double temperature) {
        return (above != null && temperature > above) || (below != null && temperature < below);
    }

    private static boolean notFinite(@Nullable Double threshold) {
        return threshold != null && !Double.isFinite(threshold);
    }
}
