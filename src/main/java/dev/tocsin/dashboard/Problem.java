package dev.tocsin.dashboard;

import com.fasterxml.jackson.core.JsonGenerator;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;

/** An answer that is an error, as RFC 9457 has it. */
final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String title;

    /** @param detail for a person who wrote the request; never holds more of it than a name */
    Problem(int status, String title, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
    }

    /** A parameter that cannot be used. */
    static Problem parameter(String name, String allowed) {
        return new Problem(400, "Bad request", "The parameter " + name + " must be " + allowed + ".");
    }

    /** The problem that goes with a status that the framework has chosen. */
    static Problem of(int status) {
        return switch (status) {
            case 401 -> new Problem(401, "Unauthorized", "User name and password are needed.");
            case 404 -> new Problem(404, "Not found", "There is nothing at this path.");
            case 405 -> new Problem(405, "Method not allowed", "All there is can be read, and only be read.");
            case 413 -> new Problem(413, "Content too large", "A request needs no content.");
            default ->
                status >= 400 && status < 500
                        ? new Problem(status, "Bad request", "The request cannot be understood.")
                        : new Problem(500, "Internal server error", "The log says more.");
        };
    }

    int status() {
        return status;
    }

    void send(HttpServerResponse response) {
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            response.reset();
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", "application/problem+json");
        response.end(Json.object(this::write));
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStringField("type", "about:blank");
        json.writeStringField("title", title);
        json.writeNumberField("status", status);
        json.writeStringField("detail", getMessage());
    }
}
