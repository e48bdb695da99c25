package dev.tocsin.dashboard;

import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** The files of the page. They are small, and kept once they were asked for. */
final class Page {
    private static final String INDEX = "index.html";
    private static final List<String> ASSETS = List.of(
            "dashboard.css",
            "dashboard.js",
            "alerts.js",
            "devices.js",
            "status.js",
            "stream.js",
            "text.js",
            "icon.svg");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    /** A file, with its tag (RFC 9110, section 8.8.3). */
    private record Content(Buffer bytes, String tag) {}

    private final Map<String, Content> files = new ConcurrentHashMap<>();

    /** Puts the page at {@code /} and what it needs below {@code /assets}. */
    void routes(Router router) {
        Api.get(router, "/", context -> send(context, INDEX));
        for (String name : ASSETS) {
            Api.get(router, "/assets/" + name, context -> send(context, name));
        }
        router.route("/assets/*").handler(context -> context.fail(404));
    }

    private void send(RoutingContext context, String name) {
        Content content = files.computeIfAbsent(name, Page::load);
        context.response().putHeader("Cache-Control", "no-cache").putHeader("ETag", content.tag());
        if (content.tag().equals(context.request().getHeader("If-None-Match"))) {
            context.response().setStatusCode(304).end();
        } else {
            context.response().putHeader("Content-Type", type(name)).end(content.bytes());
        }
    }

    private static String type(String name) {
        return Objects.requireNonNull(TYPES.get(name.substring(name.indexOf('.') + 1)));
    }

    private static Content load(String name) {
        try (InputStream in = Page.class.getResourceAsStream("/dashboard/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file dashboard/" + name);
            }
            byte[] bytes = in.readAllBytes();
            return new Content(Buffer.buffer(bytes), "\"" + Integer.toHexString(Arrays.hashCode(bytes)) + "\"");
        } catch (IOException e) {
            throw new UncheckedIOException("dashboard/" + name, e);
        }
    }
}
