/** Alerts on standard output. */
@NullMarked
package dev.tocsin.sink.console;

import org.jspecify.annotations.NullMarked;
