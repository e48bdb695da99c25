package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A million lines through each source at once, in little memory: what comes out adds up to what went in. */
@BrokerTest
class BothSourcesIT {
    private static final int LINES = 1_000_000;
    private static final int HOT = LINES / 100;
    /** Of each of the four kinds of line that are no usable reading. */
    private static final int ODD = LINES / 1_000;

    private static final int PARTITIONS = 3;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    @Test
    void whatComesOutAddsUpToAMillionLinesFromEachSource(KafkaUnderTest kafka) throws IOException {
        Deployment deployment = Deployment.on(kafka);
        deployment.topics().create(deployment.readings(), PARTITIONS, Map.of());
        deployment.topics().writeAll("lz4", () -> IntStream.range(0, LINES)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                        deployment.readings(),
                        i % PARTITIONS,
                        null,
                        line("topic", i).getBytes(UTF_8)))
                .iterator());
        Path in = Files.createDirectory(home.resolve("in"));
        Files.write(in.resolve("big.json"), (Iterable<String>)
                IntStream.range(0, LINES).mapToObj(i -> line("file", i))::iterator);

        PackagedProgram tocsin = programs.start(PackagedProgram.in(home)
                .option("-Xmx256m")
                .with(deployment.settings())
                .with("tocsin.source.directory.path", in));
        tocsin.awaitRecords("kafka", LINES);
        tocsin.awaitRecords("directory", LINES);
        tocsin.awaitMetric("tocsin_files_total{outcome=\"done\"}", 1);

        Map<String, Double> metrics = tocsin.metrics();
        for (String source : List.of("kafka", "directory")) {
            assertThat(metrics)
                    .containsEntry(series("tocsin_readings_total", "", source), LINES - 3.0 * ODD)
                    .containsEntry(series("tocsin_unusable_total", "", source), 1.0 * ODD)
                    .containsEntry(series("tocsin_blank_lines_total", "", source), 1.0 * ODD)
                    .containsEntry(series("tocsin_rejects_total", "reason=\"malformed\",", source), 1.0 * ODD)
                    .containsEntry(series("tocsin_rejects_total", "reason=\"not_an_object\",", source), 1.0 * ODD)
                    .containsEntry(
                            series("tocsin_alerts_total", "rule=\"high-temperature\",severity=\"critical\",", source),
                            1.0 * HOT)
                    .containsEntry(series("tocsin_batches_total", "outcome=\"failed\",", source), 0.0);
            assertThat(tocsin.records(source)).isEqualTo(LINES);
        }
        List<OutputRecord> alerts = deployment.alertsNow();
        assertThat(alerts).hasSize(2 * HOT).extracting(OutputRecord::id).doesNotHaveDuplicates();
        assertThat(devices(alerts)).isEqualTo(hotDevices());
        List<OutputRecord> rejects = deployment.rejectsNow();
        assertThat(rejects).hasSize(4 * ODD).extracting(OutputRecord::origin).doesNotHaveDuplicates();
        assertThat(tocsin.stop()).isZero();
        assertThat(tocsin.said("WARN")).isEmpty();
        assertThat(tocsin.said("ERROR")).isEmpty();
    }

    private static String line(String source, int i) {
        if (i % 100 == 0) {
            return Readings.hot(source + "-" + i);
        }
        return switch (i % 1_000) {
            case 501 -> "{\"deviceId\": \"" + source + "\", ";
            case 502 -> " ";
            case 503 -> "{\"deviceId\": \"" + source + "\", \"temperature\": \"102.1\"}";
            case 504 -> "[" + i + "]";
            default -> Readings.cold(source + "-" + i);
        };
    }

    private static Set<String> hotDevices() {
        return Stream.of("topic-", "file-")
                .flatMap(source -> IntStream.range(0, HOT).mapToObj(i -> source + i * 100))
                .collect(Collectors.toSet());
    }

    private static Set<String> devices(List<OutputRecord> alerts) {
        return alerts.stream().map(alert -> "" + alert.key()).collect(Collectors.toSet());
    }

    private static String series(String name, String labels, String source) {
        return name + "{" + labels + "source=\"" + source + "\"}";
    }
}
