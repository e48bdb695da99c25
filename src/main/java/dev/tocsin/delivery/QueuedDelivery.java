package dev.tocsin.delivery;

import java.time.Duration;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** What the ways to deliver have in common: an inbox, and one thread that empties it until it is told to stop, or cannot. */
abstract sealed class QueuedDelivery implements Deliverer permits Delivery, AcknowledgedDelivery {
    private static final Logger LOG = Logger.getLogger(QueuedDelivery.class);

    final Inbox inbox = new Inbox();
    final Readiness readiness = new Readiness();
    private final Consumer<FatalDeliveryException> onFatal;
    private final Thread thread = new Thread(this::run, "tocsin-delivery");

    /** @param onFatal told once, when nothing more can be delivered */
    QueuedDelivery(Consumer<FatalDeliveryException> onFatal) {
        this.onFatal = onFatal;
    }

    @Override
    public final void register(Lane lane) {
        inbox.register(lane);
    }

    @Override
    public final void start() {
        thread.start();
    }

    @Override
    public final void accept(Evaluated chunk) {
        inbox.add(chunk);
    }

    @Override
    public final void flush() {
        inbox.flush();
        hurry();
    }

    @Override
    public final void stop(Duration timeout) throws InterruptedException {
        inbox.stop();
        hurry();
        thread.join(Math.max(1, timeout.toMillis()));
        if (thread.isAlive()) {
            thread.interrupt();
            thread.join(Readiness.LAST_BACKOFF_MILLIS);
        }
    }

    /** Wakes whatever thread does not wait for the inbox: nothing is to wait any more. */
    void hurry() {}

    @Override
    public final String problem() {
        return readiness.problem();
    }

    private void run() {
        try {
            regain();
            deliver();
        } catch (FatalDeliveryException e) {
            onFatal.accept(e);
        } catch (InterruptedException e) {
            if (!inbox.settled()) {
                LOG.warn("Stopped before all was committed; what was not will be read again");
            }
        } catch (RuntimeException | Error e) {
            onFatal.accept(new FatalDeliveryException("the delivery failed: " + e, e));
        } finally {
            end();
        }
    }

    /** Makes ready for the next commit, however long that takes. */
    final void regain() throws FatalDeliveryException, InterruptedException {
        readiness.regain(this::recover, inbox::pauseOrStop);
    }

    /**
     * Tries to make ready for the next commit.
     *
     * @throws Exception where that is not possible yet; it will be called again
     */
    abstract void recover() throws Exception;

    /** Delivers what comes, until it is time to stop and all is committed. */
    abstract void deliver() throws FatalDeliveryException, InterruptedException;

    /** Nothing will be delivered any more. */
    abstract void end();
}
