package dev.tocsin.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In virtual time: a wall clock and a monotonic clock that a test moves, together or apart. */
class TimetableTest {
    private static final long HALF_PAST = 1_760_097_630_000L; // a wall clock in milliseconds, on a multiple of 30 s

    private long wallMillis = HALF_PAST;
    private long nanos = -5_000_000_000L; // a monotonic clock may be anything

    private Timetable every(Duration interval) {
        return new Timetable(new Trigger.ProcessingTime(interval), () -> wallMillis, () -> nanos);
    }

    private void pass(Duration time) {
        wallMillis += time.toMillis();
        nanos += time.toNanos();
    }

    /** Lets time pass until the next batch may begin, begins it, and says at which time of the wall clock that was. */
    private long next(Timetable timetable) {
        pass(timetable.untilDue());
        assertThat(timetable.due()).isTrue();
        timetable.begin();
        return wallMillis;
    }

    @Test
    void theFirstBatchBeginsAtOnce() {
        wallMillis += 7_000;

        assertThat(every(Duration.ofSeconds(30)).untilDue()).isZero();
    }

    @Test
    void ticksAreMultiplesOfTheIntervalSinceTheEpoch() {
        wallMillis += 7_000;
        Timetable timetable = every(Duration.ofSeconds(30));

        List<Long> begun = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            begun.add(next(timetable));
            pass(Duration.ofSeconds(2)); // the batch itself
        }

        assertThat(begun)
                .containsExactly(HALF_PAST + 7_000, HALF_PAST + 30_000, HALF_PAST + 60_000, HALF_PAST + 90_000);
    }

    @Test
    void aBatchThatBeginsOnATickIsFollowedAtTheNextOne() {
        Timetable timetable = every(Duration.ofSeconds(30));

        next(timetable);

        assertThat(timetable.untilDue()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aBatchThatOutlastsTheIntervalIsFollowedAtOnceAndMissedTicksAreNotMadeUp() {
        Timetable timetable = every(Duration.ofSeconds(30));

        next(timetable);
        pass(Duration.ofSeconds(100)); // misses the ticks at 30, 60 and 90 s
        long second = next(timetable);
        long third = next(timetable);

        assertThat(second).isEqualTo(HALF_PAST + 100_000);
        assertThat(third).isEqualTo(HALF_PAST + 120_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {-86_400_000, -30_000, -1, 1, 12_345, 86_400_000, 86_400_000_000L})
    void aClockThatJumpsMovesNoTickByMoreThanAnInterval(long jumpMillis) {
        Duration interval = Duration.ofSeconds(30);
        Timetable timetable = every(interval);
        next(timetable);
        pass(Duration.ofSeconds(10));

        wallMillis += jumpMillis;
        long before = nanos;
        next(timetable);
        long untilNext = nanos - before;
        before = nanos;
        next(timetable);
        long untilTheOneAfter = nanos - before;

        assertThat(untilNext).isEqualTo(Duration.ofSeconds(20).toNanos());
        assertThat(untilTheOneAfter).isPositive().isLessThanOrEqualTo(interval.toNanos());
        assertThat(wallMillis % interval.toMillis()).isZero();
    }

    @Test
    void aClockBeforeTheEpochHasTicksToo() {
        wallMillis = -12_000;
        Timetable timetable = every(Duration.ofSeconds(5));

        next(timetable);

        assertThat(timetable.untilDue()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void betweenTwoBatchesThereIsAlwaysATickOfWhateverInterval() {
        Random random = new Random(42);
        for (int round = 0; round < 1_000; round++) {
            long interval = 1 + random.nextInt(10_000);
            Timetable timetable = every(Duration.ofMillis(interval));
            long tick = -1;
            for (int batch = 0; batch < 20; batch++) {
                long begun = next(timetable);
                assertThat(begun / interval).as("a tick has one batch").isGreaterThan(tick);
                tick = begun / interval;
                pass(Duration.ofMillis(random.nextInt(15_000)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void underOtherTriggersABatchMayBeginAtAnyTime(boolean bounded) {
        Trigger trigger = bounded ? new Trigger.AvailableNow(false) : new Trigger.Default();
        Timetable timetable = new Timetable(trigger, () -> wallMillis, () -> nanos);

        timetable.begin();
        nanos -= TimeUnit.DAYS.toNanos(1);

        assertThat(timetable.due()).isTrue();
    }
}
