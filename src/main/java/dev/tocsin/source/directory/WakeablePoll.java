package dev.tocsin.source.directory;

import java.time.Duration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** A poll that brings nothing and that any thread can end. At any other time a wakeup would end a call which is not to be ended. */
final class WakeablePoll {
    /** While it polls. */
    private @Nullable Consumer<?, ?> polling;

    private boolean woken;
    /** Asked for while it did not poll: the next one does not wait. */
    private boolean due;

    /** Polls, and waits for so long at most. By one thread; what the poll brings is lost. */
    void poll(Consumer<?, ?> consumer, Duration wait) {
        boolean thrown = false;
        try {
            consumer.poll(begin(consumer) ? wait : Duration.ZERO);
        } catch (WakeupException e) {
            thrown = true;
        } finally {
            if (end() && !thrown) { // too late for that poll, and not meant for the next call
                takeBackWakeup(consumer);
            }
        }
    }

    /** Ends the poll at once, or the next one. */
    synchronized void wakeUp() {
        Consumer<?, ?> consumer = polling;
        if (consumer == null) {
            due = true;
        } else if (!woken) {
            woken = true;
            consumer.wakeup();
        }
    }

    /** False where there is no time to wait. */
    private synchronized boolean begin(Consumer<?, ?> consumer) {
        boolean waits = !due;
        polling = waits ? consumer : null;
        due = false;
        return waits;
    }

    /** Whether the consumer was woken. */
    private synchronized boolean end() {
        boolean was = woken;
        polling = null;
        woken = false;
        return was;
    }

    private static void takeBackWakeup(Consumer<?, ?> consumer) {
        try {
            consumer.poll(Duration.ZERO);
        } catch (WakeupException e) {
            // as expected
        }
    }
}
