package dev.tocsin.it;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events as a browser does, as far as these tests need it. */
final class EventReader implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** An event, with the id that its reader would come back with. */
    record Event(String id, String kind, JsonNode data) {
        List<String> ids() {
            List<String> ids = new ArrayList<>();
            data.path("alerts").forEach(alert -> ids.add(alert.get("id").asText()));
            return ids;
        }

        List<String> devices() {
            List<String> devices = new ArrayList<>();
            data.path("alerts")
                    .forEach(alert -> devices.add(alert.get("deviceId").asText()));
            return devices;
        }
    }

    private final HttpURLConnection connection;
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile String lastId = "";
    private volatile boolean ended;

    private EventReader(URI uri, @Nullable String lastEventId) {
        try {
            connection = (HttpURLConnection) uri.toURL().openConnection();
            if (lastEventId != null) {
                connection.setRequestProperty("Last-Event-ID", lastEventId);
            }
            InputStream in = connection.getInputStream();
            thread = new Thread(() -> read(in), "events");
            thread.setDaemon(true);
            thread.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static EventReader of(PackagedProgram program, String query) {
        return new EventReader(program.uri("/api/alerts/stream" + query), null);
    }

    static EventReader after(PackagedProgram program, String lastEventId) {
        return new EventReader(program.uri("/api/alerts/stream"), lastEventId);
    }

    private void read(InputStream in) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String kind = "";
            String data = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    kind = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                } else if (line.isEmpty() && !data.isEmpty()) {
                    events.add(new Event(lastId, kind, JSON.readTree(data)));
                    kind = "";
                    data = "";
                }
            }
        } catch (IOException e) {
            // the connection was closed, by this side or the other
        } finally {
            ended = true;
        }
    }

    String lastId() {
        return lastId;
    }

    boolean ended() {
        return ended;
    }

    List<Event> of(String kind) {
        return events.stream().filter(event -> event.kind().equals(kind)).toList();
    }

    /** The ids of all alerts, in the order in which they came. */
    List<String> ids() {
        return of("alerts").stream().flatMap(event -> event.ids().stream()).toList();
    }

    List<String> devices() {
        return of("alerts").stream().flatMap(event -> event.devices().stream()).toList();
    }

    void awaitUntil(String what, Predicate<EventReader> condition) {
        await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> condition.test(this));
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
