/** The packaged program, started as a process, against real files and a real broker. */
@NullMarked
package dev.tocsin.it;

import org.jspecify.annotations.NullMarked;
