package dev.tocsin.source.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.alert.Evaluator;
import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Delivery;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.kafka.KafkaUnderTest;
import dev.tocsin.rule.Rules;
import dev.tocsin.sink.kafka.KafkaTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ledger in a topic of a real broker, written by real transactions. */
@BrokerTest
@Timeout(120)
class KafkaLedgerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @TempDir
    Path in;

    private final KafkaUnderTest broker;
    private final KafkaClients clients;
    private final String group = KafkaUnderTest.unique("ledger");
    private final String topic = KafkaUnderTest.unique("ledger");
    private final String alerts;
    private final String rejects;
    private final KafkaLedger ledger;
    private final KafkaTransaction transaction;
    private final List<AutoCloseable> started = new ArrayList<>();

    KafkaLedgerTest(KafkaUnderTest broker) {
        this.broker = broker;
        this.clients = new KafkaClients(Map.of("bootstrap.servers", broker.bootstrapServers()));
        this.alerts = broker.newTopic("alerts", 1);
        this.rejects = broker.newTopic("rejects", 1);
        this.ledger = ledger();
        this.transaction = transaction();
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : started) {
            each.close();
        }
    }

    private KafkaLedger ledger() {
        KafkaLedger made = new KafkaLedger(clients, topic, group, () -> {}, () -> {});
        started.add(made);
        return made;
    }

    private KafkaTransaction transaction() {
        KafkaTransaction made =
                new KafkaTransaction(() -> clients.alerts(group, 1_000_000), alerts, rejects, source -> {});
        started.add(made::close);
        return made;
    }

    @Test
    void anEntryIsReadBackFromWhereItWasCommitted() throws Exception {
        assign(ledger);
        Position.OfFile written = commit("a.json", "first");

        assertThat(entry("a.json", ledger.place(written))).isEqualTo("first");
    }

    @Test
    void anEntryIsReadBackFromWhereItWasShown() throws Exception {
        assign(ledger);
        for (int i = 0; i < 50; i++) {
            commit(i + ".json", "entry " + i);
        }
        commit("7.json", "later");

        Map<String, Long> places = load(ledger);

        assertThat(places).hasSize(50);
        assertThat(entry("7.json", places.get("7.json"))).isEqualTo("later");
        assertThat(entry("8.json", places.get("8.json"))).isEqualTo("entry 8");
        assertThat(entry("8.json", places.get("8.json"))).as("again").isEqualTo("entry 8");
        assertThat(load(ledger)).as("afterwards all is shown as before").isEqualTo(places);
    }

    @Test
    void whatLiesThereMayBeOfAnotherPath() throws Exception {
        assign(ledger);
        Position.OfFile written = commit("a.json", "of a");
        String other = samePartition("a.json", written);

        assertThat(ledger.entry(other, ledger.place(written))).isNull();
        assertThat(ledger.entry(otherPartition("a.json", written), ledger.place(written)))
                .isNull();
    }

    /** A transaction's marker follows its records, and so may records that were aborted. */
    @Test
    void whatWasAbortedIsNeitherShownNorInTheWay() throws Exception {
        assign(ledger);
        commit("a.json", "of a");
        assertThatThrownBy(() -> transaction.commit(List.of(chunk(position("a.json", "aborted")), tooOld("b.json"))))
                .isInstanceOf(KafkaException.class);
        transaction.recover();
        Position.OfFile later = commit("c.json", "of c");

        assertThat(load(ledger)).containsOnlyKeys("a.json", "c.json");
        assertThat(entry("c.json", ledger.place(later))).isEqualTo("of c");
    }

    /** As after a compaction, here where a transaction's marker lies: then the ledger is to be loaded anew. */
    @Test
    void anEntryThatIsNotThereAnyMoreIsAFailureAndNotAnotherOne() throws Exception {
        assign(ledger);
        Position.OfFile first = commit("a.json", "first");
        Position.OfFile second = commit("a.json", "second");

        assertThatThrownBy(() -> ledger.entry("a.json", ledger.place(first) + 1))
                .isInstanceOf(KafkaException.class)
                .hasMessageContaining("is not at offset 1 of " + first.owner().partition() + " any more");

        assertThat(load(ledger)).containsExactly(Map.entry("a.json", ledger.place(second)));
    }

    @Test
    void anotherOwnerGoesOnCountingHowLongAFileIsGone() throws Exception {
        write("there.json");
        write("gone.json");
        Running first = start(Duration.ofMinutes(1));
        scanUntil(first, () -> first.outcomes.size() == 2);
        Files.delete(in.resolve("gone.json"));
        scanUntil(first, () -> state("gone.json").gone() != 0);
        assertThat(state("there.json").gone()).isZero();
        Running second = start(Duration.ofSeconds(1)); // to which what the first has noted is long ago
        first.close();

        scanUntil(second, () -> shown().keySet().equals(Set.of("there.json")));

        assertThat(second.outcomes).containsExactly(FileOutcome.FORGOTTEN);
    }

    /** The first owner's time counts: by its own, the second would forget nothing for an hour. */
    @Test
    void whatWasNotedLongAgoIsForgottenByTheNextOwner() throws Exception {
        write("there.json");
        assign(ledger);
        long anHourAgo = System.currentTimeMillis() - Duration.ofHours(1).toMillis();
        FileState gone = FileIdentity.generation(new Found("gone.json", Found.Kind.REGULAR, 1, 2, 3))
                .in(FileState.Phase.DONE)
                .goneSince(anHourAgo);
        commit("gone.json", new String(gone.toJson(), UTF_8));
        ledger.close();

        Running next = start(Duration.ofMinutes(1));

        scanUntil(next, () -> shown().keySet().equals(Set.of("there.json")));
        assertThat(next.outcomes).contains(FileOutcome.FORGOTTEN);
    }

    @Test
    void aFileThatIsBackIsNotedAndNotReadAgain() throws Exception {
        write("there.json");
        write("back.json");
        Running first = start(Duration.ofMinutes(1));
        scanUntil(first, () -> first.outcomes.size() == 2);
        Path away = in.resolve(".away");
        Files.move(in.resolve("back.json"), away);
        scanUntil(first, () -> state("back.json").gone() != 0);
        first.close();

        Files.move(away, in.resolve("back.json"));
        Running second = start(Duration.ofMinutes(1));
        scanUntil(second, () -> state("back.json").gone() == 0);

        assertThat(second.outcomes).isEmpty();
        assertThat(state("back.json").lines()).isEqualTo(1);
    }

    /** A source with its real reader, evaluation and delivery, as one process has them. */
    private final class Running implements AutoCloseable {
        private final List<FileOutcome> outcomes = new CopyOnWriteArrayList<>();
        private final ExecutorService evaluation = Executors.newSingleThreadExecutor();
        private final Delivery delivery;
        private final DirectorySource source;
        private boolean closed;

        Running(Duration retention) {
            Evaluator evaluator = new Evaluator(new Rules(List.of(Rules.DEFAULT)), 256 << 10);
            KafkaTransaction own = new KafkaTransaction(
                    () -> clients.alerts(KafkaUnderTest.unique("instance"), 1_000_000), alerts, rejects, s -> {});
            delivery = new Delivery(own, List.of(), e -> {});
            source = DirectorySource.withTopic(
                    Settings.of(in)
                            .retention(retention)
                            .growthWindow(Duration.ZERO)
                            .build(),
                    clients,
                    topic,
                    group,
                    delivery,
                    chunk -> evaluation.execute(
                            () -> delivery.accept(Evaluated.of(chunk, evaluator.evaluate(chunk.records())))),
                    outcomes::add,
                    null);
            delivery.start();
            source.start();
        }

        @Override
        public void close() throws InterruptedException {
            if (!closed) {
                closed = true;
                source.stop();
                source.join(PATIENCE);
                delivery.stop(PATIENCE);
                evaluation.shutdownNow();
            }
        }
    }

    private Running start(Duration retention) {
        Running running = new Running(retention);
        started.add(running);
        return running;
    }

    private static void scanUntil(Running running, Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    running.source.scan();
                    return condition.call();
                });
    }

    private void write(String name) throws IOException {
        Files.writeString(in.resolve(name), "{\"deviceId\":\"" + name + "\",\"temperature\":101}\n");
    }

    /** The committed entry of a path, as any consumer sees it. */
    private FileState state(String path) {
        return FileState.fromJson(shown().get(path).getBytes(UTF_8));
    }

    private Map<String, String> shown() {
        Map<String, String> entries = new LinkedHashMap<>();
        broker.topics().committed(topic).forEach(record -> {
            String path = new String(record.key(), UTF_8).replace(group + "/directory/", "");
            if (record.value() == null) {
                entries.remove(path);
            } else {
                entries.put(path, new String(record.value(), UTF_8));
            }
        });
        return entries;
    }

    private static void assign(KafkaLedger ledger) throws InterruptedException {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            ledger.poll(Duration.ofMillis(100));
            return ledger.isAssigned();
        });
        load(ledger);
    }

    /** Where the entry of each path lies. */
    private static Map<String, Long> load(KafkaLedger ledger) throws InterruptedException {
        Map<String, Long> places = new LinkedHashMap<>();
        ledger.load((path, entry, place) -> places.put(path, place));
        return places;
    }

    private @Nullable String entry(String path, long place) {
        byte[] entry = ledger.entry(path, place);
        return entry == null ? null : new String(entry, UTF_8);
    }

    private Position.OfFile commit(String path, String entry) throws Exception {
        Position.OfFile position = position(path, entry);
        transaction.commit(List.of(chunk(position)));
        return position;
    }

    private Position.OfFile position(String path, String entry) {
        return (Position.OfFile) ledger.position(path, entry.getBytes(UTF_8), null);
    }

    private static Evaluated chunk(Position position) {
        return ChunkBuilder.from(Source.DIRECTORY).at(position).build();
    }

    /** Of a member that the group does not know: it cannot be committed. */
    private Evaluated tooOld(String path) {
        Position.OfFile file = position(path, "of a stranger");
        Position.Owner owner = file.owner();
        return chunk(new Position.OfFile(
                path,
                file.entry(),
                new Position.Owner(
                        new ConsumerGroupMetadata(owner.group().groupId(), 1_000, "stranger", Optional.empty()),
                        owner.key(),
                        owner.partition(),
                        owner.offset(),
                        owner.written()),
                null));
    }

    private String samePartition(String path, Position.OfFile written) {
        return another(path, written, true);
    }

    private String otherPartition(String path, Position.OfFile written) {
        return another(path, written, false);
    }

    private String another(String path, Position.OfFile written, boolean same) {
        for (int i = 0; ; i++) {
            String other = i + path;
            boolean found = position(other, "")
                    .owner()
                    .partition()
                    .equals(written.owner().partition());
            if (found == same) {
                return other;
            }
        }
    }
}
