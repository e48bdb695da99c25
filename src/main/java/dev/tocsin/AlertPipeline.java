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
import io.smallrye.reactive.messaging.annotations.Merge;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Flow;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Outgoing;

/**
 * The way of a reading. Both sources feed the channel {@code readings}; chunks are decoded and held against the rules; the channel
 * {@code alerts} takes what they came to, with the position to commit, to the delivery. Chunks of one source stay in order.
 *
 * <p>The methods take streams, not messages: those are wired once, while the framework makes a dozen objects and two changes of
 * threads for each message of the other kind.
 */
@ApplicationScoped
public class AlertPipeline {
    private final TocsinService service;
    private final SourceEvaluation ofTopic;
    private final SourceEvaluation ofDirectory;
    private volatile boolean failed;

    public AlertPipeline(TocsinConfig config, TocsinService service) {
        this.service = service;
        this.ofTopic = evaluation(Source.KAFKA, config);
        this.ofDirectory = evaluation(Source.DIRECTORY, config);
    }

    private SourceEvaluation evaluation(Source source, TocsinConfig config) {
        Rules rules = Configuration.rules(config);
        return new SourceEvaluation(
                source,
                new Evaluator(rules, config.reading().maxBytes())::evaluate,
                e -> fail("a chunk of " + source.label() + " could not be evaluated", e));
    }

    /** Readings from the topic. */
    @Outgoing("readings")
    public Multi<Chunk> topic() {
        return ofTopic.chunks();
    }

    /** Readings from the directory. */
    @Outgoing("readings")
    public Multi<Chunk> directory() {
        return ofDirectory.chunks();
    }

    /** Decodes, and applies the rules. What is not a reading becomes a reject; nothing is thrown for that. */
    @Incoming("readings")
    @Outgoing("alerts")
    @Merge
    public Multi<Evaluated> evaluate(Multi<Chunk> chunks) {
        return Multi.createFrom()
                .emitter(
                        alerts -> chunks.subscribe()
                                .with(
                                        chunk -> of(chunk.lane().source()).evaluate(chunk, alerts::emit),
                                        e -> fail("the channel readings ended", e)),
                        BackPressureStrategy.BUFFER); // as many as the lanes let through
    }

    private SourceEvaluation of(Source source) {
        return source == Source.KAFKA ? ofTopic : ofDirectory;
    }

    /** Hands over for commit. */
    @Incoming("alerts")
    public Flow.Subscriber<Evaluated> deliver() {
        UnicastProcessor<Evaluated> alerts = UnicastProcessor.create();
        alerts.subscribe().with(this::deliver, e -> fail("the channel alerts ended", e));
        return alerts;
    }

    /** Never waits: a source that is too far ahead waits for its turn. Nothing is handed over behind what could not be. */
    private void deliver(Evaluated chunk) {
        try {
            if (!failed) {
                service.delivery().accept(chunk);
            }
        } catch (RuntimeException | Error e) {
            fail("a chunk of " + chunk.source().label() + " could not be handed over", e);
        }
    }

    private void fail(String what, Throwable e) {
        failed = true;
        service.stopBecause(what + ": " + e, e);
    }

    @PreDestroy
    void stop() {
        ofTopic.stop();
        ofDirectory.stop();
    }

    /** Where the topic's source puts its chunks. */
    void fromTopic(Chunk chunk) {
        ofTopic.bring(chunk);
    }

    /** Where the directory's source puts its chunks. */
    void fromDirectory(Chunk chunk) {
        ofDirectory.bring(chunk);
    }
}
