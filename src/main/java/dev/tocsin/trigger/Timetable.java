package dev.tocsin.trigger;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When the next batch of a source may begin. Each source has its own; used by its thread alone.
 *
 * <p>Ticks of {@link Trigger.ProcessingTime} are aligned as Spark's {@code ProcessingTimeExecutor} aligns them: to
 * multiples of the interval since the epoch. The first batch begins at once; a batch that outlasts the interval is
 * followed at once by the next; missed ticks are not made up. The distance to the next tick is taken from the wall clock
 * when a batch begins and waited for on the monotonic clock, so a clock that jumps moves one tick, by less than an
 * interval. Under every other trigger a batch may begin at any time.
 */
public final class Timetable {
    private final long intervalMillis;
    private final LongSupplier wallMillis;
    private final LongSupplier nanos;
    private long dueNanos;

    /** With the clocks of this machine. */
    public static Timetable of(Trigger trigger) {
        return new Timetable(trigger, System::currentTimeMillis, System::nanoTime);
    }

    /**
     * With other clocks.
     *
     * @param wallMillis as {@link System#currentTimeMillis()}
     * @param nanos as {@link System#nanoTime()}
     */
    public Timetable(Trigger trigger, LongSupplier wallMillis, LongSupplier nanos) {
        this.intervalMillis = trigger instanceof Trigger.ProcessingTime ticks
                ? ticks.interval().toMillis()
                : 0;
        this.wallMillis = wallMillis;
        this.nanos = nanos;
        this.dueNanos = nanos.getAsLong();
    }

    /** How long it is until the next batch may begin; zero when it may begin now. */
    public Duration untilDue() {
        return Duration.ofNanos(intervalMillis == 0 ? 0 : Math.max(0, dueNanos - nanos.getAsLong()));
    }

    /** Whether the next batch may begin now. */
    public boolean due() {
        return untilDue().isZero();
    }

    /**
     * Takes the tick: a batch begins now, or a look found nothing to take. To be called when {@link #due}, before
     * looking at what is there.
     */
    public void begin() {
        if (intervalMillis > 0) {
            long sinceTick = Math.floorMod(wallMillis.getAsLong(), intervalMillis);
            dueNanos = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(intervalMillis - sinceTick);
        }
    }
}
