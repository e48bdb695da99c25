/** Runs the packaged program for a while, so that the JVM can keep what it has learned. */
@NullMarked
package dev.tocsin.training;

import org.jspecify.annotations.NullMarked;
