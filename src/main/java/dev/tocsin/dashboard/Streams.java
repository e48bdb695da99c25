package dev.tocsin.dashboard;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends alerts to those who watch: some times a second, encoded once for all that have the same filter. One thread does
 * all of it; a watcher that does not take what it is sent is passed over, and dropped when it does not catch up.
 */
final class Streams {
    private static final Logger LOG = Logger.getLogger(Streams.class);

    /** How many may watch at a time. */
    static final int MAX_WATCHERS = 250;

    /** How many alerts an event has; if there are more between two ticks, the rest is counted and not sent. */
    static final int MAX_ALERTS = 50;

    /** How large an event's alerts may be, in bytes. */
    static final int MAX_BYTES = 32 << 10;

    private static final long TICK_MILLIS = 250;
    private static final int TICKS_PER_STATUS = 8;
    /** With more watchers than these everything goes half as often, so that many cost little more than some. */
    private static final int MANY_WATCHERS = 20;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long REPLAY_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final AlertLog log;
    private final AlertFeed feed;
    private final Supplier<Buffer> status;
    private final ScheduledThreadPoolExecutor thread;
    private final AtomicInteger watching = new AtomicInteger();
    private final AtomicLong dropped = new AtomicLong();
    private final Map<Filter, Group> groups = new HashMap<>();
    /** Those that are not where the others of their filter are. */
    private final Set<Watcher> behind = new LinkedHashSet<>();

    private @Nullable ScheduledFuture<?> ticking;
    private int ticks;
    private Buffer lastStatus = Buffer.buffer();

    /** Watchers that get the same events. */
    private static final class Group {
        private View view;
        private final Set<Watcher> members = new LinkedHashSet<>();
        private Bookmark told;

        Group(View view) {
            this.view = view;
            this.told = view.bookmark();
        }
    }

