package dev.tocsin.reading;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One decoded record.
 *
 * @param deviceId who measured, as text; null where the record does not say
 * @param timestamp when, to the nanosecond; null where the record does not say or it cannot be read
 * @param temperature in the device's own unit; always finite
 */
public record Reading(@Nullable String deviceId, @Nullable Instant timestamp, double temperature) {}
