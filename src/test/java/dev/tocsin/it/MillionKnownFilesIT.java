package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A directory of a million files that were read, of which the ledger knows, in a small heap: one new file is found. */
@BrokerTest
class MillionKnownFilesIT {
    private static final int MILLION = 1_000_000;
    private static final int COMMIT = 10_000;
    private static final int LEDGER_PARTITIONS = 12;

    @TempDir
    static Path shared;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    @BeforeAll
    static void aMillionFiles() throws IOException {
        FileTime longAgo = FileTime.from(Instant.parse("2025-10-10T12:00:00Z"));
        for (int i = 0; i < MILLION; i++) {
            Files.setLastModifiedTime(Files.createFile(shared.resolve(name(i))), longAgo);
        }
    }

    @Test
    void withAJournal() throws IOException {
        try (Journal journal = Journal.open(home.resolve("checkpoint"))) {
            for (int from = 0; from < MILLION; from += COMMIT) {
                Map<String, byte[]> changes = new LinkedHashMap<>();
                for (int i = from; i < from + COMMIT; i++) {
                    changes.put("file/" + name(i), entry(i));
                }
                journal.commit(changes);
            }
            assertThat((double) journal.indexBytes() / MILLION)
                    .as("bytes an entry")
                    .isLessThan(20);
        }

        theNewFileAloneIsRead(
                PackagedProgram.in(home).withoutKafka().with("tocsin.checkpoint.directory", home.resolve("checkpoint")),
                "journal");
    }

    @Test
    void withATopic(KafkaUnderTest kafka) throws IOException {
        Deployment deployment = Deployment.on(kafka);
        deployment.topics().create(deployment.ledger(), LEDGER_PARTITIONS, Map.of("cleanup.policy", "compact"));
        deployment.topics().writeAll("lz4", () -> IntStream.range(0, MILLION)
                .mapToObj(i -> new ProducerRecord<byte[], byte[]>(
                        deployment.ledger(),
                        Utils.toPositive(Utils.murmur2(name(i).getBytes(UTF_8))) % LEDGER_PARTITIONS,
                        (deployment.group() + "/directory/" + name(i)).getBytes(UTF_8),
                        entry(i)))
                .iterator());

        theNewFileAloneIsRead(
                PackagedProgram.in(home).with(deployment.settings()).with("tocsin.source.kafka.enabled", false),
                "topic");
    }

    private void theNewFileAloneIsRead(PackagedProgram.Builder builder, String device) throws IOException {
        PackagedProgram tocsin = programs.start(builder.option("-Xmx96m")
                .jvmOption("-XX:+UseSerialGC")
                .option("-XX:+ExitOnOutOfMemoryError")
                .with("tocsin.source.directory.path", shared)
                .with("tocsin.sink.console.format", "json"));
        await("the start, which reads the whole ledger")
                .atMost(PackagedProgram.PATIENCE.multipliedBy(10))
                .until(() -> !tocsin.said("Listening on:").isEmpty()
                        && tocsin.health("ready").status() == 200);
        Path fresh = Files.writeString(shared.resolve("new-" + device + ".json"), Readings.hot(device) + "\n");

        tocsin.awaitRecords("directory", 1);

        assertThat(tocsin.metric("tocsin_file_backlog_files")).isZero();
        assertThat(tocsin.records("directory")).isEqualTo(1);
        assertThat(tocsin.stop()).isZero();
        Files.delete(fresh);
    }

    private static String name(int i) {
        return "data-2025-10-10-" + i + ".json";
    }

    private static byte[] entry(int i) {
        try {
            Object inode = Files.getAttribute(shared.resolve(name(i)), "unix:ino", LinkOption.NOFOLLOW_LINKS);
            long modified = Instant.parse("2025-10-10T12:00:00Z").toEpochMilli();
            return ("{\"phase\":\"DONE\",\"generation\":\"" + i + "\",\"inode\":" + inode + ",\"size\":0,\"modified\":"
                            + modified
                            + ",\"offset\":0,\"lines\":0,\"unended\":false,\"headLength\":0,\"head\":0,\"tailLength\":0,\"tail\":0}")
                    .getBytes(UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
