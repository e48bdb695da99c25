package dev.tocsin.source.directory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How long the ledger remembers files that are gone. Since when a file is gone is noted in its entry, so that whoever goes on
 * after a restart goes on counting. That is looked at in steps, because the ledger has to be read for the names: at the end of a
 * whole listing, the first time one step after the start, so that a directory which is still being filled is not judged.
 */
final class Retention {
    /** How many steps the retention has: one an hour, of seven days. */
    private static final int STEPS = 168;

    /** How many closed files are dealt with at a time; where there are more, the next step does not wait for its time. */
    static final int AT_ONCE = 10_000;

    /** Reading the whole ledger may take so much of the time at most: a twentieth. */
    private static final int PAUSE = 20;

    private final KnownFiles known;
    private final Duration time;
    private final long stepNanos;
    private long nextNanos;

    Retention(DirectorySettings settings, KnownFiles known) {
        this.known = known;
        this.time = settings.retention();
        this.stepNanos = TimeUnit.MILLISECONDS.toNanos(time.toMillis()) / STEPS;
        this.nextNanos = System.nanoTime() + (settings.trigger().bounded() ? 0 : stepNanos);
    }

    /**
     * What is to be written to the ledger.
     *
     * @param toForget files that have been gone for longer than the retention
     * @param toNote files whose entry does not say since when they are gone, or does not say any more what is so
     */
    record Step(List<String> toForget, List<String> toNote) {
        static final Step NONE = new Step(List.of(), List.of());
    }

    /** The next step, where it is due. A whole listing, or the failure of one, is to come before it. */
    Step next() throws InterruptedException {
        long begun = System.nanoTime();
        if (begun - nextNanos < 0) {
            return Step.NONE;
        }
        int closed = known.closed().hasNews(time) ? known.openGone(time, AT_ONCE) : 0;
        long now = System.nanoTime();
        nextNanos = now + Math.max(closed < AT_ONCE ? stepNanos : 0, PAUSE * (now - begun));
        List<String> toForget = new ArrayList<>();
        List<String> toNote = new ArrayList<>();
        known.tracked().forEach((path, file) -> {
            if (file.isGoneFor(time)) {
                if (!file.state().phase().isLeaving()) {
                    toForget.add(path);
                }
            } else if (file.isToBeNoted()) {
                toNote.add(path);
            }
        });
        return new Step(toForget, toNote);
    }
}
