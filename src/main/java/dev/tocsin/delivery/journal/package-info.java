/**
 * The durable truth where there is no Kafka sink: small values under keys, committed all or nothing, for one process at a time.
 * Knows neither Quarkus nor Kafka, nor what the values mean.
 */
@NullMarked
package dev.tocsin.delivery.journal;

import org.jspecify.annotations.NullMarked;
