package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The topic as a job: what is there at the start is done, then the program ends. */
@BrokerTest
class AvailableNowTopicIT {
    /** A killed run leaves a transaction that holds back the next one until it times out; and machines are shared. */
    private static final Duration LONG = Duration.ofSeconds(90);

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Deployment deployment;

    @BeforeEach
    void deployment(KafkaUnderTest kafka) {
        deployment = Deployment.on(kafka);
    }

    private PackagedProgram.Builder job(String mode) {
        return PackagedProgram.in(home).with(deployment.settings()).with("tocsin.trigger.mode", mode);
    }

    @ParameterizedTest
    @ValueSource(strings = {"available-now", "once"})
    void allThatIsThereIsDoneAndTheSummaryIsTheLastLineOfStandardOutput(String mode) {
        deployment.topics().create(deployment.readings(), 3, Map.of());
        write(hot(0, 200));
        deployment.topics().write(deployment.readings(), "no reading", " ");

        PackagedProgram job = programs.start(job(mode));

        assertThat(job.awaitExit(LONG)).isZero();
        assertThat(keys()).containsExactlyInAnyOrderElementsOf(devices(0, 200));
        assertThat(deployment.rejectsNow()).hasSize(1);
        Summary summary = Summary.of(job);
        assertThat(summary.completed()).isTrue();
        assertThat(summary.json().get("trigger").asText()).isEqualTo(mode);
        assertThat(summary.readings()).isEqualTo(200);
        assertThat(summary.alerts()).isEqualTo(200);
        assertThat(summary.rejects()).isEqualTo(1);
        assertThat(summary.json().get("blankLines").asLong()).isEqualTo(1);
        assertThat(summary.source("kafka").get("position"))
                .isEqualTo(summary.source("kafka").get("frozen"));
        assertThat(job.stdout()).contains("Batch: 0");
    }

    @Test
    void aSecondRunWithNothingNewDoesNothingAndARunGoesOnWhereTheOneBeforeEnded() {
        deployment.topics().create(deployment.readings(), 3, Map.of());
        write(hot(0, 50));
        assertThat(programs.start(job("available-now")).awaitExit(LONG)).isZero();

        PackagedProgram idle = programs.start(job("available-now"));
        assertThat(idle.awaitExit(LONG)).isZero();
        write(hot(50, 80));
        PackagedProgram third = programs.start(job("available-now"));
        assertThat(third.awaitExit(LONG)).isZero();

        assertThat(Summary.of(idle).readings()).isZero();
        assertThat(Summary.of(idle).completed()).isTrue();
        assertThat(Summary.of(third).readings()).isEqualTo(30);
        assertThat(keys()).containsExactlyInAnyOrderElementsOf(devices(0, 80));
    }

    @Test
    void limitsMakeBatchesAndOnceIgnoresThem() {
        deployment.topics().create(deployment.readings(), 1, Map.of());
        write(hot(0, 100));

        PackagedProgram limited =
                programs.start(job("available-now").with("tocsin.source.kafka.max-records-per-trigger", 30));
        assertThat(limited.awaitExit(LONG)).isZero();
        write(hot(100, 200));
        PackagedProgram once = programs.start(job("once").with("tocsin.source.kafka.max-records-per-trigger", 30));
        assertThat(once.awaitExit(LONG)).isZero();

        assertThat(limited.stdout()).contains("Batch: 3").doesNotContain("Batch: 4");
        assertThat(once.stdout()).contains("Batch: 0").doesNotContain("Batch: 1");
        assertThat(keys()).containsExactlyInAnyOrderElementsOf(devices(0, 200));
    }

    @Test
    void aTopicThatEndsInAnAbortedWriteIsDone() {
        deployment.topics().create(deployment.readings(), 2, Map.of());
        transaction(hot(0, 10), true);
        transaction(hot(10, 20), false);

        PackagedProgram job = programs.start(job("available-now"));
        assertThat(job.awaitExit(LONG)).isZero();
        PackagedProgram idle = programs.start(job("available-now"));
        assertThat(idle.awaitExit(LONG)).isZero();

        assertThat(keys()).containsExactlyInAnyOrderElementsOf(devices(0, 10));
        assertThat(Summary.of(job).readings()).isEqualTo(10);
        assertThat(Summary.of(job).source("kafka").get("position"))
                .isEqualTo(Summary.of(job).source("kafka").get("frozen"));
        assertThat(Summary.of(idle).readings()).isZero();
    }

