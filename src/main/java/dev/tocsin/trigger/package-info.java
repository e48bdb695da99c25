/** When batches are taken, how a run that ends knows that it is over, and what came of each batch. */
@NullMarked
package dev.tocsin.trigger;

import org.jspecify.annotations.NullMarked;
