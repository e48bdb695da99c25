package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A directory that cannot be read is said once, makes the program not ready, and is picked up when it is back. */
class DirectoryAbsentIT {
    private static final String SAID = "cannot be listed";

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;

    @BeforeEach
    void name() {
        in = home.resolve("in");
    }

    private PackagedProgram start() {
        return programs.start(PackagedProgram.in(home)
                .withoutKafka()
                .with("tocsin.sink.console.format", "json")
                .with("tocsin.source.directory.path", in));
    }

    @Test
    void aDirectoryThatIsMissingOrVanishesIsPickedUpAndItsFilesAreNotReadAgain() throws IOException {
        PackagedProgram tocsin = start().awaitNotReady();
        await().untilAsserted(() -> assertThat(tocsin.health("ready").body()).contains(in.toString()));
        assertThat(tocsin.health("live").status()).isEqualTo(200);
        Files.createDirectory(in);
        write("data-1.json", "a");
        awaitAlerts(tocsin, "a");
        tocsin.awaitReady();
        assertThat(tocsin.said(SAID)).hasSize(1);

        Path away = Files.move(in, home.resolve("away"));

        tocsin.awaitNotReady();
        assertThat(tocsin.health("live").status()).isEqualTo(200);
        Files.move(away, in);
        write("data-2.json", "b");
        awaitAlerts(tocsin, "a", "b");
        tocsin.awaitReady();
        tocsin.awaitMetric("tocsin_files_total{outcome=\"done\"}", 2);
        assertThat(tocsin.stop()).isZero();
        assertThat(tocsin.stdout()).isEqualTo(Readings.alert("a") + "\n" + Readings.alert("b") + "\n");
        assertThat(tocsin.said(SAID)).hasSize(2);
    }

    @Test
    void aDirectoryThatMayNotBeReadIsPickedUpWhenItMay() throws IOException {
        Files.createDirectory(in);
        write("data-1.json", "a");
        Files.setPosixFilePermissions(in, PosixFilePermissions.fromString("---------"));
        try {
            assumeThat(Files.isReadable(in))
                    .as("who runs the tests can read anything")
                    .isFalse();
            PackagedProgram tocsin = start().awaitNotReady();
            assertThat(tocsin.health("live").status()).isEqualTo(200);

            Files.setPosixFilePermissions(in, PosixFilePermissions.fromString("rwx------"));

            awaitAlerts(tocsin, "a");
            tocsin.awaitReady();
            assertThat(tocsin.said(SAID)).hasSize(1);
        } finally {
            Files.setPosixFilePermissions(in, PosixFilePermissions.fromString("rwx------"));
        }
    }

    private void write(String name, String device) throws IOException {
        Files.writeString(in.resolve(name), Readings.hot(device) + "\n");
    }

    private static void awaitAlerts(PackagedProgram tocsin, String... devices) {
        await("alerts of " + String.join(", ", devices))
                .atMost(PackagedProgram.PATIENCE)
                .until(() -> tocsin.stdout().lines().count() >= devices.length);
    }
}
