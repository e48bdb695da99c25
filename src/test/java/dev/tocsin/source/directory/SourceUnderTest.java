package dev.tocsin.source.directory;

import dev.tocsin.alert.Evaluator;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Delivery;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.MemoryCommitter;
import dev.tocsin.rule.Rules;
import dev.tocsin.trigger.BoundedRun;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The source with its real reader, evaluation and delivery, as one process has them; what it commits goes to memory. */
final class SourceUnderTest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    final MemoryCommitter committer;
    final List<FileOutcome> outcomes = new CopyOnWriteArrayList<>();
    private final ExecutorService evaluation = Executors.newSingleThreadExecutor();
    private final Evaluator evaluator = new Evaluator(new Rules(List.of(Rules.DEFAULT)), 256 << 10);
    private final Delivery delivery;
    private final DirectorySource source;
    private volatile boolean resting;

    /** Starts a source that goes on from what the committer has. */
    SourceUnderTest(Settings settings, MemoryCommitter committer, BoundedRun.@Nullable Part part) {
        this.committer = committer;
        this.delivery = new Delivery(committer, List.of(), e -> outcomes.add(null));
        this.source = DirectorySource.withJournal(
                settings.build(),
                new MapOfEntries(committer::entries),
                delivery,
                chunk -> evaluation.execute(() -> evaluate(chunk)),
                new DirectoryEvents() {
                    @Override
                    public void file(FileOutcome outcome) {
                        outcomes.add(outcome);
                    }

                    @Override
                    public void resting(boolean now) {
                        resting = now;
                    }
                },
                part);
        delivery.start();
        source.start();
    }

    private void evaluate(Chunk chunk) {
        delivery.accept(Evaluated.of(chunk, evaluator.evaluate(chunk.records())));
    }

    void scan() {
        source.scan();
    }

    boolean rests() {
        return resting;
    }

    /** Lets whatever is read wait for its evaluation until this is counted down. */
    CountDownLatch hold() {
        CountDownLatch held = new CountDownLatch(1);
        evaluation.execute(() -> {
            try {
                held.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return held;
    }

    /** Every committed alert as origin and device. */
    List<String> read() {
        return committer.alerts().stream()
                .map(alert -> alert.origin().text() + "=" + alert.reading().deviceId())
                .toList();
    }

    /** The files of each batch that was committed, by their names. */
    List<List<String>> batches() {
        return committer.commits.stream()
                .flatMap(List::stream)
                .filter(chunk -> chunk.batch() != null)
                .collect(java.util.stream.Collectors.groupingBy(
                        chunk -> chunk.batch().id(),
                        java.util.TreeMap::new,
                        java.util.stream.Collectors.mapping(
                                SourceUnderTest::path, java.util.stream.Collectors.toList())))
                .values()
                .stream()
                .map(paths -> paths.stream().distinct().toList())
                .toList();
    }

    private static String path(Evaluated chunk) {
        return ((dev.tocsin.delivery.Position.OfFile) chunk.position()).path();
    }

    @Override
    public void close() throws InterruptedException {
        source.stop();
        source.join(PATIENCE);
        delivery.stop(PATIENCE);
        evaluation.shutdownNow();
    }
}
