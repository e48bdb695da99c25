package dev.tocsin.source.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.alert.Alert;
import dev.tocsin.delivery.Lane;
import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import dev.tocsin.trigger.Trigger;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@BrokerTest
class KafkaSourceTest {
    private final KafkaUnderTest broker;
    private final String group = KafkaUnderTest.unique("group");

    @TempDir
    Path home;

    KafkaSourceTest(KafkaUnderTest broker) {
        this.broker = broker;
    }

    /** Its commits fail from then on, and only a poll can join again. */
    @ParameterizedTest
    @ValueSource(strings = {"classic", "consumer"})
    void oneThatWasRemovedFromItsGroupUnderLoadGoesOn(String protocol) throws Exception {
        String topic = broker.newTopic("readings", 1);
        AtomicInteger produced = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        try (RunningSource source =
                new RunningSource(broker, topic, group, "earliest", null, Map.of("group.protocol", protocol))) {
            Thread load = new Thread(() -> {
                while (!ended.get()) {
                    RunningSource.produce(broker, topic, 0, produced.getAndAdd(10), 10);
                }
            });
            load.start();
            source.awaitAlerts(10);

            try (Admin admin = RunningSource.admin(broker)) {
                admin.removeMembersFromConsumerGroup(group, new RemoveMembersFromConsumerGroupOptions())
                        .all()
                        .get();
            }

            int before = produced.get();
            await("alerts of what came since")
                    .atMost(RunningSource.PATIENCE)
                    .until(() -> source.alerts().size() > before + 100);
            ended.set(true);
            load.join();
        }
    }

    /** The same partition and offset, and another event: its alert has another id. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTopicThatIsMadeAnewIsReadFromItsBeginWithIdsOfItsOwn(boolean inJournal) throws Exception {
        String topic = broker.newTopic("readings", 1);
        RunningSource.produce(broker, topic, 0, 0, 10);
        try (Journal journal = inJournal ? Journal.open(home) : null;
                RunningSource source = new RunningSource(
                        broker, topic, group, "earliest", journal, Map.of("metadata.max.age.ms", 500))) {
            source.awaitAlerts(10);

            makeAnew(topic);
            RunningSource.produce(broker, topic, 0, 1_000, 25);

            source.awaitAlerts(35);
            assertThat(devices(source))
                    .isEqualTo(Stream.concat(devices(0, 10), devices(1_000, 25)).toList());
            assertThat(source.alerts()).extracting(Alert::id).doesNotHaveDuplicates();
        }
    }

    @Test
    void aTopicThatIsGoneIsMadeAnewByTheSourceItself() throws Exception {
        String topic = broker.newTopic("readings", 1);
        RunningSource.produce(broker, topic, 0, 0, 10);
        try (RunningSource source =
                        new RunningSource(broker, topic, group, "earliest", null, Map.of("metadata.max.age.ms", 500));
                Admin admin = RunningSource.admin(broker)) {
            source.awaitAlerts(10);

            Uuid before = delete(admin, topic);
            await("it is there again").atMost(RunningSource.PATIENCE).until(() -> {
                TopicListing now = admin.listTopics().namesToListings().get().get(topic);
                return now != null && !now.topicId().equals(before);
            });
            RunningSource.produce(broker, topic, 0, 1_000, 25);

            source.awaitAlerts(35);
            assertThat(devices(source))
                    .isEqualTo(Stream.concat(devices(0, 10), devices(1_000, 25)).toList());
        }
    }

    /** While the instance was away. */
    @Test
    void offsetsInAJournalAreOfOneTopicNotOfItsName() throws Exception {
        String topic = broker.newTopic("readings", 1);
        RunningSource.produce(broker, topic, 0, 0, 10);
        try (Journal journal = Journal.open(home)) {
            try (RunningSource source = new RunningSource(broker, topic, group, "earliest", journal, Map.of())) {
                source.awaitAlerts(10);
            }

            makeAnew(topic);
            RunningSource.produce(broker, topic, 0, 1_000, 25);

            try (RunningSource source = new RunningSource(broker, topic, group, "earliest", journal, Map.of())) {
                source.awaitAlerts(25);
                assertThat(devices(source)).isEqualTo(devices(1_000, 25).toList());
            }
        }
    }

    @Test
    void latestIsForWhatWasThereNotForPartitionsThatAreAdded() throws Exception {
        String topic = broker.newTopic("readings", 1);
        RunningSource.produce(broker, topic, 0, 0, 10);
        try (RunningSource source =
                new RunningSource(broker, topic, group, "latest", null, Map.of("metadata.max.age.ms", 500))) {
            await("the source reads").atMost(RunningSource.PATIENCE).until(() -> {
                RunningSource.produce(broker, topic, 0, 100, 1);
                return !source.alerts().isEmpty();
            });
        }
        addPartition(topic);
        RunningSource.produce(broker, topic, 1, 1_000, 5);

        try (RunningSource source = new RunningSource(broker, topic, group, "latest", null, Map.of())) {
            await("what came into the new one before it was seen")
                    .atMost(RunningSource.PATIENCE)
                    .until(() -> devices(source).containsAll(devices(1_000, 5).toList()));
            assertThat(devices(source)).doesNotContain("d0", "d9");
        }
    }

