package dev.tocsin.delivery;

/** The kinds of source. */
public enum Source {
    KAFKA("kafka"),
    DIRECTORY("directory");

    private final String label;

    Source(String label) {
        this.label = label;
    }

    /** The value of the metric label {@code source}. */
    public String label() {
        return label;
    }
}
