/** Alerts and rejects as records, and the transaction that commits them with the positions. */
@NullMarked
package dev.tocsin.sink.kafka;

import org.jspecify.annotations.NullMarked;
