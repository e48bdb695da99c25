package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From a topic to topics. */
@BrokerTest
class KafkaToKafkaIT {
    private static final int MANY = 2_000;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Deployment deployment;

    @BeforeEach
    void deployment(KafkaUnderTest kafka) {
        deployment = Deployment.on(kafka);
    }

    private PackagedProgram.Builder tocsin() {
        return PackagedProgram.in(home).with(deployment.settings());
    }

    @Test
    void readingsBecomeAlertsAndRejectsInTopicsThatAreCreatedAndAllOfThemAreCounted() {
        PackagedProgram tocsin = programs.start(tocsin());
        byte[] notUtf8 = {'{', (byte) 0xff, '}'};

        deployment
                .topics()
                .writeAll(
                        "none",
                        List.of(
                                to(0, Readings.cold("device-A")),
                                to(0, Readings.hot("device-B")),
                                to(0, (byte[]) null),
                                to(0, new byte[0]),
                                to(0, "  \r\n"),
                                to(1, "{\"deviceId\": \"device-C\", "),
                                to(1, notUtf8),
                                to(1, "{\"deviceId\": \"device-D\", \"temperature\": \"hot\"}"),
                                to(1, "{\"temperature\": 100.1}"),
                                to(1, "[]"),
                                to(1, "{\"temperature\": NaN}")));

        List<OutputRecord> alerts = deployment.awaitAlerts(2);
        assertThat(alerts).hasSize(2);
        OutputRecord alert = only(alerts, deployment.readings() + "/0@1");
        assertThat(alert.key()).isEqualTo("device-B");
        assertThat(alert.value()).isEqualTo(Readings.alert("device-B").getBytes(UTF_8));
        assertThat(alert.headers())
                .containsOnlyKeys("tocsin-alert-id", "tocsin-rule", "tocsin-severity", "tocsin-origin", "content-type")
                .containsEntry("tocsin-rule", "high-temperature")
                .containsEntry("tocsin-severity", "critical")
                .containsEntry("content-type", "application/json");
        assertThat(alert.id()).matches("[0-9a-f]{32}");
        OutputRecord anonymous = only(alerts, deployment.readings() + "/1@3");
        assertThat(anonymous.key()).isNull();
        assertThat(anonymous.text()).isEqualTo("{\"deviceId\":null,\"temperature\":100.1,\"timestamp\":null}");
        assertThat(anonymous.id()).isNotEqualTo(alert.id());

        List<OutputRecord> rejects = deployment.awaitRejects(4);
        assertThat(rejects)
                .extracting(OutputRecord::origin, OutputRecord::reason, OutputRecord::text)
                .containsExactlyInAnyOrder(
                        row("/1@0", "malformed", "{\"deviceId\": \"device-C\", "),
                        row("/1@1", "not_utf8", "{\uFFFD}"),
                        row("/1@4", "not_an_object", "[]"),
                        row("/1@5", "not_finite", "{\"temperature\": NaN}"));
        assertThat(only(rejects, deployment.readings() + "/1@1").value()).isEqualTo(notUtf8);
        assertThat(rejects).allSatisfy(reject -> assertThat(reject.headers())
                .containsOnlyKeys("tocsin-reason", "tocsin-detail", "tocsin-origin")
                .hasEntrySatisfying(
                        "tocsin-detail", detail -> assertThat(detail).contains("byte")));

        tocsin.awaitMetric("tocsin_readings_total{source=\"kafka\"}", 4);
        await().untilAsserted(() -> assertThat(tocsin.metrics())
                .containsEntry("tocsin_readings_total{source=\"kafka\"}", 4.0)
                .containsEntry("tocsin_unusable_total{source=\"kafka\"}", 1.0)
                .containsEntry("tocsin_blank_lines_total{source=\"kafka\"}", 3.0)
                .containsEntry("tocsin_rejects_total{reason=\"malformed\",source=\"kafka\"}", 1.0)
                .containsEntry("tocsin_rejects_total{reason=\"not_utf8\",source=\"kafka\"}", 1.0)
                .containsEntry("tocsin_rejects_total{reason=\"not_an_object\",source=\"kafka\"}", 1.0)
                .containsEntry("tocsin_rejects_total{reason=\"not_finite\",source=\"kafka\"}", 1.0)
                .containsEntry(
                        "tocsin_alerts_total{rule=\"high-temperature\",severity=\"critical\",source=\"kafka\"}", 2.0));
        await().untilAsserted(() ->
                assertThat(committedOffsets()).containsEntry(0, 5L).containsEntry(1, 6L));
    }

