package dev.tocsin.chaos;

/**
 * An alert or a reject, as it is to be found.
 *
 * @param origin as in {@code tocsin-origin}
 * @param value of the alert, or the rejected line
 */
record Event(String origin, String value) {}
