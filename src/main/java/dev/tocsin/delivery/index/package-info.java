/** Finds entries of millions of names in little memory: by hashes of the names, in arrays of numbers. */
@NullMarked
package dev.tocsin.delivery.index;

import org.jspecify.annotations.NullMarked;
