package dev.tocsin.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** A file system of a few megabytes, which can be filled up. Only root may have one; else the scenario is skipped. */
final class SmallDisk implements AutoCloseable {
    private static final String SIZE = "size=24m";

    private final Path directory;

    private SmallDisk(Path directory) {
        this.directory = directory;
    }

    static SmallDisk below(Path home) throws IOException, InterruptedException {
        Path directory = Files.createDirectories(home.resolve("disk"));
        boolean mounted = run("mount", "-t", "tmpfs", "-o", SIZE, "tmpfs", directory.toString());
        Assumptions.assumeTrue(mounted, "a full disk needs a tmpfs, and this user may not mount one");
        return new SmallDisk(directory);
    }

    Path directory() {
        return directory;
    }

    void fill() throws IOException {
        byte[] zeros = new byte[4096];
        try (OutputStream ballast = Files.newOutputStream(ballast())) {
            while (true) {
                ballast.write(zeros);
            }
        } catch (IOException full) {
            if (!Files.exists(ballast())) {
                throw full;
            }
        }
    }

    void free() throws IOException {
        Files.delete(ballast());
    }

    private Path ballast() {
        return directory.resolve("ballast");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (!run("umount", directory.toString())) {
            throw new IOException("cannot unmount " + directory);
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
