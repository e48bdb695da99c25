package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands in files, a small heap does: a heap that runs out ends the program, and with it the test. */
@BrokerTest
class SmallHeapIT {
    /** Of {@code tocsin.reading.max-bytes}, and a multiple of what a reject carries. */
    private static final int LONG_LINE = 200 << 10;

    private static final int LONG_REJECTS = 1_000;
    private static final int SHORT_REJECTS = 400_000;
    private static final int HOT = 20;
    private static final long GIB = 1L << 30;

    /** What the program needs for itself, the 16 MiB that may wait for their commit, and the producer's 8 MiB. */
    private static final String HEAP_WITH_TOPIC = "-Xmx52m";

    private static final String HEAP = "-Xmx64m";

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;

    @BeforeEach
    void directory() throws IOException {
        in = Files.createDirectory(home.resolve("in"));
    }

    /** More than 200 MB that are no readings: four times the heap. All of them go to the topic, the long ones cut. */
    @ParameterizedTest
    @ValueSource(strings = {"default", "continuous"})
    void anEndlessStreamOfRejectsIntoATopicFitsIntoASmallHeap(String trigger, KafkaUnderTest kafka) throws IOException {
        Deployment deployment = Deployment.on(kafka);
        writeRejects();

        PackagedProgram tocsin = programs.start(small(HEAP_WITH_TOPIC)
                .with(deployment.settings())
                .with("tocsin.trigger.mode", trigger)
                .with("tocsin.source.kafka.enabled", false)
                .with("tocsin.sink.console.format", "none"));

        allRejectsAreCounted(tocsin);
        assertThat(deployment.rejectsNow()).hasSize(LONG_REJECTS + SHORT_REJECTS);
        assertThat(tocsin.stop()).isZero();
    }

    @Test
    void soItDoesIntoFiles() throws IOException {
        Path out = home.resolve("out");
        writeRejects();

        PackagedProgram tocsin = programs.start(small(HEAP)
                .withoutKafka()
                .with("tocsin.sink.file.directory", out)
                .with("tocsin.sink.console.format", "none"));

        allRejectsAreCounted(tocsin);
        assertThat(tocsin.stop()).isZero();
    }

    /** Sparse: on the disk they are a few blocks. */
    @Test
    void aLineOfAGigabyteFitsIntoASmallHeap() throws IOException {
        sparse("line.json", GIB, 2 * GIB);

        PackagedProgram job = programs.start(small(HEAP).withoutKafka().with("tocsin.trigger.mode", "available-now"));

        assertThat(job.awaitExit(Duration.ofMinutes(2))).isZero();
        assertThat(Summary.of(job).alerts()).isEqualTo(2L * HOT);
        assertThat(Summary.of(job).rejects()).isEqualTo(2);
    }

    @Test
    void soDoesAFileOfTen() throws IOException {
        sparse("file.json", 5 * GIB, 10 * GIB);

        PackagedProgram job = programs.start(small(HEAP).withoutKafka().with("tocsin.trigger.mode", "available-now"));

        assertThat(job.awaitExit(Duration.ofMinutes(5))).isZero();
        assertThat(Summary.of(job).alerts()).isEqualTo(2L * HOT);
        assertThat(Summary.of(job).rejects()).isEqualTo(2);
    }

    private PackagedProgram.Builder small(String heap) {
        return PackagedProgram.in(home)
                .option(heap)
                .jvmOption("-XX:+UseSerialGC")
                .option("-XX:+ExitOnOutOfMemoryError")
                .with("tocsin.source.directory.path", in);
    }

    private void writeRejects() throws IOException {
        byte[] longLine = new byte[LONG_LINE];
        Arrays.fill(longLine, (byte) 'x');
        longLine[LONG_LINE - 1] = '\n';
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(in.resolve("long.json")))) {
            for (int i = 0; i < LONG_REJECTS; i++) {
                file.write(longLine);
            }
        }
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(in.resolve("short.json")))) {
            for (int i = 0; i < SHORT_REJECTS; i++) {
                file.write(("no reading " + i + "\n").getBytes(UTF_8));
            }
        }
    }

    private static void allRejectsAreCounted(PackagedProgram tocsin) {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> tocsin.records("directory") >= LONG_REJECTS + SHORT_REJECTS);
        tocsin.awaitMetric("tocsin_files_total{outcome=\"done\"}", 2);
        assertThat(tocsin.metric("tocsin_rejects_total{reason=\"malformed\",source=\"directory\"}"))
                .isEqualTo(LONG_REJECTS + SHORT_REJECTS);
    }

    /** Two lines of nothing but zeros, up to these ends, and behind each some readings. */
    private void sparse(String name, long... ends) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(in.resolve(name).toFile(), "rw")) {
            for (long end : ends) {
                file.seek(end);
                StringBuilder lines = new StringBuilder("\n");
                for (int i = 0; i < HOT; i++) {
                    lines.append(Readings.hot("d" + end + "-" + i)).append('\n');
                }
                file.write(lines.toString().getBytes(UTF_8));
            }
        }
    }
}
