/** Tocsin to look at: a broker, a simulated fleet and the packaged program, started by {@code ./mvnw -q -Pdemo}. */
@NullMarked
package dev.tocsin.demo;

import org.jspecify.annotations.NullMarked;
