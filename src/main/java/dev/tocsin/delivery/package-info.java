/**
 * Chunks on their way from a source to the sinks: evaluated, queued, and committed together with the position they came
 * from, all or nothing.
 */
@NullMarked
package dev.tocsin.delivery;

import org.jspecify.annotations.NullMarked;
