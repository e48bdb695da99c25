package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import dev.tocsin.reading.ParityCorpus;
import dev.tocsin.reading.ReadingDecoder;
import dev.tocsin.reading.RejectReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every line of the corpus, each in three ways: as a record of the topic, as a file of its own, and as a line of one file that
 * holds them all. There a byte-order mark is not at the start of a file, and so part of its line.
 */
@BrokerTest
class ParityIT {
    @RegisterExtension
    static final Programs PROGRAMS = Programs.ofAllTests();

    private static final List<ParityCorpus.Line> CORPUS = ParityCorpus.lines();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path home;

    private static Deployment deployment;
    private static Map<String, List<OutputRecord>> alerts;
    private static Map<String, List<OutputRecord>> rejects;

    @BeforeAll
    static void read(KafkaUnderTest kafka) throws IOException {
        deployment = Deployment.on(kafka);
        Path in = Files.createDirectory(home.resolve("in"));
        Files.write(in.resolve("all.json"), ParityCorpus.bytes());
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ParityCorpus.Line line : CORPUS) {
            Files.write(in.resolve(file(line)), line.bytes());
            records.add(new ProducerRecord<>(deployment.readings(), 0, null, line.bytes()));
        }
        deployment.topics().create(deployment.readings(), 1, Map.of());
        deployment.topics().writeAll("none", records);
        PackagedProgram tocsin = PROGRAMS.start(PackagedProgram.in(home)
                .with(deployment.settings())
                .with("tocsin.source.directory.path", in)
                .with("tocsin.source.directory.growth-window", "2s"));
        tocsin.awaitMetric("tocsin_files_total{outcome=\"done\"}", CORPUS.size() + 1);
        tocsin.awaitRecords("kafka", CORPUS.size());
        alerts = deployment.alertsNow().stream().collect(Collectors.groupingBy(OutputRecord::origin));
        rejects = deployment.rejectsNow().stream().collect(Collectors.groupingBy(OutputRecord::origin));
    }

    @Test
    void aRecordOfTheTopicComesToWhatTheCorpusSays() {
        assertThat(CORPUS).allSatisfy(line -> comesToWhatTheCorpusSays(line, topicOrigin(line)));
    }

    @Test
    void aFileOfItsOwnComesToWhatTheCorpusSays() {
        assertThat(CORPUS).allSatisfy(line -> comesToWhatTheCorpusSays(line, file(line) + ":1"));
    }

    @Test
    void aLineAmongOthersComesToWhatTheCorpusSays() {
        assertThat(CORPUS)
                .filteredOn(line -> !beginsWithByteOrderMark(line))
                .hasSize(CORPUS.size() - 1)
                .allSatisfy(line -> comesToWhatTheCorpusSays(line, "all.json:" + line.number()));
        assertThat(CORPUS)
                .filteredOn(ParityIT::beginsWithByteOrderMark)
                .allSatisfy(line -> isReject(line, "all.json:" + line.number(), RejectReason.MALFORMED));
    }

    @Test
    void nothingElseIsRaised() {
        int raised = CORPUS.stream().mapToInt(line -> line.alerts().size()).sum();

        assertThat(alerts).hasSize(3 * raised - 1).allSatisfy((origin, records) -> assertThat(records)
                .hasSize(1));
    }

    private static void comesToWhatTheCorpusSays(ParityCorpus.Line line, String origin) {
        assertThat(alerts.getOrDefault(origin, List.of()).stream().map(ParityIT::alert))
                .containsExactlyElementsOf(line.alerts());
        if (line.reason() == null) {
            assertThat(rejects).doesNotContainKey(origin);
        } else {
            isReject(line, origin, line.reason());
        }
    }

    private static void isReject(ParityCorpus.Line line, String origin, RejectReason reason) {
        assertThat(rejects.getOrDefault(origin, List.of())).singleElement().satisfies(reject -> {
            assertThat(reject.reason()).isEqualTo(reason.code());
            assertThat(reject.value()).isEqualTo(line.bytes());
        });
    }

    private static boolean beginsWithByteOrderMark(ParityCorpus.Line line) {
        byte[] bytes = line.bytes();
        return ReadingDecoder.bomLength(bytes, 0, bytes.length) > 0;
    }

    private static String topicOrigin(ParityCorpus.Line line) {
        return deployment.readings() + "/0@" + (line.number() - 1);
    }

    private static String file(ParityCorpus.Line line) {
        return "line-" + line.number() + ".json";
    }

    /** An alert's value, its timestamp cut as the corpus has it. */
    private static ParityCorpus.Alert alert(OutputRecord record) {
        try {
            JsonNode alert = JSON.readTree(record.value());
            JsonNode timestamp = alert.get("timestamp");
            return new ParityCorpus.Alert(
                    alert.get("deviceId").textValue(),
                    timestamp.isNull()
                            ? null
                            : Instant.parse(timestamp.textValue()).truncatedTo(ChronoUnit.MILLIS),
                    alert.get("temperature").doubleValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
