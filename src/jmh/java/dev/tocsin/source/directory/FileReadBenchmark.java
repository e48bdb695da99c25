package dev.tocsin.source.directory;

import dev.tocsin.reading.BenchmarkRecords;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reading a file that the page cache holds into chunks of lines, without decoding them. Nanoseconds per line. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(FileReadBenchmark.LINES)
public class FileReadBenchmark {
    static final int LINES = 200_000;

    @Param({"ORDINARY", "LONG", "HOSTILE"})
    public BenchmarkRecords.Kind kind;

    private final LineReader reader = new LineReader(256 << 10);
    private final FileState begin =
            new FileState(FileState.Phase.READING, "g", 0, 0, 0, 0, 0, false, Fingerprint.NONE, Fingerprint.NONE);
    private Path directory = Path.of("");

    @Setup
    public void write() throws IOException {
        directory = Files.createTempDirectory("tocsin-benchmark");
        Files.write(directory.resolve("data.json"), BenchmarkRecords.lines(kind, LINES, 0.01));
    }

    @TearDown
    public void delete() throws IOException {
        Files.delete(directory.resolve("data.json"));
        Files.delete(directory);
    }

    @Benchmark
    public long read() throws IOException {
        long count = 0;
        try (FileContent content = FileContent.open(directory, Found.look(directory, "data.json"));
                InputStream bytes = content.from(0)) {
            reader.open("data.json", bytes, begin);
            for (Lines lines = reader.next(true, true); lines != null; lines = reader.next(true, true)) {
                count += lines.count();
            }
        }
        return count;
    }
}
