/** Readings from a topic. */
@NullMarked
package dev.tocsin.source.kafka;

import org.jspecify.annotations.NullMarked;
