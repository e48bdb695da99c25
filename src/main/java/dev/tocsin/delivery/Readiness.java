package dev.tocsin.delivery;

import org.jboss.logging.Logger;

/** Whether commits can succeed: says so when they cannot, and when they can again. */
final class Readiness {
    private static final Logger LOG = Logger.getLogger(Delivery.class);

    private static final long FIRST_BACKOFF_MILLIS = 100;
    static final long LAST_BACKOFF_MILLIS = 5_000;

    private boolean failing;
    private volatile String problem = "starting";

    /** What makes ready. */
    interface Attempt {
        void run() throws Exception;
    }

    /** Waits. */
    interface Pause {
        /** True when it is time to stop. */
        boolean orStop(long millis) throws InterruptedException;
    }

    /** Why nothing can be delivered at present; empty when all is well. */
    String problem() {
        return problem;
    }

    /** A commit failed. */
    synchronized void failed(Exception cause) {
        if (!failing) {
            failing = true;
            LOG.warnf("A commit failed; its chunks are taken back and read again: %s", cause.toString());
        }
        LOG.debug("The failed commit", cause);
    }

    /** A commit succeeded. */
    synchronized void succeeded() {
        if (failing) {
            failing = false;
            LOG.info("Commits succeed again");
        }
    }

    /**
     * Makes ready for the next commit, however long that takes.
     *
     * @throws InterruptedException where it is time to stop before
     */
    void regain(Attempt attempt, Pause pause) throws FatalDeliveryException, InterruptedException {
        String said = "";
        for (long backoff = FIRST_BACKOFF_MILLIS; ; backoff = Math.min(2 * backoff, LAST_BACKOFF_MILLIS)) {
            try {
                attempt.run();
                problem = "";
                return;
            } catch (FatalDeliveryException e) {
                throw e;
            } catch (Exception e) {
                problem = "alerts cannot be delivered: " + e.getMessage();
                if (!problem.equals(said)) {
                    said = problem;
                    LOG.warn(said);
                }
                LOG.debug("Not ready yet", e);
                if (pause.orStop(backoff)) {
                    throw new InterruptedException();
                }
            }
        }
    }
}
