package dev.tocsin.chaos;

import java.util.List;

/**
 * What a round has come to.
 *
 * @param takenBack what a reader of published files saw changed; empty as it should be
 * @param ends of instances that ended by themselves, and why: allowed, as the reason must be good for a restart
 */
record Result(int faults, Verdict alerts, Verdict rejects, String takenBack, List<String> ends) {
    boolean good() {
        return alerts.good() && rejects.good() && takenBack.isEmpty();
    }

    /** The line of the report. */
    String line(String scenario, long seed, long seconds) {
        return String.format(
                "chaos: %-32s seed=%d faults=%d alerts: expected=%d found=%d lost=%d doubled=%d foreign=%d"
                        + " rejects: expected=%d lost=%d doubled=%d foreign=%d disordered=%d exits=%d seconds=%d%s",
                scenario,
                seed,
                faults,
                alerts.expected(),
                alerts.found(),
                alerts.lost().size(),
                alerts.doubled().size(),
                alerts.foreign().size(),
                rejects.expected(),
                rejects.lost().size(),
                rejects.doubled().size(),
                rejects.foreign().size(),
                alerts.disordered().size() + rejects.disordered().size(),
                ends.size(),
                seconds,
                good() ? "" : " FAILED");
    }

    /** What is wrong, and which origins it befell. */
    String problems() {
        return alerts.problems("alerts") + rejects.problems("rejects") + "\n" + takenBack;
    }
}
