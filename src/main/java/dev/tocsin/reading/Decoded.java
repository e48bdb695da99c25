package dev.tocsin.reading;

/** What became of a line. */
public enum Decoded {
    /** A reading with a temperature. */
    READING,
    /** A reading whose temperature is missing, null or not a number: it can raise nothing. */
    UNUSABLE,
    /** Nothing but white space. */
    BLANK,
    /** Not a reading. */
    REJECT
}
