package dev.tocsin.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tocsin.it.PackagedProgram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** How the script of {@code helm test} ended, run in the rendered pod with Kafka's own console tools against the running program. */
record HelmTest(int exitCode, String output) {
    /** Runs it for the release that the chart makes of values. */
    static HelmTest run(String values, Kubelet kubelet, PackagedProgram tocsin)
            throws IOException, InterruptedException {
        JsonNode pod = Chart.test(values).one("Pod");
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", "-c", pod.at("/spec/containers/0/command/2").asText())
                .redirectErrorStream(true);
        builder.environment().putAll(kubelet.start(Chart.render(values), pod));
        builder.environment().put("READY_URL", tocsin.uri("/q/health/ready").toString());
        builder.environment().put("CONFIG", kubelet.root() + "/etc/tocsin/config/application.properties");
        builder.environment().put("KAFKA_BIN", tools(kubelet.root()).toString());
        Process script = builder.start();
        String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new HelmTest(script.waitFor(), output);
    }

    /** What Kafka's distribution has in {@code bin}. */
    private static Path tools(Path home) throws IOException {
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
                "#!/bin/bash\nexec " + java + " -Xmx128m $KAFKA_OPTS -cp '" + classPath + "' " + main + " \"$@\"\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
