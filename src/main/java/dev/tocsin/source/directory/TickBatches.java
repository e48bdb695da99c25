package dev.tocsin.source.directory;

import dev.tocsin.trigger.Timetable;
import java.time.Duration;

/** One listing and one batch at every tick, and nothing between. */
final class TickBatches extends Batches {
    private final Timetable timetable;

    TickBatches(Parts parts) {
        super(parts, directory -> {});
        this.timetable = Timetable.of(parts.settings().trigger());
    }

    @Override
    boolean take() throws InterruptedException {
        if (!timetable.due()) {
            return false;
        }
        timetable.begin();
        Duration interval = timetable.untilDue();
        long scans = interval.toMillis()
                / Math.max(1, parts.settings().scanInterval().toMillis());
        Look look = list(() -> scan.list((int) Math.max(1, Math.min(scans, 1_000))));
        if (look != null) {
            work(look);
            pending.clear(); // what is beyond the limits is found again at the next tick
        }
        return true;
    }

    @Override
    Duration untilDue() {
        return timetable.untilDue();
    }
}
