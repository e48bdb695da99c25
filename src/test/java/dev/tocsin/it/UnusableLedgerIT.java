package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.EmbeddedBroker;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that can never become right by itself ends the program with one line and exit code 2. */
@BrokerTest
class UnusableLedgerIT {
    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;
    private Deployment deployment;

    @BeforeEach
    void deployment(KafkaUnderTest kafka) throws IOException {
        in = Files.createDirectory(home.resolve("in"));
        deployment = Deployment.on(kafka);
    }

    @Test
    void aTopicThatIsNotCompactedIsRefused() {
        deployment.topics().create(deployment.ledger(), 3, Map.of());

        isRefused("its cleanup.policy is delete, and must be compact");
    }

    @Test
    void soIsOneWhoseNumberOfPartitionsWasChanged() throws Exception {
        for (int i = 0; i < 40; i++) {
            Files.writeString(in.resolve("data-" + i + ".json"), Readings.hot("d" + i) + "\n");
        }
        PackagedProgram before = start();
        before.awaitMetric("tocsin_files_total{outcome=\"done\"}", 40);
        assertThat(before.stop()).isZero();
        addPartition();

        isRefused("its number of partitions was changed to 13");
        assertThat(deployment.alertsNow()).hasSize(40);
    }

    @Test
    void oneWhosePartitionsAreAddedToEndsAnInstanceThatUsesIt() throws Exception {
        PackagedProgram running = programs.start(tocsin().with("kafka.metadata.max.age.ms", 500));
        running.awaitReady();

        addPartition();

        assertThat(running.awaitExit()).isEqualTo(2);
        assertThat(running.said("its number of partitions was changed to 13")).hasSize(1);
    }

    /** Nobody can know that at the start, and the instance is waiting by then. */
    @Test
    void oneThatIsFoundOutOnlyWhenTheBrokerHasComeIsRefusedThen() {
        try (EmbeddedBroker late = EmbeddedBroker.in(home.resolve("broker")).start()) {
            deployment = Deployment.on(late.bootstrapServers());
            deployment.topics().create(deployment.ledger(), 3, Map.of());
            late.stop();
            PackagedProgram tocsin = start().awaitNotReady();

            late.start();

            hasRefused(tocsin, "its cleanup.policy is delete, and must be compact");
        }
    }

    @Test
    void soIsOneWhoseNumberOfPartitionsWasChangedBefore() throws Exception {
        for (int i = 0; i < 40; i++) {
            Files.writeString(in.resolve("data-" + i + ".json"), Readings.hot("d" + i) + "\n");
        }
        try (EmbeddedBroker late = EmbeddedBroker.in(home.resolve("broker")).start()) {
            deployment = Deployment.on(late.bootstrapServers());
            PackagedProgram before = start();
            before.awaitMetric("tocsin_files_total{outcome=\"done\"}", 40);
            assertThat(before.stop()).isZero();
            addPartition();
            late.stop();
            PackagedProgram tocsin = start().awaitNotReady();

            late.start();

            hasRefused(tocsin, "its number of partitions was changed to 13");
            assertThat(deployment.alertsNow()).hasSize(40);
        }
    }

    private void addPartition() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", deployment.bootstrapServers()))) {
            admin.createPartitions(Map.of(deployment.ledger(), NewPartitions.increaseTo(13)))
                    .all()
                    .get();
        }
    }

    private PackagedProgram.Builder tocsin() {
        return PackagedProgram.in(home)
                .with(deployment.settings())
                .with("tocsin.source.kafka.enabled", false)
                .with("tocsin.source.directory.path", in);
    }

    private PackagedProgram start() {
        return programs.start(tocsin());
    }

    private void isRefused(String why) {
        hasRefused(start(), why);
    }

    private void hasRefused(PackagedProgram tocsin, String why) {
        assertThat(tocsin.awaitExit()).isEqualTo(2);
        assertThat(tocsin.said(why))
                .singleElement()
                .asString()
                .startsWith("tocsin: tocsin.ledger.topic = " + deployment.ledger() + ": ");
    }
}
