package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The topic and the directory in one job. */
@BrokerTest
class BothSourcesJobIT {
    private static final Duration LONG = Duration.ofSeconds(90);

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    /** One deployment with its input. */
    private final class Job {
        private final Deployment deployment;
        private final Path in;

        Job(KafkaUnderTest kafka, String name) throws IOException {
            deployment = Deployment.on(kafka);
            deployment.topics().create(deployment.readings(), 2, Map.of());
            in = Files.createDirectories(home.resolve(name + "/in"));
        }

        PackagedProgram.Builder program(String mode) {
            return PackagedProgram.in(in.getParent())
                    .with(deployment.settings())
                    .with("tocsin.source.directory.path", in)
                    .with("tocsin.trigger.mode", mode);
        }

        /** Runs to its end; a last line without a newline never settles. */
        Summary run() {
            PackagedProgram run = programs.start(program("available-now").with("tocsin.source.directory.settle", "1h"));
            assertThat(run.awaitExit(LONG)).isZero();
            Summary summary = Summary.of(run);
            assertThat(summary.completed()).isTrue();
            assertThat(summary.source("kafka").get("position"))
                    .isEqualTo(summary.source("kafka").get("frozen"));
            return summary;
        }

        void topic(int from, int to) {
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            IntStream.range(from, to).forEach(i -> {
                records.add(record(i, Readings.hot("d" + i)));
                records.add(record(i, Readings.cold("c" + i)));
                records.add(record(i, "no reading " + i));
            });
            deployment.topics().writeAll("none", records);
        }

        private ProducerRecord<byte[], byte[]> record(int i, String text) {
            return new ProducerRecord<>(deployment.readings(), i % 2, null, text.getBytes(UTF_8));
        }

        void file(String name, String text) throws IOException {
            Files.writeString(in.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }

        /** All alerts and rejects with where they came from, the topic's name left out, in the order of the text. */
        List<String> output() {
            return Stream.concat(deployment.alertsNow().stream(), deployment.rejectsNow().stream())
                    .map(record -> record.origin().replace(deployment.readings(), "topic") + ' ' + record.text())
                    .sorted()
                    .toList();
        }
    }

    private static String lines(String name, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(Readings.hot(name + i)).append('\n');
            text.append(Readings.cold(name + i)).append('\n');
            text.append("no reading ").append(i).append('\n');
        }
        return text.toString();
    }

    @Test
    void twoRunsOneAfterTheOtherEqualOneLongRun(KafkaUnderTest kafka) throws IOException {
        Job twice = new Job(kafka, "twice");
        twice.topic(0, 100);
        twice.file("grows.json", lines("g", 0, 20));
        twice.file("last.json", lines("l", 0, 5) + Readings.hot("last").substring(0, 30));
        Summary first = twice.run();
        int before = twice.output().size();
        twice.topic(100, 130);
        twice.file("grows.json", lines("g", 20, 30));
        twice.file("last.json", Readings.hot("last").substring(30) + '\n' + Readings.hot("later"));
        twice.file("new.json", lines("n", 0, 10));
        Summary second = twice.run();
        Job once = new Job(kafka, "once");
        once.topic(0, 130);
        once.file("grows.json", lines("g", 0, 30));
        once.file("last.json", lines("l", 0, 5) + Readings.hot("last") + '\n' + Readings.hot("later"));
        once.file("new.json", lines("n", 0, 10));
        Summary all = once.run();

        assertThat(twice.output())
                .isEqualTo(once.output())
                .hasSize(2 * (130 + 30 + 5 + 10) + 1)
                .doesNotHaveDuplicates();
        assertThat(before).isEqualTo(2 * (100 + 20 + 5));
        assertThat(first.readings() + second.readings()).isEqualTo(all.readings());
        assertThat(first.alerts() + second.alerts()).isEqualTo(all.alerts()).isEqualTo(130 + 30 + 5 + 10 + 1);
        assertThat(first.rejects() + second.rejects()).isEqualTo(all.rejects());
        assertThat(List.of(pendingLines(first), pendingLines(second), pendingLines(all)))
                .containsOnly(1);
        assertThat(first.source("directory").at("/frozen/files").asInt()).isEqualTo(2);
        assertThat(second.source("directory").at("/frozen/files").asInt()).isEqualTo(3);
        assertThat(twice.run().readings()).isZero();
    }

    @Test
    void onceIsOneBatchOfEachSourceWhateverTheLimits(KafkaUnderTest kafka) throws IOException {
        Job job = new Job(kafka, "once");
        job.topic(0, 100);
        for (int i = 0; i < 5; i++) {
            job.file("data-" + i + ".json", lines("f" + i + "-", 0, 10));
        }

        PackagedProgram once = programs.start(job.program("once")
                .with("tocsin.source.kafka.max-records-per-trigger", 10)
                .with("tocsin.source.directory.max-files-per-trigger", 1)
                .with("quarkus.log.category.\"dev.tocsin.trigger\".level", "DEBUG"));

        assertThat(once.awaitExit(LONG)).isZero();
        List<String> batches = once.said("\"batchId\":");
        assertThat(batches).hasSize(2).allMatch(batch -> batch.contains("\"trigger\":\"once\""));
        assertThat(batches).anyMatch(batch -> batch.contains("\"numInputRows\":300,"));
        assertThat(batches).anyMatch(batch -> batch.contains("\"numInputRows\":150,"));
        assertThat(Summary.of(once).alerts()).isEqualTo(100 + 50);
        assertThat(job.output()).hasSize(2 * (100 + 50)).doesNotHaveDuplicates();
    }

    private static int pendingLines(Summary summary) {
        return summary.source("directory").at("/left/pendingLines").asInt();
    }
}
