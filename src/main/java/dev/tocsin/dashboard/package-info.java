/**
 * The live dashboard: the page, and the read-only interface below {@code /api}. It stands behind the delivery and sees
 * what was committed; nothing that is delivered waits for it.
 */
@NullMarked
package dev.tocsin.dashboard;

import org.jspecify.annotations.NullMarked;