    /** An idle topic that ends in the marker of a transaction, committed or aborted, and then is removed up to its end. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatATransactionLeavesWithoutRecordsIsNotLost(boolean committed) throws Exception {
        String topic = broker.newTopic("readings", 1);
        long end;
        if (committed) {
            RunningSource.produceInTransaction(broker, topic, 0, 0, 10, true);
            end = 11;
        } else {
            RunningSource.produce(broker, topic, 0, 0, 10);
            RunningSource.produceInTransaction(broker, topic, 0, 100, 5, false);
            end = 16;
        }
        try (RunningSource source = failing(topic, 10)) { // its first poll ends with the last record
            source.awaitAlerts(10);
            awaitCommitted(topic, end);
        }

        remove(topic, end);

        try (RunningSource source = failing(topic, 10)) {
            RunningSource.produce(broker, topic, 0, 1_000, 5);
            source.awaitAlerts(5);
            assertThat(devices(source)).isEqualTo(devices(1_000, 5).toList());
            assertThat(source.fatal).isEmpty();
        }
    }

    /** What came after it may be long in coming. */
    @Test
    void aGapThatWasToldOfIsNotMetAgainAfterARestart() throws Exception {
        String topic = broker.newTopic("readings", 1);
        try (RunningSource source = new RunningSource(broker, topic, group, "earliest", null, Map.of())) {
            awaitCommitted(topic, 0);
        }
        RunningSource.produce(broker, topic, 0, 0, 10);
        remove(topic, 10);
        try (RunningSource source = new RunningSource(broker, topic, group, "earliest", null, Map.of())) {
            await("the gap is told of").atMost(RunningSource.PATIENCE).until(() -> source.lost() == 10);
            awaitCommitted(topic, 10);
        }

        try (RunningSource source = failing(topic, Long.MAX_VALUE)) {
            RunningSource.produce(broker, topic, 0, 1_000, 5);
            source.awaitAlerts(5);
            assertThat(source.fatal).isEmpty();
        }
    }

    /** Two deployments that write files are two, whatever their group is called. */
    @Test
    void whereAJournalHasTheOffsetsEachInstanceReadsAllPartitions() throws Exception {
        String topic = broker.newTopic("readings", 2);
        try (Journal one = Journal.open(home.resolve("one"));
                Journal other = Journal.open(home.resolve("other"));
                RunningSource first = new RunningSource(broker, topic, group, "earliest", one, Map.of());
                RunningSource second = new RunningSource(broker, topic, group, "earliest", other, Map.of())) {
            RunningSource.produce(broker, topic, 0, 0, 5);
            RunningSource.produce(broker, topic, 1, 100, 5);

            for (RunningSource source : List.of(first, second)) {
                source.awaitAlerts(10);
                assertThat(devices(source))
                        .containsExactlyInAnyOrderElementsOf(
                                Stream.concat(devices(0, 5), devices(100, 5)).toList());
            }
        }
    }

    /** The source waits for its turn then: what was handed over before stays to be committed. */
    @Test
    void aStopWhileTooMuchWaitsForItsCommitTakesNothingBack() throws Exception {
        String topic = broker.newTopic("readings", 1);
        RunningSource.produce(broker, topic, 0, 0, 150_000);
        RunningSource source = new RunningSource(broker, topic, group, "earliest", null, Map.of());
        source.committer.hold();
        await("more than 16 MiB that are not committed")
                .atMost(RunningSource.PATIENCE)
                .until(() -> source.evaluated() - source.alerts().size() > 46_000 && waitsForItsTurn());

        source.stop();
        await().atMost(RunningSource.PATIENCE).until(() -> !waitsForItsTurn());
        source.committer.release();
        source.close();

        assertThat(source.alerts()).hasSize((int) source.evaluated());
    }

    /** What is in flight would else stay there until its position is due. */
    @Test
    void aPartitionThatIsAddedIsReadLongBeforePositionsAreCommitted() throws Exception {
        String topic = broker.newTopic("readings", 1);
        RunningSource.produce(broker, topic, 0, 0, 10);
        RunningSource.Way seldom = new RunningSource.Way(false, Long.MAX_VALUE, Duration.ofHours(1));
        try (Journal journal = Journal.open(home);
                RunningSource source = new RunningSource(
                        broker, topic, group, "earliest", journal, Map.of("metadata.max.age.ms", 500), seldom)) {
            await().atMost(RunningSource.PATIENCE).until(() -> devices(source.deliveredAlerts())
                    .equals(devices(0, 10).toList()));

            addPartition(topic);
            RunningSource.produce(broker, topic, 1, 1_000, 5);

            await().atMost(RunningSource.PATIENCE).until(() -> devices(source.deliveredAlerts())
                    .containsAll(devices(1_000, 5).toList()));
        }
    }

