package dev.tocsin.dashboard;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One reader of the stream. Used by the thread of its {@link Streams} alone, but for what is said to have been sent. */
final class Watcher {
    /** How much may wait to be sent before a watcher counts as slow, in bytes; what was begun before may exceed it once. */
    static final int MAX_PENDING = 64 << 10;

    final Filter filter;
    /** Where it wants to go on; null: with what is new. */
    final @Nullable Bookmark after;
    /** Its own place while that is not where the others of its filter are. */
    @Nullable View view;
    /** Whether all that it missed is sent alert by alert. */
    boolean replays;

    final long joinedNanos = System.nanoTime();
    private final HttpServerResponse response;
    private final Streams streams;
    /** Whether it is to be told more as soon as it takes more. */
    volatile boolean behind = true;

    private final AtomicInteger pending = new AtomicInteger();
    private long slowSinceNanos;

    Watcher(HttpServerResponse response, Streams streams, Filter filter, @Nullable Bookmark after) {
        this.response = response;
        this.streams = streams;
        this.filter = filter;
        this.after = after;
        this.replays = after != null;
    }

    /** Sends, and never waits. */
    void send(Buffer event) {
        pending.addAndGet(event.length());
        response.write(event).onComplete(result -> streams.sent(this, event.length(), result.succeeded()));
    }

    void sent(int bytes) {
        pending.addAndGet(-bytes);
    }

    boolean isSlow() {
        return pending.get() > MAX_PENDING;
    }

    /** How long it has been slow without a break, in nanoseconds. */
    long slowFor(long nowNanos) {
        if (!isSlow()) {
            slowSinceNanos = 0;
            return 0;
        }
        if (slowSinceNanos == 0) {
            slowSinceNanos = nowNanos;
        }
        return nowNanos - slowSinceNanos;
    }

    /** Breaks the connection, whatever waits to be sent. */
    void drop() {
        response.reset();
    }

    /** Ends the stream in good order. */
    void end() {
        response.end();
    }
}
