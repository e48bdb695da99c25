/** The tree of settings below {@code tocsin}, read and checked as a whole before anything starts. */
@NullMarked
package dev.tocsin.config;

import org.jspecify.annotations.NullMarked;
