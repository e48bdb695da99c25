/** The program's entry point, and the way of a reading through its channels. */
@NullMarked
package dev.tocsin;

import org.jspecify.annotations.NullMarked;
