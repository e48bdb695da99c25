package dev.tocsin.alert;

import dev.tocsin.reading.Origin;
import dev.tocsin.reading.Reading;
import dev.tocsin.rule.Rule;

/** A reading that met a rule. */
public record Alert(Rule rule, Reading reading, Origin origin) {
    /** The alert's id: the same for the same event, however often it is read. */
    public String id() {
        return AlertId.of(origin, rule);
    }
}
