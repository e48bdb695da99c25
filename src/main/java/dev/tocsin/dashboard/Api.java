package dev.tocsin.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.List;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The interface below {@code /api}, as {@code META-INF/openapi.yaml} describes it. */
final class Api {
    private static final Logger LOG = Logger.getLogger(Api.class);
    private static final String ALERTS = "/api/alerts";

    /** How long a list of alerts may wait for what was there before to be read, and how often it looks. */
    private static final long LOADING_MILLIS = 3_000;

    private static final long LOOK_MILLIS = 50;

    private final Vertx vertx;
    private final AlertLog log;
    private final AlertFeed feed;
    private final Streams streams;
    private final Status status;
    private final RecentFiles files;
    private final RecentRejects rejects;

    Api(
            Vertx vertx,
            AlertLog log,
            AlertFeed feed,
            Streams streams,
            Status status,
            RecentFiles files,
            RecentRejects rejects) {
        this.vertx = vertx;
        this.log = log;
        this.feed = feed;
        this.streams = streams;
        this.status = status;
        this.files = files;
        this.rejects = rejects;
    }

    void routes(Router router) {
        get(router, ALERTS, this::alerts);
        get(router, ALERTS + "/stream", this::stream);
        get(router, "/api/status", context -> {
            Query.of(context);
            send(context, status.json(streams));
        });
        get(router, "/api/progress", context -> own(context, status::writeProgress));
        get(
                router,
                "/api/files",
                context -> own(context, (json, limit) -> {
                    status.writeBacklog(json);
                    files.write(json, limit);
                }));
        get(router, "/api/rejects", context -> own(context, rejects::write));
        router.route("/api").handler(context -> context.fail(404));
        router.route("/api/*").handler(context -> context.fail(404));
    }

    /** Reading is all that a path is there for; HEAD is GET without the content (RFC 9110, section 9.1). */
    static void get(Router router, String path, Handler<RoutingContext> handler) {
        router.route(HttpMethod.GET, path).handler(handler);
        router.route(HttpMethod.HEAD, path).handler(handler);
        router.route(path).handler(context -> {
            context.response().putHeader("Allow", "GET, HEAD");
            context.fail(405);
        });
    }

    /** Whatever went wrong becomes a problem; only what is Tocsin's own fault is logged. */
    static void failed(RoutingContext context) {
        Throwable failure = context.failure();
        Problem problem = failure instanceof Problem known ? known : Problem.of(context.statusCode());
        if (problem.status() >= 500 && failure != null && !(failure instanceof Problem)) {
            LOG.errorf(failure, "%s failed", context.normalizedPath());
        }
        problem.send(context.response());
    }

    private void alerts(RoutingContext context) {
        Query query = Query.of(context, "device", "rule", "severity", "limit", "cursor");
        Filter filter = query.filter();
        int limit = query.limit();
        feed.wanted();
        whenLoaded(System.nanoTime(), () -> {
            try {
                send(context, list(filter, limit, query.cursor()));
            } catch (Problem e) {
                e.send(context.response());
            }
        });
    }

    /** The log is read when someone looks at it; the first look waits a little rather than see nothing. */
    private void whenLoaded(long sinceNanos, Runnable then) {
        if (log.isLoaded() || System.nanoTime() - sinceNanos > LOADING_MILLIS * 1_000_000) {
            then.run();
        } else {
            vertx.setTimer(LOOK_MILLIS, timer -> whenLoaded(sinceNanos, then));
        }
    }

    private Buffer list(Filter filter, int limit, @Nullable String cursor) {
        Cursor after = null;
        if (cursor != null) {
            try {
                after = Cursor.parse(cursor, log.generation());
            } catch (IllegalArgumentException e) {
                throw Problem.parameter("cursor", "the value of next of another page");
            }
            if (after == null) {
                throw new Problem(
                        410, "Gone", "The list that this cursor belongs to is no more. Begin again without a cursor.");
            }
        }
        AlertLog.Page page = log.page(filter, after, limit);
        return Json.object(json -> {
            json.writeArrayFieldStart("alerts");
            List<AlertEntry> alerts = page.alerts();
            for (AlertEntry alert : alerts) {
                json.writeRawValue(new String(alert.json(), java.nio.charset.StandardCharsets.UTF_8));
            }
            json.writeEndArray();
            json.writeStringField(
                    "next", page.more() ? alerts.get(alerts.size() - 1).cursor().text(page.generation()) : null);
            json.writeStringField("position", page.loaded() ? page.end().toString() : null);
            json.writeBooleanField("complete", page.loaded());
        });
    }

    private void stream(RoutingContext context) {
        Query query = Query.of(context, "device", "rule", "severity", "after");
        Filter filter = query.filter();
        Bookmark after = query.after(context.request().getHeader("Last-Event-ID"));
        HttpServerResponse response = context.response();
        response.putHeader("Content-Type", "text/event-stream; charset=utf-8");
        if (context.request().method().equals(HttpMethod.HEAD)) {
            response.end();
            return;
        }
        // Proxies hold back what they take for a document; nginx does so unless told.
        response.putHeader("X-Accel-Buffering", "no").setChunked(true);
        if (!streams.join(response, filter, after)) {
            response.setChunked(false).headers().remove("X-Accel-Buffering");
            response.putHeader("Retry-After", "10");
            new Problem(
                            503,
                            "Too many watchers",
                            "There are " + Streams.MAX_WATCHERS + " already, and this instance takes no more.")
                    .send(response);
        }
    }

    /** Writes the fields of an answer, so many items at most. */
    private interface Limited {
        void write(JsonGenerator json, int limit) throws IOException;
    }

    /** An answer about this instance alone, which it names. */
    private void own(RoutingContext context, Limited fields) {
        int limit = Query.of(context, "limit").limit();
        send(context, Json.object(json -> {
            json.writeStringField("instance", status.instance());
            fields.write(json, limit);
        }));
    }

    private static void send(RoutingContext context, Buffer json) {
        HttpServerResponse response = context.response();
        if (!response.ended() && !response.closed()) {
            response.putHeader("Content-Type", "application/json").end(json);
        }
    }
}
