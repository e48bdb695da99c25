package dev.tocsin.reading;

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

/** What a line costs: to find its end, to decode it, and what of that an alert adds. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(DecodeBenchmark.LINES)
public class DecodeBenchmark {
    static final int LINES = 10_000;

    @Param({"ORDINARY", "VARIED", "LONG", "HOSTILE"})
    public BenchmarkRecords.Kind kind;

    private final ReadingDecoder decoder = new ReadingDecoder();
    private final int[] found = new int[LINES];
    private final int[] ends = new int[LINES];
    private byte[] lines = new byte[0];

    @Setup
    public void lines() {
        lines = BenchmarkRecords.lines(kind, LINES, 0.01);
        Newlines.find(lines, 0, lines.length, ends);
    }

    @Benchmark
    public int findNewlines() {
        return Newlines.find(lines, 0, lines.length, found);
    }

    @Benchmark
    public int decode() {
        int readings = 0;
        int begin = 0;
        for (int end : ends) {
            readings += decoder.decode(lines, begin, end - begin) == Decoded.READING ? 1 : 0;
            begin = end + 1;
        }
        return readings;
    }

    @Benchmark
    public int decodeAllAsAlerts() {
        int named = 0;
        int begin = 0;
        for (int end : ends) {
            if (decoder.decode(lines, begin, end - begin) == Decoded.READING) {
                named += decoder.reading().deviceId() == null ? 0 : 1;
            }
            begin = end + 1;
        }
        return named;
    }
}
