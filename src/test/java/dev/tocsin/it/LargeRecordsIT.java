package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Records that are small on the wire and large in memory. */
@BrokerTest
class LargeRecordsIT {
    private static final int RECORDS = 1_500;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    /** All of them together are 300 MB, and some fetches hold most of that. */
    @Test
    void wellCompressedRecordsFitIntoASmallHeap(KafkaUnderTest kafka) {
        byte[] noReading = new byte[200 * 1024];
        Arrays.fill(noReading, (byte) 'x');
        Deployment deployment = Deployment.on(kafka);
        deployment.topics().create(deployment.readings(), 1, Map.of());
        List<ProducerRecord<byte[], byte[]>> records =
                Collections.nCopies(RECORDS, new ProducerRecord<>(deployment.readings(), noReading));
        deployment.topics().writeAll("zstd", records);

        PackagedProgram tocsin = programs.start(PackagedProgram.in(home)
                .with(deployment.settings())
                .with("tocsin.sink.console.format", "none")
                .option("-Xmx256m"));

        tocsin.awaitRecords("kafka", RECORDS);
        assertThat(deployment.rejectsNow())
                .hasSize(RECORDS)
                .extracting(OutputRecord::origin)
                .doesNotHaveDuplicates();
        assertThat(tocsin.stop()).isZero();
    }
}