    @Test
    void allCodecsAreReadAndTheAlertsOfAPartitionKeepItsOrder() {
        deployment.topics().create(deployment.readings(), 3, Map.of());
        List<String> codecs = List.of("none", "gzip", "snappy", "lz4", "zstd");
        int devices = 6;
        int rounds = 50;
        for (int i = 0; i < codecs.size(); i++) {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                for (int device = 0; device < devices; device++) {
                    records.add(to(device % 3, Readings.of("d" + device, 101 + i * rounds + round)));
                    records.add(to(device % 3, Readings.cold("d" + device)));
                }
            }
            deployment.topics().writeAll(codecs.get(i), records);
        }

        programs.start(tocsin());

        int each = codecs.size() * rounds;
        List<OutputRecord> alerts = deployment.awaitAlerts(each * devices);
        assertThat(alerts).hasSize(each * devices);
        Map<String, List<String>> byDevice = alerts.stream()
                .collect(Collectors.groupingBy(
                        alert -> "" + alert.key(), Collectors.mapping(OutputRecord::text, Collectors.toList())));
        assertThat(byDevice).hasSize(devices).allSatisfy((device, values) -> assertThat(values)
                .isEqualTo(IntStream.range(0, each)
                        .mapToObj(i -> Readings.alert(device, 101 + i))
                        .toList()));
    }

    @Test
    void aRestartGoesOnWhereTheStopWasWithoutRaisingAnythingTwice() {
        PackagedProgram first = programs.start(tocsin());
        deployment.topics().writeAll("none", hot(0, 300));
        deployment.awaitAlerts(1);
        assertThat(first.stop()).isZero();
        deployment.topics().writeAll("none", hot(300, 600));

        PackagedProgram second = programs.start(tocsin());

        List<OutputRecord> alerts = deployment.awaitAlerts(600);
        assertThat(second.stop()).isZero();
        assertThat(deployment.alertsNow()).hasSameSizeAs(alerts);
        assertThat(alerts)
                .extracting(OutputRecord::key)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 600).mapToObj(i -> "d" + i).toList());
    }

    @Test
    void oneReadingRaisesAnAlertForEachRuleThatItMeets() {
        programs.start(tocsin().with("tocsin.rules.hot.above", 100)
                .with("tocsin.rules.hot.severity", "warning")
                .with("tocsin.rules.burning.above", "150.5")
                .with("tocsin.rules.frozen.below", "-20")
                .with("tocsin.rules.frozen.severity", "info"));

        deployment
                .topics()
                .writeAll(
                        "none",
                        List.of(
                                to(0, Readings.of("a", 200)),
                                to(0, Readings.of("b", 150.5)),
                                to(0, Readings.of("c", 0)),
                                to(0, Readings.of("d", -20.5)),
                                to(0, Readings.of("e", -20))));

        List<OutputRecord> alerts = deployment.awaitAlerts(4);
        assertThat(alerts)
                .extracting(OutputRecord::key, OutputRecord::rule, alert -> alert.headers()
                        .get("tocsin-severity"))
                .containsExactlyInAnyOrder(
                        tuple("a", "burning", "critical"),
                        tuple("a", "hot", "warning"),
                        tuple("b", "hot", "warning"),
                        tuple("d", "frozen", "info"));
        assertThat(alerts).extracting(OutputRecord::id).doesNotHaveDuplicates();
    }

    @Test
    void anAlertThatItsTopicDoesNotTakeIsARejectAndDoesNotStopTheNext() {
        String longName = letters(2_000, 42);
        deployment.topics().create(deployment.alerts(), 1, Map.of("max.message.bytes", "600"));
        PackagedProgram tocsin = programs.start(tocsin());

        deployment.topics().write(deployment.readings(), Readings.hot(longName));

        assertThat(deployment.awaitRejects(1)).singleElement().satisfies(reject -> {
            assertThat(reject.reason()).isEqualTo("too_large");
            assertThat(reject.origin()).startsWith(deployment.readings());
            assertThat(reject.text()).isEqualTo(Readings.alert(longName));
        });
        tocsin.awaitMetric("tocsin_rejects_total{reason=\"too_large\",source=\"kafka\"}", 1);
        deployment.topics().write(deployment.readings(), Readings.hot("after"));
        assertThat(deployment.awaitAlerts(1)).extracting(OutputRecord::key).containsExactly("after");
    }

    @Test
    void ofManyAlertsAtOnceOnlyTheOneThatItsTopicDoesNotTakeIsAReject() {
        int tooLarge = 1_000;
        writeHot(i -> letters(i == tooLarge ? 20_000 : 50, i));

        programs.start(tocsin().with("kafka.batch.size", 4_000));

        assertThat(deployment.awaitAlerts(MANY - 1))
                .extracting(OutputRecord::key)
                .isEqualTo(IntStream.range(0, MANY)
                        .filter(i -> i != tooLarge)
                        .mapToObj(i -> letters(50, i))
                        .toList());
        assertThat(deployment.awaitRejects(1))
                .extracting(OutputRecord::origin, OutputRecord::reason)
                .containsExactly(tuple(deployment.readings() + "/0@" + tooLarge, "too_large"));
    }

    @Test
    void manyAlertsAtOnceReachATopicThatTakesLessThanTheProducerSends() {
        writeHot(i -> letters(50, i));

        programs.start(tocsin());

        assertThat(deployment.awaitAlerts(MANY))
                .extracting(OutputRecord::key)
                .isEqualTo(
                        IntStream.range(0, MANY).mapToObj(i -> letters(50, i)).toList());
    }

    /** Readings that all raise alerts, in one partition; the topic of alerts takes 10,000 bytes at a time. */
    private void writeHot(IntFunction<String> device) {
        deployment.topics().create(deployment.alerts(), 1, Map.of("max.message.bytes", "10000"));
        deployment.topics().create(deployment.readings(), 1, Map.of());
        deployment.topics().writeAll("none", () -> IntStream.range(0, MANY)
                .mapToObj(i -> to(0, Readings.hot(device.apply(i))))
                .iterator());
    }

    /** Letters that hardly compress. */
    private static String letters(int count, int seed) {
        return new Random(seed)
                .ints(count, 'a', 'z')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private Tuple row(String place, String reason, String text) {
        return tuple(deployment.readings() + place, reason, text);
    }

    private List<ProducerRecord<byte[], byte[]>> hot(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> to(i % 3, Readings.hot("d" + i)))
                .toList();
    }

    private ProducerRecord<byte[], byte[]> to(int partition, String text) {
        return to(partition, text.getBytes(UTF_8));
    }

    private ProducerRecord<byte[], byte[]> to(int partition, byte[] value) {
        return new ProducerRecord<>(deployment.readings(), partition, null, value);
    }

    private static OutputRecord only(List<OutputRecord> records, String origin) {
        List<OutputRecord> found = records.stream()
                .filter(record -> record.origin().equals(origin))
                .toList();
        assertThat(found).as("records of %s", origin).hasSize(1);
        return found.get(0);
    }

    /** The next offset to read, by partition. */
    private Map<Integer, Long> committedOffsets() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", deployment.bootstrapServers()))) {
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets(deployment.group())
                    .partitionsToOffsetAndMetadata()
                    .get();
            return offsets.entrySet().stream()
                    .collect(Collectors.toMap(entry -> entry.getKey().partition(), entry -> entry.getValue()
                            .offset()));
        }
    }
}
