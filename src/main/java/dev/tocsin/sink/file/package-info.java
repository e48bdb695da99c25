/** Alerts and rejects as lines in files, published whole. Knows neither Quarkus nor Kafka, nor what the lines mean. */
@NullMarked
package dev.tocsin.sink.file;

import org.jspecify.annotations.NullMarked;
