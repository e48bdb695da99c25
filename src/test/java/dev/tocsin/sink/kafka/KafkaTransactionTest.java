package dev.tocsin.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.reading.RejectReason;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaTransactionTest {
    private static final TopicPartition DATA_0 = new TopicPartition("iot_data", 0);
    private static final TopicPartition DATA_1 = new TopicPartition("iot_data", 1);
    private static final TopicPartition LEDGER_4 = new TopicPartition("ledger", 4);
    private static final ConsumerGroupMetadata GROUP = group("tocsin", 7);
    private static final ConsumerGroupMetadata FILES = group("tocsin-files", 3);

    private final Deque<UnreliableProducer> next = new ArrayDeque<>();
    private final List<UnreliableProducer> made = new ArrayList<>();
    private final List<Source> tooLarge = new ArrayList<>();
    private final KafkaTransaction transaction = new KafkaTransaction(
            () -> {
                UnreliableProducer producer = next.isEmpty() ? new UnreliableProducer() : next.pop();
                made.add(producer);
                return producer;
            },
            "alerts",
            "rejects",
            tooLarge::add);

    @Test
    void outputEntriesAndOffsetsAreOneTransaction() throws Exception {
        Evaluated ofTopic = ChunkBuilder.from(Source.KAFKA)
                .alerts("a", "b")
                .reject(RejectReason.MALFORMED, "x")
                .at(new Position.OfTopic(GROUP, Map.of(DATA_0, at(10), DATA_1, at(20))))
                .build();
        Evaluated ofFile = ChunkBuilder.from(Source.DIRECTORY)
                .alerts("c")
                .at(entry("data-1.json", "{}"))
                .build();

        transaction.commit(List.of(ofTopic, ofFile));

        UnreliableProducer producer = made.get(0);
        assertThat(made).hasSize(1);
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.history())
                .extracting(ProducerRecord::topic)
                .containsExactly("alerts", "alerts", "rejects", "alerts", "ledger");
        ProducerRecord<byte[], byte[]> written = producer.history().get(4);
        assertThat(written.partition()).isEqualTo(4);
        assertThat(written.key()).asString(UTF_8).isEqualTo("tocsin/directory/data-1.json");
        assertThat(written.value()).asString(UTF_8).isEqualTo("{}");
        assertThat(producer.consumerGroupOffsetsHistory())
                .containsExactly(Map.of(
                        "tocsin", Map.of(DATA_0, at(10), DATA_1, at(20)),
                        "tocsin-files", Map.of(LEDGER_4, at(0))));
        assertThat(producer.groups).containsExactlyInAnyOrder(GROUP, FILES);
    }

    @Test
    void ofSeveralChunksTheLastPositionOfEachPartitionCounts() throws Exception {
        transaction.commit(List.of(
                ofTopic(GROUP, DATA_0, 10, "a"), ofTopic(GROUP, DATA_1, 5, "b"), ofTopic(GROUP, DATA_0, 11, "c")));

        assertThat(made.get(0).consumerGroupOffsetsHistory())
                .containsExactly(Map.of("tocsin", Map.of(DATA_0, at(11), DATA_1, at(5))));
        assertThat(made.get(0).history())
                .extracting(record -> new String(record.key(), UTF_8))
                .containsExactly("a", "b", "c");
    }

    /** The older generation is refused by a broker, and all of the transaction with it. */
    @Test
    void eachChunkCommitsWithTheGroupMetadataThatItCameWith() throws Exception {
        ConsumerGroupMetadata later = group("tocsin", 8);

        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a"), ofTopic(later, DATA_1, 5, "b")));

        assertThat(made.get(0).groups).containsExactlyInAnyOrder(GROUP, later);
    }

    @Test
    void aFileThatIsForgottenLeavesATombstone() throws Exception {
        transaction.commit(List.of(ChunkBuilder.from(Source.DIRECTORY)
                .at(entry("data-1.json", null))
                .build()));

        assertThat(made.get(0).history()).singleElement().satisfies(record -> {
            assertThat(record.key()).asString(UTF_8).isEqualTo("tocsin/directory/data-1.json");
            assertThat(record.value()).isNull();
        });
    }

    @Test
    void oneProducerServesAllCommits() throws Exception {
        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a")));
        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 11, "b")));

        assertThat(made).hasSize(1);
        assertThat(made.get(0).commitCount()).isEqualTo(2);
    }

    static Stream<Named<Consumer<UnreliableProducer>>> stepsThatFail() {
        KafkaException broken = new KafkaException("broken");
        return Stream.of(
                Named.of("init", producer -> producer.initTransactionException = broken),
                Named.of("begin", producer -> producer.beginTransactionException = broken),
                Named.of("send", producer -> producer.sendException = broken),
                Named.of("alert not stored", producer -> producer.fate = failing("alerts", broken)),
                Named.of("reject not stored", producer -> producer.fate = failing("rejects", broken)),
                Named.of("entry not stored", producer -> producer.fate = failing("ledger", broken)),
                Named.of("offsets", producer -> producer.sendOffsetsToTransactionException = broken),
                Named.of("commit", producer -> producer.commitTransactionException = broken),
                Named.of("commit and abort", producer -> {
                    producer.commitTransactionException = broken;
                    producer.abortTransactionException = new KafkaException("broken too");
                }));
    }

    @ParameterizedTest
    @MethodSource("stepsThatFail")
    void whateverStepFailsNothingIsCommittedAndTheNextCommitSucceeds(Consumer<UnreliableProducer> failure)
            throws Exception {
        UnreliableProducer broken = new UnreliableProducer();
        failure.accept(broken);
        next.add(broken);
        List<Evaluated> chunks = List.of(
                ChunkBuilder.from(Source.KAFKA)
                        .alerts("a")
                        .reject(RejectReason.MALFORMED, "x")
                        .at(new Position.OfTopic(GROUP, Map.of(DATA_0, at(10))))
                        .build(),
                ChunkBuilder.from(Source.DIRECTORY)
                        .at(entry("data-1.json", "{}"))
                        .build());

        assertThatThrownBy(() -> transaction.commit(chunks))
                .isNotInstanceOf(FatalDeliveryException.class)
                .hasMessage("broken");
        assertThat(broken.history()).isEmpty();
        assertThat(broken.consumerGroupOffsetsHistory()).isEmpty();

        mend(broken);
        transaction.recover();
        transaction.commit(chunks);

        UnreliableProducer last = made.get(made.size() - 1);
        assertThat(last.history()).extracting(ProducerRecord::topic).containsExactly("alerts", "rejects", "ledger");
        assertThat(last.consumerGroupOffsetsHistory())
                .containsExactly(Map.of(
                        "tocsin", Map.of(DATA_0, at(10)),
                        "tocsin-files", Map.of(LEDGER_4, at(0))));
        assertThat(made.stream().filter(producer -> !producer.closed())).containsExactly(last);
        assertThat(made.stream().mapToLong(UnreliableProducer::commitCount).sum())
                .isEqualTo(1);
    }

    @Test
    void theReasonIsThatOfTheRecordNotThatOfTheCommit() {
        UnreliableProducer broken = new UnreliableProducer();
        broken.fate = failing("alerts", new AuthorizationException("not for you"));
        next.add(broken);

        assertThatThrownBy(() -> transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a"))))
                .isInstanceOf(AuthorizationException.class)
                .hasMessage("not for you");
    }

    @Test
    void aFailedTransactionIsAbortedAndItsProducerGoesOn() throws Exception {
        UnreliableProducer producer = new UnreliableProducer();
        producer.fate = failing("alerts", new KafkaException("broken"));
        next.add(producer);

        assertThatThrownBy(() -> transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a"))))
                .hasMessage("broken");
        producer.fate = record -> null;
        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a")));

        assertThat(made).hasSize(1);
        assertThat(producer.aborted).isEqualTo(1);
    }

    @Test
    void aCommitWithoutAnAnswerIsAskedForAgain() throws Exception {
        UnreliableProducer producer = new UnreliableProducer();
        producer.commitsWithoutAnswer = 2;
        next.add(producer);

        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a")));

        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.history()).hasSize(1);
    }

    /** Its outcome is unknown; the next producer's initialisation settles it, before positions are read again. */
    @Test
    void aProducerThatNeverAnswersIsGivenUp() throws Exception {
        UnreliableProducer silent = new UnreliableProducer();
        silent.commitsWithoutAnswer = 100;
        next.add(silent);

        assertThatThrownBy(() -> transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a"))))
                .isInstanceOf(TimeoutException.class);
        assertThat(silent.closed()).isTrue();

        transaction.recover();
        assertThat(made).hasSize(2);
        assertThat(made.get(1).transactionInitialized()).isTrue();
        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a")));
        assertThat(made.get(1).commitCount()).isEqualTo(1);
    }

    @Test
    void recoveryFailsUntilAProducerCanBeInitialisedAndLeavesNoneBehind() {
        for (int i = 0; i < 2; i++) {
            UnreliableProducer unreachable = new UnreliableProducer();
            unreachable.initTransactionException = new TimeoutException("no coordinator");
            next.add(unreachable);
        }

        assertThatThrownBy(transaction::recover).hasMessage("no coordinator");
        assertThatThrownBy(transaction::recover).hasMessage("no coordinator");
        assertThatCode(transaction::recover).doesNotThrowAnyException();
        assertThatCode(transaction::recover).doesNotThrowAnyException();

        assertThat(made).hasSize(3);
        assertThat(made).extracting(UnreliableProducer::closed).containsExactly(true, true, false);
    }

    static Stream<Named<Consumer<UnreliableProducer>>> stepsThatFindTheProducerFenced() {
        ProducerFencedException fenced = new ProducerFencedException("a newer producer");
        return Stream.of(
                Named.of("begin", producer -> producer.beginTransactionException = fenced),
                Named.of("send", producer -> producer.sendException = fenced),
                Named.of("offsets", producer -> producer.sendOffsetsToTransactionException = fenced),
                Named.of("commit", producer -> producer.commitTransactionException = fenced));
    }

    @ParameterizedTest
    @MethodSource("stepsThatFindTheProducerFenced")
    void anotherInstanceOfTheSameIdEndsThisOne(Consumer<UnreliableProducer> failure) {
        UnreliableProducer fenced = new UnreliableProducer();
        failure.accept(fenced);
        next.add(fenced);

        assertThatThrownBy(() -> transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a"))))
                .isInstanceOf(FatalDeliveryException.class)
                .hasMessage("another instance uses the same transactional id: a newer producer")
                .hasCauseInstanceOf(ProducerFencedException.class);
        assertThat(fenced.history()).isEmpty();
        assertThat(made).hasSize(1);
    }

    @Test
    void anOldEpochIsNoReasonToStop() {
        UnreliableProducer producer = new UnreliableProducer();
        producer.fate = failing("alerts", new InvalidProducerEpochException("old"));
        next.add(producer);

        assertThatThrownBy(() -> transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a"))))
                .isInstanceOf(InvalidProducerEpochException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {70_000, 1_000_000})
    void whatItsTopicDoesNotTakeGoesToTheTopicOfRejects(int length) throws Exception {
        UnreliableProducer producer = new UnreliableProducer();
        producer.fate = largerThan("alerts", 66_000);
        next.add(producer);

        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a", "d".repeat(length), "c")));

        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(producer.history()).extracting(ProducerRecord::topic).containsExactly("alerts", "rejects", "alerts");
        ProducerRecord<byte[], byte[]> reject = producer.history().get(1);
        assertThat(reject.value()).hasSize(64 * 1024);
        assertThat(AlertRecordsTest.headers(reject)).contains("tocsin-reason=too_large", "tocsin-truncated=true");
        assertThat(producer.consumerGroupOffsetsHistory()).hasSize(1);
    }

    @Test
    void aTopicOfRejectsThatTakesLittleGetsLittle() throws Exception {
        UnreliableProducer producer = new UnreliableProducer();
        producer.fate = record -> record.value().length > 1000 ? new RecordTooLargeException("too large") : null;
        next.add(producer);

        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "d".repeat(70_000))));

        ProducerRecord<byte[], byte[]> reject = producer.history().get(0);
        assertThat(reject.value()).hasSize(512);
        assertThat(AlertRecordsTest.headers(reject))
                .contains("tocsin-reason=too_large", "tocsin-truncated=true", "tocsin-length=70052");
        assertThat(tooLarge).as("one record, however often it was cut").containsExactly(Source.KAFKA);
    }

    @Test
    void evenOneThatTakesNoBytesGetsToKnow() throws Exception {
        UnreliableProducer producer = new UnreliableProducer();
        producer.fate = record -> record.value().length > 0 ? new RecordTooLargeException("too large") : null;
        next.add(producer);

        transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a")));

        assertThat(producer.history()).singleElement().satisfies(reject -> {
            assertThat(reject.topic()).isEqualTo("rejects");
            assertThat(reject.value()).isEmpty();
        });
    }

    @Test
    void severalThatAreTooLargeAreReplacedEach() throws Exception {
        UnreliableProducer producer = new UnreliableProducer();
        producer.fate = largerThan("alerts", 1000);
        next.add(producer);

        transaction.commit(List.of(
                ofTopic(GROUP, DATA_0, 10, "x".repeat(2000), "a", "y".repeat(2000)),
                ChunkBuilder.from(Source.DIRECTORY)
                        .alerts("z".repeat(2000))
                        .at(entry("data-1.json", "{}"))
                        .build()));

        assertThat(producer.history())
                .extracting(ProducerRecord::topic)
                .containsExactly("rejects", "alerts", "rejects", "rejects", "ledger");
        assertThat(producer.commitCount()).isEqualTo(1);
        assertThat(tooLarge).containsExactlyInAnyOrder(Source.KAFKA, Source.KAFKA, Source.DIRECTORY);
    }

    @Test
    void whatCannotEvenBeRejectedFailsAndIsNotSkipped() {
        UnreliableProducer producer = new UnreliableProducer();
        producer.fate = record -> new RecordTooLargeException("too large");
        next.add(producer);

        assertThatThrownBy(() -> transaction.commit(List.of(ofTopic(GROUP, DATA_0, 10, "a"))))
                .isInstanceOf(RecordTooLargeException.class);
        assertThat(producer.history()).isEmpty();
        assertThat(producer.consumerGroupOffsetsHistory()).isEmpty();
        assertThat(tooLarge).isEmpty();
    }

    @Test
    void anEntryThatIsTooLargeIsNoReject() {
        UnreliableProducer producer = new UnreliableProducer();
        producer.fate = failing("ledger", new RecordTooLargeException("too large"));
        next.add(producer);

        assertThatThrownBy(() -> transaction.commit(List.of(ChunkBuilder.from(Source.DIRECTORY)
                        .at(entry("data-1.json", "{}"))
                        .build())))
                .isInstanceOf(RecordTooLargeException.class);
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void closingClosesTheProducerAndMayComeFirst() throws Exception {
        transaction.close();
        transaction.recover();

        transaction.close();
        transaction.close();

        assertThat(made).extracting(UnreliableProducer::closed).containsExactly(true);
        assertThat(transaction.showsFirst()).isFalse();
    }

    private static java.util.function.Function<ProducerRecord<byte[], byte[]>, RuntimeException> failing(
            String topic, RuntimeException e) {
        return record -> record.topic().equals(topic) ? e : null;
    }

    private static java.util.function.Function<ProducerRecord<byte[], byte[]>, RuntimeException> largerThan(
            String topic, int bytes) {
        return record -> record.topic().equals(topic) && record.value().length > bytes
                ? new RecordTooLargeException("too large")
                : null;
    }

    private static void mend(UnreliableProducer producer) {
        producer.initTransactionException = null;
        producer.beginTransactionException = null;
        producer.sendException = null;
        producer.sendOffsetsToTransactionException = null;
        producer.commitTransactionException = null;
        producer.abortTransactionException = null;
        producer.fate = record -> null;
    }

    private static Evaluated ofTopic(
            ConsumerGroupMetadata group, TopicPartition partition, long offset, String... devices) {
        return ChunkBuilder.from(Source.KAFKA)
                .alerts(devices)
                .at(new Position.OfTopic(group, Map.of(partition, at(offset))))
                .build();
    }

    private static Position entry(String path, @org.jspecify.annotations.Nullable String json) {
        return new Position.OfFile(
                path,
                json == null ? null : json.getBytes(UTF_8),
                new Position.Owner(
                        FILES, ("tocsin/directory/" + path).getBytes(UTF_8), LEDGER_4, at(0), new AtomicLong()),
                null);
    }

    private static OffsetAndMetadata at(long offset) {
        return new OffsetAndMetadata(offset);
    }

    private static ConsumerGroupMetadata group(String name, int generation) {
        return new ConsumerGroupMetadata(name, generation, "member", Optional.empty());
    }
}
