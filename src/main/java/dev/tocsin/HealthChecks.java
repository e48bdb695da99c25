package dev.tocsin;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * What the probes of Kubernetes ask. Not started: not up yet. Not live: only a restart helps. Not ready: a broker or a
 * directory is missing, for which a restart would do nothing.
 */
@ApplicationScoped
public class HealthChecks {
    private final TocsinService service;

    public HealthChecks(TocsinService service) {
        this.service = service;
    }

    @Produces
    @Startup
    HealthCheck started() {
        return () -> HealthCheckResponse.up("started");
    }

    @Produces
    @Liveness
    HealthCheck live() {
        return () -> HealthCheckResponse.named("threads at work")
                .status(service.alive())
                .build();
    }

    @Produces
    @Readiness
    HealthCheck ready() {
        return () -> {
            List<String> problems = service.problems();
            HealthCheckResponseBuilder response =
                    HealthCheckResponse.named("sources and sinks").status(problems.isEmpty());
            for (int i = 0; i < problems.size(); i++) {
                response.withData("problem-" + (i + 1), problems.get(i));
            }
            return response.build();
        };
    }
}
