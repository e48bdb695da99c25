package dev.tocsin;

import dev.tocsin.alert.Evaluator;
import dev.tocsin.config.Configuration;
import dev.tocsin.config.TocsinConfig;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Source;
import dev.tocsin.rule.Rules;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import io.smallrye.reactive.messaging.annotations.Merge;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Outgoing;

/**
 * The way of a reading. Both sources feed the channel {@code readings}; chunks are decoded and held against the rules, a few
 * records by the source's own thread, many by one of as many workers as there are sources, so that the source reads on meanwhile;
 * the channel {@code alerts} takes what they came to, with the position to commit, to the delivery. Chunks of one source stay in
 * order, because a source has one chunk on its way at a time.
 *
 * <p>The methods take streams, not messages: those are wired once, while the framework makes a dozen objects and two changes of
 * threads for each message of the other kind.
 */
@ApplicationScoped
public class AlertPipeline {
    /** So many records are decoded sooner than another thread is woken: some 20 µs. */
    private static final int FEW = 256;

    private final UnicastProcessor<Chunk> fromTopic = UnicastProcessor.create();
    private final UnicastProcessor<Chunk> fromDirectory = UnicastProcessor.create();
    private final ExecutorService workers =
            Executors.newFixedThreadPool(Source.values().length, task -> new Thread(task, "tocsin-evaluation"));
    private final Queue<Evaluator> evaluators = new ConcurrentLinkedQueue<>();
    private final Rules rules;
    private final int maxBytes;
    private final TocsinService service;

    public AlertPipeline(TocsinConfig config, TocsinService service) {
        this.rules = Configuration.rules(config);
        this.maxBytes = config.reading().maxBytes();
        this.service = service;
    }

    /** Readings from the topic. */
    @Outgoing("readings")
    public Multi<Chunk> topic() {
        return fromTopic;
    }

    /** Readings from the directory. */
    @Outgoing("readings")
    public Multi<Chunk> directory() {
        return fromDirectory;
    }

    /** Decodes, and applies the rules. What is not a reading becomes a reject; nothing is thrown for that. */
    @Incoming("readings")
    @Outgoing("alerts")
    @Merge
    public Multi<Evaluated> evaluate(Multi<Chunk> chunks) {
        return Multi.createFrom()
                .emitter(
                        alerts -> chunks.subscribe().with(chunk -> {
                            if (chunk.records().count() <= FEW) {
                                evaluate(chunk, alerts);
                            } else {
                                workers.execute(() -> evaluate(chunk, alerts));
                            }
                        }),
                        BackPressureStrategy.BUFFER); // a chunk of each source at most
    }

    private void evaluate(Chunk chunk, MultiEmitter<? super Evaluated> alerts) {
        Evaluator idle = evaluators.poll();
        Evaluator evaluator = idle == null ? new Evaluator(rules, maxBytes) : idle;
        try {
            alerts.emit(Evaluated.of(chunk, evaluator.evaluate(chunk.records())));
        } catch (RuntimeException | Error e) {
            service.stopBecause("a chunk of " + chunk.lane().source().label() + " could not be evaluated: " + e, e);
        } finally {
            evaluators.add(evaluator);
        }
    }

    /** Hands over for commit. Never waits: a source that is too far ahead waits for its turn. */
    @Incoming("alerts")
    public Flow.Subscriber<Evaluated> deliver() {
        UnicastProcessor<Evaluated> alerts = UnicastProcessor.create();
        alerts.subscribe().with(chunk -> service.delivery().accept(chunk));
        return alerts;
    }

    @PreDestroy
    void end() {
        workers.shutdownNow();
    }

    /** Where the topic's source puts its chunks. */
    void fromTopic(Chunk chunk) {
        fromTopic.onNext(chunk);
    }

    /** Where the directory's source puts its chunks. */
    void fromDirectory(Chunk chunk) {
        fromDirectory.onNext(chunk);
    }
}
