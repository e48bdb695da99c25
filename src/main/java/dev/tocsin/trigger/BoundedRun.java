package dev.tocsin.trigger;

import dev.tocsin.delivery.Source;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A run that ends by itself ({@link Trigger.AvailableNow}). Each source tells its {@link Part} what it froze at the
 * start, what it left, what could not be processed, and when all that was frozen is delivered and committed. When the
 * last part is complete the run is over. Thread-safe.
 */
public final class BoundedRun {
    /** How many reasons for failure of one source are kept; the rest is counted. */
    static final int MAX_FAILURES = 20;

    private final Map<Source, Part> parts = new EnumMap<>(Source.class);
    private final Runnable onCompletion;

    /** @param onCompletion called once, when the last part is complete, on the thread that completes it */
    public BoundedRun(Set<Source> sources, Runnable onCompletion) {
        this.onCompletion = onCompletion;
        for (Source source : sources) {
            parts.put(source, new Part());
        }
    }

    /**
     * A source's part.
     *
     * @throws IllegalArgumentException for a source that does not take part
     */
    public Part part(Source source) {
        Part part = parts.get(source);
        if (part == null) {
            throw new IllegalArgumentException(source + " takes no part in this run");
        }
        return part;
    }

    /** Whether all parts are complete. */
    public synchronized boolean complete() {
        return parts.values().stream().allMatch(part -> part.completed);
    }

    /** Whether something could not be processed. */
    public synchronized boolean failed() {
        return parts.values().stream().anyMatch(part -> part.failed > 0);
    }

    /** What each source has told so far. */
    public synchronized Map<Source, Told> told() {
        Map<Source, Told> told = new EnumMap<>(Source.class);
        parts.forEach((source, part) -> told.put(source, part.told()));
        return told;
    }

    /**
     * What a source has told of its part.
     *
     * @param frozen what was there at the start, by what is counted
     * @param position how far it has come, in the same terms; empty until it is complete
     * @param left what was seen and left for the next run, by what is counted
     * @param failed how often something could not be processed
     * @param failures the first {@link #MAX_FAILURES} reasons, one line each
     */
    public record Told(
            Map<String, Long> frozen,
            Map<String, Long> position,
            Map<String, Long> left,
            int failed,
            List<String> failures,
            boolean completed) {}

    /** What one source does for the run. */
    public final class Part {
        private final Map<String, Long> frozen = new TreeMap<>();
        private final Map<String, Long> position = new TreeMap<>();
        private final Map<String, Long> left = new TreeMap<>();
        private final List<String> failures = new ArrayList<>();
        private int failed;
        private boolean completed;

        private Part() {}

        /**
         * What was found at the start: nothing more will be taken.
         *
         * @param extent by what is counted: the end offset of each partition; or {@code files}, {@code bytes}
         */
        public void frozen(Map<String, Long> extent) {
            synchronized (BoundedRun.this) {
                frozen.putAll(extent);
            }
        }

        /**
         * What is left for the next run: said once all is read, replaces what was said of it before.
         *
         * @param what is counted, a plural in camel case: {@code pendingLines}, {@code records}
         */
        public void left(String what, long count) {
            synchronized (BoundedRun.this) {
                left.put(what, count);
            }
        }

        /** Something could not be processed, for a reason in one line; the exit code will be 1. */
        public void failed(String reason) {
            synchronized (BoundedRun.this) {
                failed++;
                if (failures.size() < MAX_FAILURES) {
                    failures.add(reason.replaceAll("\\s*[\\r\\n]+\\s*", " "));
                }
            }
        }

        /**
         * All that was frozen, and could be processed, is delivered and committed, by whomever. Only the first call
         * counts.
         *
         * @param reached by what is counted, as in {@link #frozen}
         */
        public void completed(Map<String, Long> reached) {
            boolean last;
            synchronized (BoundedRun.this) {
                if (completed) {
                    return;
                }
                completed = true;
                position.putAll(reached);
                last = complete();
            }
            if (last) {
                onCompletion.run();
            }
        }

        private Told told() {
            return new Told(
                    new TreeMap<>(frozen),
                    new TreeMap<>(position),
                    new TreeMap<>(left),
                    failed,
                    List.copyOf(failures),
                    completed);
        }
    }
}
