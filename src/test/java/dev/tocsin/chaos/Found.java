package dev.tocsin.chaos;

/**
 * An alert or a reject that came out.
 *
 * @param id of the alert; empty for a reject
 * @param partition of the output in which order is kept; 0 where there is but one
 */
record Found(Event event, String id, int partition) {}
