/** The catalogue of metrics, and the health that probes ask for. */
@NullMarked
package dev.tocsin.telemetry;

import org.jspecify.annotations.NullMarked;
