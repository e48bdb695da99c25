/** Readings from files dropped into a directory, and the ledger that remembers them. */
@NullMarked
package dev.tocsin.source.directory;

import org.jspecify.annotations.NullMarked;
