package dev.tocsin.chaos;

import java.util.ArrayList;
import java.util.List;

/** What must come of one partition of the topic, or of one file, in its order. */
final class Strand {
    private final List<Event> alerts = new ArrayList<>();
    private final List<Event> rejects = new ArrayList<>();
    private volatile boolean whole = true;

    void add(Line line, String origin) {
        switch (line.kind()) {
            case ALERT -> alerts.add(new Event(origin, line.value()));
            case REJECT -> rejects.add(new Event(origin, line.value()));
            case NOTHING -> {}
        }
    }

    /** The file went while it may have been read: what came of it is a first part, which may be nothing or all. */
    void mayEndEarly() {
        whole = false;
    }

    boolean whole() {
        return whole;
    }

    List<Event> alerts() {
        return alerts;
    }

    List<Event> rejects() {
        return rejects;
    }
}
