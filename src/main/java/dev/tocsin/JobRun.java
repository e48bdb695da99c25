package dev.tocsin;

import dev.tocsin.config.Configuration;
import dev.tocsin.config.TocsinConfig;
import dev.tocsin.delivery.Source;
import dev.tocsin.trigger.BoundedRun;
import dev.tocsin.trigger.RunSummary;
import dev.tocsin.trigger.Trigger;
import io.quarkus.runtime.Quarkus;
import java.io.PrintStream;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The service as a job: it ends when what was there at its start is done, with 0; with 1 where something could not be
 * processed, or it was stopped before. A line of JSON on standard output says what it came to.
 */
final class JobRun {
    private static final Logger LOG = Logger.getLogger(JobRun.class);

    private final BoundedRun run;
    private final RunSummary summary;

    JobRun(TocsinConfig config, Set<Source> sources) {
        Trigger trigger = Configuration.trigger(config);
        this.run = new BoundedRun(sources, this::end);
        this.summary = new RunSummary(trigger, run, Descriptions.sources(config));
        Main.exitWhenStopped(1); // what is not complete must not look so to whoever runs the job
    }

    BoundedRun.Part part(Source source) {
        return run.part(source);
    }

    RunSummary summary() {
        return summary;
    }

    private void end() {
        if (run.failed()) {
            run.told().values().forEach(told -> told.failures().forEach(LOG::error));
        }
        Quarkus.asyncExit(run.failed() ? 1 : 0);
    }

    /**
     * Says what the run came to.
     *
     * @param out standard output, after the last alert
     * @param reason why the service stops with an error; null where it does not
     */
    void print(PrintStream out, @Nullable String reason) {
        out.println(summary.json(reason != null || run.complete() ? reason : "stopped before its end"));
        out.flush();
    }
}