    /** @param status the state of the service as JSON, on one line */
    Streams(AlertLog log, AlertFeed feed, Supplier<Buffer> status) {
        this.log = log;
        this.feed = feed;
        this.status = status;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "tocsin-dashboard");
            made.setDaemon(true);
            return made;
        });
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Takes a watcher; false where there are too many. Its head must be set, nothing of its body sent. */
    boolean join(HttpServerResponse response, Filter filter, @Nullable Bookmark after) {
        if (watching.incrementAndGet() > MAX_WATCHERS) {
            watching.decrementAndGet();
            return false;
        }
        Watcher watcher = new Watcher(response, this, filter, after);
        response.closeHandler(closed -> run(() -> leave(watcher)));
        response.exceptionHandler(failure -> LOG.debug("A stream broke", failure));
        run(() -> begin(watcher));
        return true;
    }

    /** How many watch at present. */
    int watching() {
        return watching.get();
    }

    /** How many were dropped since the start because they were slow. */
    long dropped() {
        return dropped.get();
    }

    /** Ends all streams. */
    void stop() throws InterruptedException {
        run(() -> everyone().forEach(Watcher::end));
        thread.shutdown();
        if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
            thread.shutdownNow();
        }
    }

    /** Called on whatever thread has sent; most of the time there is nothing to do, and no thread is woken for that. */
    void sent(Watcher watcher, int bytes, boolean well) {
        watcher.sent(bytes);
        if (!well) {
            run(() -> leave(watcher));
        } else if (watcher.behind && !watcher.isSlow()) {
            run(() -> {
                if (behind.contains(watcher)) {
                    catchUp(watcher);
                }
            });
        }
    }

    private void run(Runnable task) {
        try {
            thread.execute(() -> quietly(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("Stopped already", e);
        }
    }

    /** A task that fails must not take the others' ticks with it. */
    private static void quietly(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.warnf("The dashboard's stream: %s", e.toString());
            LOG.debug("The failure", e);
        }
    }

    private void begin(Watcher watcher) {
        feed.wanted();
        behind.add(watcher);
        if (ticking == null) {
            lastStatus = Events.status(status.get());
            ticking = thread.scheduleAtFixedRate(
                    () -> quietly(this::tick), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        watcher.send(Events.first());
        watcher.send(lastStatus);
        catchUp(watcher);
    }

    private void leave(Watcher watcher) {
        Group group = groups.get(watcher.filter);
        boolean member = group != null && group.members.remove(watcher);
        if (!behind.remove(watcher) && !member) {
            return;
        }
        if (group != null && group.members.isEmpty()) {
            groups.remove(watcher.filter);
        }
        if (watching.decrementAndGet() == 0 && ticking != null) {
            ticking.cancel(false);
            ticking = null;
        }
    }

    private List<Watcher> everyone() {
        List<Watcher> all = new ArrayList<>(behind);
        groups.values().forEach(group -> all.addAll(group.members));
        return all;
    }

    private void tick() {
        feed.wanted();
        int pace = watching.get() > MANY_WATCHERS ? 2 : 1;
        ticks++;
        if (log.isLoaded() && ticks % pace == 0) {
            groups.values().forEach(this::advance);
        }
        List.copyOf(behind).forEach(this::catchUp);
        if (ticks % (pace * TICKS_PER_STATUS) == 0) {
            sendStatus();
        }
        dropSlow();
    }

    private void advance(Group group) {
        View before = group.view.copy();
        View.Unseen unseen = log.sample(group.view, MAX_ALERTS, MAX_BYTES);
        if (unseen.isEmpty()) {
            return;
        }
        Buffer event = Events.alerts(unseen);
        group.told = unseen.bookmark();
        for (Watcher watcher : List.copyOf(group.members)) {
            if (watcher.isSlow()) {
                group.members.remove(watcher);
                watcher.view = before.copy();
                watcher.behind = true;
                behind.add(watcher);
            } else {
                watcher.send(event);
            }
        }
    }

    /** Sends what a watcher is behind by, as far as it takes it; then it joins the others. */
    private void catchUp(Watcher watcher) {
        if (!log.isLoaded()) {
            return;
        }
        View view = watcher.view;
        if (view == null) {
            view = watcher.after == null ? log.viewOfNew(watcher.filter) : log.viewAfter(watcher.filter, watcher.after);
            watcher.view = view;
        }
        if (System.nanoTime() - watcher.joinedNanos > REPLAY_NANOS) {
            watcher.replays = false;
        }
        boolean more = true;
        while (more && !watcher.isSlow()) {
            View.Unseen unseen =
                    watcher.replays ? log.read(view, MAX_ALERTS, MAX_BYTES) : log.sample(view, MAX_ALERTS, MAX_BYTES);
            if (!unseen.isEmpty()) {
                watcher.send(Events.alerts(unseen));
            }
            more = !unseen.atEnd();
        }
        Group group = groups.get(watcher.filter);
        if (!more && log.atEnd(view) && (group == null || view.bookmark().covers(group.view.bookmark()))) {
            join(watcher, view, group);
        }
    }

    /** What the others have not been sent yet is sent to them first: then all are at the same place. */
    private void join(Watcher watcher, View view, @Nullable Group group) {
        Group joined = group;
        if (joined == null) {
            joined = new Group(view);
            groups.put(watcher.filter, joined);
        } else {
            advance(joined);
            if (!joined.view.bookmark().equals(view.bookmark())) {
                return;
            }
        }
        watcher.send(Events.place(view.bookmark()));
        watcher.view = null;
        watcher.replays = false;
        watcher.behind = false;
        behind.remove(watcher);
        joined.members.add(watcher);
    }

    private void sendStatus() {
        lastStatus = Events.status(status.get());
        for (Group group : groups.values()) {
            Bookmark seen = group.view.bookmark();
            Buffer place = seen.equals(group.told) ? null : Events.place(seen);
            group.told = seen;
            for (Watcher watcher : group.members) {
                if (place != null) {
                    watcher.send(place);
                }
                sendStatus(watcher);
            }
        }
        behind.forEach(this::sendStatus);
    }

    private void sendStatus(Watcher watcher) {
        if (!watcher.isSlow()) {
            watcher.send(lastStatus);
        }
    }

    private void dropSlow() {
        long now = System.nanoTime();
        for (Watcher watcher : everyone()) {
            if (watcher.slowFor(now) > PATIENCE_NANOS) {
                LOG.debug("A watcher that takes too little is dropped");
                dropped.incrementAndGet();
                leave(watcher);
                watcher.drop();
            }
        }
    }
}
