/** Named conditions on a reading, with a severity. Knows neither Quarkus nor Kafka. */
@NullMarked
package dev.tocsin.rule;

import org.jspecify.annotations.NullMarked;
