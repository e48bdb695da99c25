package dev.tocsin.trigger;

import java.time.Duration;

/** When batches are taken from a source, in Spark's words. */
public sealed interface Trigger {
    /** The next batch begins as soon as the last one ends and there is something to take. */
    record Default() implements Trigger {
        @Override
        public String label() {
            return "default";
        }
    }

    /**
     * One batch of what is there at every tick, and nothing between.
     *
     * @param interval from tick to tick, at least a millisecond
     */
    record ProcessingTime(Duration interval) implements Trigger {
        /** @throws IllegalArgumentException where the interval is shorter than a millisecond */
        public ProcessingTime {
            atLeastAMillisecond(interval);
        }

        @Override
        public String label() {
            return "processing-time";
        }
    }

    /**
     * What is there at the start, then the end.
     *
     * @param once whether all of it is one batch, without limits
     */
    record AvailableNow(boolean once) implements Trigger {
        @Override
        public String label() {
            return once ? "once" : "available-now";
        }
    }

    /**
     * Alerts leave as they come.
     *
     * @param checkpointInterval how often positions are committed, at least a millisecond
     */
    record Continuous(Duration checkpointInterval) implements Trigger {
        /** @throws IllegalArgumentException where the interval is shorter than a millisecond */
        public Continuous {
            atLeastAMillisecond(checkpointInterval);
        }

        @Override
        public String label() {
            return "continuous";
        }

        @Override
        public Duration interval() {
            return checkpointInterval;
        }
    }

    /** The value of {@code tocsin.trigger.mode}. */
    String label();

    /** From tick to tick, or from commit to commit; zero where work does not wait for a time. */
    default Duration interval() {
        return Duration.ZERO;
    }

    /** Whether the run ends by itself, when what was there at its start has been delivered and committed. */
    default boolean bounded() {
        return this instanceof AvailableNow;
    }

    /** Whether the limits per trigger count; Spark's {@code Trigger.Once} ignores them. */
    default boolean limited() {
        return !(this instanceof AvailableNow bounded && bounded.once());
    }

    private static void atLeastAMillisecond(Duration interval) {
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("shorter than a millisecond: " + interval);
        }
    }
}
