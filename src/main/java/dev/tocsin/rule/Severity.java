package dev.tocsin.rule;

/** How bad it is when a rule is met. */
public enum Severity {
    CRITICAL("critical"),
    WARNING("warning"),
    INFO("info");

    private final String label;

    Severity(String label) {
        this.label = label;
    }

    /** The word in configuration, headers and metrics. */
    public String label() {
        return label;
    }
}
