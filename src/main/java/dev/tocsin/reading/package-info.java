/** What a line or a record says: decoding bytes into readings, or into rejects with a reason. Knows neither Quarkus nor Kafka. */
@NullMarked
package dev.tocsin.reading;

import org.jspecify.annotations.NullMarked;
