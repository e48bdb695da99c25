package dev.tocsin;

import dev.tocsin.alert.Evaluator;
import dev.tocsin.config.Configuration;
import dev.tocsin.config.TocsinConfig;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.rule.Rules;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.reactive.messaging.annotations.Blocking;
import io.smallrye.reactive.messaging.annotations.Merge;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Outgoing;

/**
 * The way of a reading. Both sources feed the channel {@code readings}; chunks are decoded and held against the rules by
 * a few worker threads, as many at once as there are sources; the channel {@code alerts} takes what they came to, with
 * the position to commit, to the delivery. Chunks of one source stay in order, because a source has one chunk on its way
 * at a time.
 */
@ApplicationScoped
public class AlertPipeline {
    private final UnicastProcessor<Chunk> fromTopic = UnicastProcessor.create();
    private final UnicastProcessor<Chunk> fromDirectory = UnicastProcessor.create();
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
    @Blocking(value = "evaluation", ordered = false)
    public Evaluated evaluate(Chunk chunk) {
        Evaluator idle = evaluators.poll();
        Evaluator evaluator = idle == null ? new Evaluator(rules, maxBytes) : idle;
        try {
            return Evaluated.of(chunk, evaluator.evaluate(chunk.records()));
        } catch (RuntimeException | Error e) {
            service.stopBecause("a chunk of " + chunk.lane().source().label() + " could not be evaluated: " + e, e);
            throw e;
        } finally {
            evaluators.add(evaluator);
        }
    }

    /** Hands over for commit. Runs on an event loop, so it never waits: a source that is too far ahead waits for its turn. */
    @Incoming("alerts")
    public void deliver(Evaluated chunk) {
        service.delivery().accept(chunk);
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
