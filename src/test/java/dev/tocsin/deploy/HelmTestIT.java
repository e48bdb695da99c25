package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tocsin.it.PackagedProgram;
import dev.tocsin.kafka.BrokerTest;
import dev.tocsin.kafka.KafkaUnderTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of {@code helm test}, with the variables of the rendered pod and Kafka's own console tools, against the running program. */
@BrokerTest
class HelmTestIT {
    @TempDir
    Path home;

    @Test
    void sendsAReadingAndSeesItsAlert(KafkaUnderTest kafka) throws IOException, InterruptedException {
        String name = KafkaUnderTest.unique("helm");
        String values = """
                kafka: {bootstrapServers: '%s'}
                config:
                  source: {kafka: {topic: %s, group: %s}}
                  sink: {kafka: {alerts-topic: %s-alerts, rejects-topic: %s-rejects}}
                  ledger: {topic: %s-ledger}
                """.formatted(kafka.bootstrapServers(), kafka.newTopic(name, 1), name, name, name, name);
        Path settings = Files.writeString(
                home.resolve("application.properties"), Chart.render(values).applicationProperties());
        JsonNode container = Chart.test(values).one("Pod").at("/spec/containers/0");
        try (PackagedProgram tocsin = PackagedProgram.in(home.resolve("program"))
                .environment("QUARKUS_CONFIG_LOCATIONS", settings.toString())
                .start()) {
            tocsin.awaitListening();

            Process test = script(container, tocsin, settings);

            String output = new String(test.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(test.waitFor()).as("%s%s", output, tocsin).isZero();
            assertThat(output).contains("Tocsin is ready", "its alert came");
        }
    }

    private Process script(JsonNode container, PackagedProgram tocsin, Path settings) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", container.at("/command/2").asText()).redirectErrorStream(true);
        for (JsonNode variable : container.path("env")) {
            builder.environment()
                    .put(variable.path("name").asText(), variable.path("value").asText());
        }
        builder.environment().put("READY_URL", "http://" + tocsin.address() + "/q/health/ready");
        builder.environment().put("CONFIG", settings.toString());
        builder.environment().put("KAFKA_BIN", tools().toString());
        return builder.start();
    }

    /** What Kafka's distribution has in {@code bin}. */
    private Path tools() throws IOException {
        Path bin = Files.createDirectory(home.resolve("bin"));
        tool(bin, "kafka-console-producer.sh", "org.apache.kafka.tools.ConsoleProducer");
        tool(bin, "kafka-console-consumer.sh", "org.apache.kafka.tools.consumer.ConsoleConsumer");
        return bin;
    }

    private static void tool(Path bin, String name, String main) throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path script = Files.writeString(
                bin.resolve(name),
                "#!/bin/bash\nexec " + java + " -Xmx128m -cp '" + classPath + "' " + main + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
