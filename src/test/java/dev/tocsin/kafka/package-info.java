/** A real Kafka broker for tests and demo, and the clients to look into it. Never on the program's own class path. */
@NullMarked
package dev.tocsin.kafka;

import org.jspecify.annotations.NullMarked;