    /** The consumer's position is behind it by then. */
    @Test
    void whatWasPolledForABatchIsPolledAgainWhereItCouldNotBeHandedOver() throws Exception {
        String topic = broker.newTopic("readings", 1);
        RunningSource.produce(broker, topic, 0, 0, 10);
        AtomicBoolean failed = new AtomicBoolean();
        RunningSource.Way way = new RunningSource.Way(
                false,
                Long.MAX_VALUE,
                null,
                new Trigger.ProcessingTime(Duration.ofMillis(200)),
                consumer -> failingBehindItsFirstRecords(consumer, failed));
        try (RunningSource source = new RunningSource(broker, topic, group, "earliest", null, Map.of(), way)) {
            source.awaitAlerts(10);
            RunningSource.produce(broker, topic, 0, 100, 5);
            source.awaitAlerts(15);

            assertThat(devices(source))
                    .isEqualTo(Stream.concat(devices(0, 10), devices(100, 5)).toList());
            assertThat(failed).isTrue();
        }
    }

    /** Once, where it stands is not known right after a poll that brought something: as while a partition changes its leader. */
    @SuppressWarnings("unchecked")
    private static Consumer<byte[], ByteBuffer> failingBehindItsFirstRecords(
            Consumer<byte[], ByteBuffer> consumer, AtomicBoolean failed) {
        AtomicBoolean polled = new AtomicBoolean();
        return (Consumer<byte[], ByteBuffer>) Proxy.newProxyInstance(
                KafkaSourceTest.class.getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("position") && polled.get() && failed.compareAndSet(false, true)) {
                        throw new TimeoutException("the leader is not known");
                    }
                    try {
                        Object result = method.invoke(consumer, arguments);
                        if (result instanceof ConsumerRecords<?, ?> records && !records.isEmpty()) {
                            polled.set(true);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean waitsForItsTurn() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(thread -> thread.getKey().getName().equals("tocsin-kafka-source"))
                .flatMap(thread -> Stream.of(thread.getValue()))
                .anyMatch(frame -> frame.getClassName().equals(Lane.class.getName())
                        && frame.getMethodName().equals("acquire"));
    }

    private RunningSource failing(String topic, long maxRecords) {
        return new RunningSource(
                broker, topic, group, "earliest", null, Map.of(), new RunningSource.Way(true, maxRecords, null));
    }

    private void awaitCommitted(String topic, long offset) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = RunningSource.admin(broker)) {
            await("offset " + offset + " is committed")
                    .atMost(RunningSource.PATIENCE)
                    .until(() -> {
                        OffsetAndMetadata committed = admin.listConsumerGroupOffsets(group)
                                .partitionsToOffsetAndMetadata()
                                .get()
                                .get(partition);
                        return committed != null && committed.offset() == offset;
                    });
        }
    }

    /** As retention does. */
    private void remove(String topic, long before) throws Exception {
        try (Admin admin = RunningSource.admin(broker)) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(before)))
                    .all()
                    .get();
        }
    }

    private void addPartition(String topic) throws Exception {
        try (Admin admin = RunningSource.admin(broker)) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2)))
                    .all()
                    .get();
        }
    }

    private void makeAnew(String topic) throws Exception {
        try (Admin admin = RunningSource.admin(broker)) {
            Uuid before = delete(admin, topic);
            await("it is gone").atMost(RunningSource.PATIENCE).until(() -> {
                TopicListing now = admin.listTopics().namesToListings().get().get(topic);
                return now == null || !now.topicId().equals(before);
            });
        }
        try {
            broker.topics().create(topic, 1, Map.of());
        } catch (IllegalStateException e) {
            // The source, which makes a topic that is missing, was faster.
            assertThat(e).hasCauseInstanceOf(TopicExistsException.class);
        }
    }

    /** Deletes the topic, whose id this was. */
    private static Uuid delete(Admin admin, String topic) throws Exception {
        Uuid id = admin.listTopics().namesToListings().get().get(topic).topicId();
        admin.deleteTopics(List.of(topic)).all().get();
        return id;
    }

    private static List<String> devices(RunningSource source) {
        return devices(source.alerts());
    }

    private static List<String> devices(List<Alert> alerts) {
        return alerts.stream()
                .map(alert -> String.valueOf(alert.reading().deviceId()))
                .toList();
    }

    private static Stream<String> devices(int from, int count) {
        return IntStream.range(from, from + count).mapToObj(i -> "d" + i);
    }
}
