/** A reading that met a rule, its identity and its JSON. Knows neither Quarkus nor Kafka. */
@NullMarked
package dev.tocsin.alert;

import org.jspecify.annotations.NullMarked;
