package dev.tocsin.dashboard;

import dev.tocsin.config.TocsinConfig;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.kafka.KafkaClients;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BasicAuthHandler;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** The dashboard: what it shows is collected here, whether or not someone looks, in bounded memory. */
@ApplicationScoped
public class Dashboard {
    private final TocsinConfig.Dashboard settings;
    private final AlertLog log = new AlertLog();
    private final Activity activity = new Activity();
    private final RecentFiles files = new RecentFiles();
    private final RecentRejects rejects = new RecentRejects();
    private final AlertFeed feed;
    private final Status status;
    private final Streams streams;

    /** @param version what the page calls this build */
    public Dashboard(
            TocsinConfig config,
            Instance<KafkaClients> clients,
            @ConfigProperty(name = "quarkus.application.version", defaultValue = "unknown") String version) {
        this.settings = config.dashboard();
        AlertRate rate = new AlertRate();
        this.feed = config.sink().kafka().enabled()
                ? new AlertTopic(clients, config.sink().kafka().alertsTopic(), log, rate)
                : new OwnAlerts(log, rate);
        this.status = new Status(instance(System.getenv()), version, activity, rate, feed);
        this.streams = new Streams(log, feed, () -> status.json(this.streams()));
    }

    private Streams streams() {
        return streams;
    }

    /** A pod's name, or what tells this process from others of the machine. */
    private static String instance(Map<String, String> environment) {
        String host = environment.get("HOSTNAME");
        return host == null || host.isBlank()
                ? "process-" + ProcessHandle.current().pid()
                : AlertEntries.cut(host, AlertEntries.MAX_DEVICE);
    }

    /** What is to be told of deliveries: nothing where the dashboard is off. */
    public List<DeliveryListener> listeners() {
        if (!settings.enabled()) {
            return List.of();
        }
        List<DeliveryListener> listeners = new ArrayList<>(List.of(activity, files, rejects));
        if (feed instanceof DeliveryListener own) {
            listeners.add(own);
        }
        return listeners;
    }

    /** Says whom to ask for the state of the service, once that is there. */
    public void started(ServiceState service) {
        status.of(service);
    }

    void routes(@Observes Router router, Vertx vertx) {
        if (!settings.enabled()) {
            return;
        }
        @Nullable BasicAuthHandler authentication = Access.authentication(settings);
        for (String path : List.of("/", "/assets/*", "/api", "/api/*")) {
            router.route(path).handler(Access::protect).failureHandler(Api::failed);
            if (authentication != null) {
                router.route(path).handler(authentication);
            }
        }
        new Page().routes(router);
        new Api(vertx, log, feed, streams, status, files, rejects).routes(router);
    }

    /** Ends all streams; to be called when the sources have stopped. */
    public void stop() throws InterruptedException {
        feed.stop();
        streams.stop();
    }
}