    @Test
    void aTopicOfNothingButAnAbortedWriteIsDone() {
        deployment.topics().create(deployment.readings(), 1, Map.of());
        transaction(IntStream.range(0, 5).mapToObj(i -> to(0, "d" + i)).toList(), false);

        PackagedProgram job = programs.start(job("available-now"));

        assertThat(job.awaitExit(LONG)).isZero();
        assertThat(Summary.of(job).completed()).isTrue();
        assertThat(Summary.of(job).readings()).isZero();
    }

    @Test
    void whatATransactionHasNotCommittedIsLeft() {
        deployment.topics().create(deployment.readings(), 1, Map.of());
        write(List.of(to(0, "d0")));
        try (Producer<byte[], byte[]> open = transactional()) {
            open.beginTransaction();
            open.send(to(0, "d1"));
            open.flush();

            PackagedProgram job = programs.start(job("available-now"));

            assertThat(job.awaitExit(LONG)).isZero();
            assertThat(Summary.of(job).readings()).isEqualTo(1);
            open.commitTransaction();
        }
        PackagedProgram next = programs.start(job("available-now"));
        assertThat(next.awaitExit(LONG)).isZero();
        assertThat(Summary.of(next).readings()).isEqualTo(1);
        assertThat(keys()).containsExactlyInAnyOrder("d0", "d1");
    }

    @Test
    void jobsOfOneGroupShareTheWorkAndOneTakesOverFromAnotherThatDied() {
        deployment.topics().create(deployment.readings(), 4, Map.of());
        int count = 40_000;
        write(IntStream.range(0, count).mapToObj(i -> to(i % 4, "d" + i)).toList());
        PackagedProgram.Builder limited = job("available-now")
                .with("tocsin.source.kafka.max-records-per-trigger", 500)
                .with("tocsin.sink.console.format", "none")
                .with("kafka.session.timeout.ms", 6_000)
                .with("kafka.heartbeat.interval.ms", 1_000);
        List<PackagedProgram> jobs =
                IntStream.range(0, 3).mapToObj(i -> programs.start(limited)).toList();
        deployment.awaitAlerts(1);
        jobs.get(0).kill();

        int second = jobs.get(1).awaitExit(LONG);
        int third = jobs.get(2).awaitExit(LONG);

        assertThat(List.of(second, third)).containsOnly(0);
        assertThat(keys()).containsExactlyInAnyOrderElementsOf(devices(0, count));
    }

    @Test
    void aRunThatIsStoppedInTheMiddleSaysSoAndTheNextOneGoesOn() {
        int count = 30_000;
        deployment.topics().create(deployment.readings(), 1, Map.of());
        write(IntStream.range(0, count).mapToObj(i -> to(0, "d" + i)).toList());
        PackagedProgram.Builder limited = job("available-now")
                .with("tocsin.source.kafka.max-records-per-trigger", 50)
                .with("tocsin.sink.console.format", "none");

        PackagedProgram stopped = programs.start(limited);
        deployment.awaitAlerts(1);
        assertThat(stopped.stop()).isEqualTo(1);
        PackagedProgram killed = programs.start(limited);
        int before = deployment.alertsNow().size();
        deployment.awaitAlerts(before + 1);
        killed.kill();
        PackagedProgram last = programs.start(job("available-now").with("tocsin.sink.console.format", "none"));
        assertThat(last.awaitExit(LONG)).isZero();

        Summary summary = Summary.of(stopped);
        assertThat(summary.completed()).isFalse();
        assertThat(summary.json().get("reason").asText()).isEqualTo("stopped before its end");
        assertThat(keys()).containsExactlyInAnyOrderElementsOf(devices(0, count));
    }

