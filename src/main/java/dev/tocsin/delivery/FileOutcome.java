package dev.tocsin.delivery;

/** What became of a file: the values of the label {@code outcome} of {@code tocsin_files_total}. */
public enum FileOutcome {
    /** Read to its end, and it stood still. */
    DONE("done"),
    /** Could not be read to its end. */
    FAILED("failed"),
    /** Its read part changed; what is new in it is not read. */
    CHANGED("changed"),
    /** Never read: a link, a device, or a name that cannot be read here. */
    SKIPPED("skipped"),
    /** Moved to the archive after it was done. */
    ARCHIVED("archived"),
    /** Deleted after it was done. */
    DELETED("deleted"),
    /** Forgotten, because it was gone for longer than the retention. */
    FORGOTTEN("forgotten");

    private final String label;

    FileOutcome(String label) {
        this.label = label;
    }

    /** The value of the label. */
    public String label() {
        return label;
    }
}
