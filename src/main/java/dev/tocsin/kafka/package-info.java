/** What the Kafka source, the ledger and the Kafka sink share: client settings, topics, and whether the broker answers. */
@NullMarked
package dev.tocsin.kafka;

import org.jspecify.annotations.NullMarked;