    @Test
    void recordsThatAreGoneAreReportedExactlyOrEndTheRun() throws Exception {
        deployment.topics().create(deployment.readings(), 1, Map.of());
        write(IntStream.range(0, 10).mapToObj(i -> to(0, "d" + i)).toList());
        assertThat(programs.start(job("available-now")).awaitExit(LONG)).isZero();
        write(IntStream.range(10, 40).mapToObj(i -> to(0, "d" + i)).toList());
        deleteBefore(25);

        PackagedProgram failing = programs.start(job("available-now").with("tocsin.source.kafka.on-data-loss", "fail"));
        assertThat(failing.awaitExit(LONG)).isEqualTo(1);
        PackagedProgram reporting = programs.start(job("available-now"));
        assertThat(reporting.awaitExit(LONG)).isZero();

        String gap = "topic " + deployment.readings() + ", partition 0: the records from offset 10 to 24, 15 of them,"
                + " were removed before they were read";
        assertThat(failing.said(gap + " (tocsin.source.kafka.on-data-loss = fail)"))
                .isNotEmpty();
        assertThat(Summary.of(failing).json().get("reason").asText()).startsWith(gap);
        assertThat(reporting.said(gap + "; going on at 25")).hasSize(1);
        assertThat(Summary.of(reporting).source("kafka").get("lostRecords").asLong())
                .isEqualTo(15);
        assertThat(keys()).hasSize(25).contains("d0", "d9", "d25", "d39");
    }

    @Test
    void recordsThatAreGoneAreCountedWhileTheServiceGoesOn() throws Exception {
        deployment.topics().create(deployment.readings(), 1, Map.of());
        write(IntStream.range(0, 10).mapToObj(i -> to(0, "d" + i)).toList());
        assertThat(programs.start(job("available-now")).awaitExit(LONG)).isZero();
        write(IntStream.range(10, 40).mapToObj(i -> to(0, "d" + i)).toList());
        deleteBefore(25);

        PackagedProgram service = programs.start(job("default"));
        deployment.awaitAlerts(25);

        assertThat(service.metric("tocsin_lost_records_total{topic=\"" + deployment.readings() + "\"}"))
                .isEqualTo(15);
        assertThat(service.isRunning()).isTrue();
        assertThat(keys()).hasSize(25).contains("d0", "d9", "d25", "d39");
    }

    @Test
    void aNewGroupBeginsWhereItIsTold() {
        deployment.topics().create(deployment.readings(), 3, Map.of());
        long since = System.currentTimeMillis();
        write(IntStream.range(0, 60)
                .mapToObj(i -> to(i % 3, i < 30 ? since - 1 : since, "d" + i))
                .toList());

        PackagedProgram job = programs.start(job("available-now")
                .with(
                        "tocsin.source.kafka.starting-offsets",
                        "0=19,1=latest,*=" + java.time.Instant.ofEpochMilli(since)));

        assertThat(job.awaitExit(LONG)).isZero();
        assertThat(keys())
                .containsExactlyInAnyOrder("d57", "d32", "d35", "d38", "d41", "d44", "d47", "d50", "d53", "d56", "d59");
    }

    private void deleteBefore(long offset) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", deployment.bootstrapServers()))) {
            admin.deleteRecords(
                            Map.of(new TopicPartition(deployment.readings(), 0), RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        }
    }

    private void transaction(List<ProducerRecord<byte[], byte[]>> records, boolean commit) {
        try (Producer<byte[], byte[]> producer = transactional()) {
            producer.beginTransaction();
            records.forEach(producer::send);
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private Producer<byte[], byte[]> transactional() {
        Producer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        deployment.bootstrapServers(),
                        "transactional.id",
                        KafkaUnderTest.unique("readings")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    private void write(List<ProducerRecord<byte[], byte[]>> records) {
        deployment.topics().writeAll("none", records);
    }

    private List<ProducerRecord<byte[], byte[]>> hot(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                        deployment.readings(), Readings.hot("d" + i).getBytes(UTF_8)))
                .toList();
    }

    private ProducerRecord<byte[], byte[]> to(int partition, String device) {
        return to(partition, null, device);
    }

    private ProducerRecord<byte[], byte[]> to(int partition, @Nullable Long timestamp, String device) {
        return new ProducerRecord<>(
                deployment.readings(),
                partition,
                timestamp,
                null,
                Readings.hot(device).getBytes(UTF_8));
    }

    private static List<String> devices(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "d" + i).toList();
    }

    private List<String> keys() {
        return deployment.alertsNow().stream().map(alert -> "" + alert.key()).toList();
    }
}
