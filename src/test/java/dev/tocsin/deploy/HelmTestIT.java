package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.it.PackagedProgram;
import dev.tocsin.it.Programs;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code helm test}, by every way from a source to a sink. That it is let in by a broker which asks for a login is in {@link KafkaSecurityIT}. */
@BrokerTest
class HelmTestIT {
    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    @Test
    void sendsAReadingAndSeesItsAlert(KafkaUnderTest kafka) throws IOException, InterruptedException {
        String name = KafkaUnderTest.unique("helm");
        HelmTest test = run("""
                kafka: {bootstrapServers: '%1$s'}
                config:
                  source: {kafka: {topic: %2$s, group: %2$s}}
                  sink: {kafka: {alerts-topic: %2$s-alerts, rejects-topic: %2$s-rejects}}
                  ledger: {topic: %2$s-ledger}
                """.formatted(kafka.bootstrapServers(), kafka.newTopic(name, 1)));

        assertThat(test.output()).contains("Tocsin is ready", "sent a reading", "its alert came");
        assertThat(test.exitCode()).isZero();
    }

    @Test
    void putsAReadingIntoTheDirectoryAndSeesItsAlertInAFile() throws IOException, InterruptedException {
        HelmTest test = run(withoutKafka("file: {directory: '%1$s/alerts'}"));

        assertThat(test.output()).contains("Tocsin is ready", "put a reading", "its alert came");
        assertThat(test.exitCode()).isZero();
    }

    @Test
    void leavesItToTheReaderToLookForAlertsOnTheConsole() throws IOException, InterruptedException {
        HelmTest test = run(withoutKafka("console: {format: json}"));

        assertThat(test.output()).contains("Tocsin is ready", "put a reading", "alerts go to the console alone");
        assertThat(test.exitCode()).isZero();
    }

    private String withoutKafka(String sink) throws IOException {
        Path data = Files.createDirectories(home.resolve("data"));
        Files.createDirectories(data.resolve("in"));
        return """
                config:
                  source: {kafka: {enabled: false}, directory: {path: '%1$s/in'}}
                  sink: {kafka: {enabled: false}, @sink}
                  checkpoint: {directory: '%1$s/checkpoint'}
                storage: {data: {mountPath: '%1$s', claim: {size: 1Gi}}}
                """.replace("@sink", sink).formatted(data);
    }

    private HelmTest run(String values) throws IOException, InterruptedException {
        Kubelet kubelet = new Kubelet(home, Map.of());
        Manifests release = Chart.render(values);
        PackagedProgram.Builder program = PackagedProgram.in(home.resolve("program"));
        kubelet.start(release, release.pod()).forEach(program::environment);
        return HelmTest.run(values, kubelet, programs.start(program).awaitListening());
    }
}
