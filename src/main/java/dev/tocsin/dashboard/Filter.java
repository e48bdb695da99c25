package dev.tocsin.dashboard;

import dev.tocsin.rule.Severity;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which alerts are wanted.
 *
 * @param device the whole device id; null: any
 * @param rule the rule's name; null: any
 * @param severities empty: any
 */
record Filter(@Nullable String device, @Nullable String rule, Set<Severity> severities) {
    /** All alerts. */
    static final Filter ALL = new Filter(null, null, Set.of());

    boolean matches(AlertEntry entry) {
        return (severities.isEmpty() || severities.contains(entry.severity()))
                && (rule == null || rule.equals(entry.rule()))
                && (device == null || device.equals(entry.device()));
    }
}
