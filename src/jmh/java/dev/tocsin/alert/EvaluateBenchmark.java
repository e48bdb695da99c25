package dev.tocsin.alert;

import dev.tocsin.reading.BenchmarkRecords;
import dev.tocsin.reading.Newlines;
import dev.tocsin.reading.Origin;
import dev.tocsin.reading.Records;
import dev.tocsin.rule.Rules;
import java.util.List;
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

/** The rule over a chunk, and the JSON of its alerts, by the share of alerts. Nanoseconds per reading. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(EvaluateBenchmark.LINES)
public class EvaluateBenchmark {
    static final int LINES = 10_000;

    @Param({"0", "0.01", "0.1", "1"})
    public double hot;

    private final Evaluator evaluator = new Evaluator(new Rules(List.of(Rules.DEFAULT)), 256 << 10);
    private final int[] ends = new int[LINES];
    private byte[] lines = new byte[0];

    @Setup
    public void lines() {
        lines = BenchmarkRecords.lines(BenchmarkRecords.Kind.VARIED, LINES, hot);
        Newlines.find(lines, 0, lines.length, ends);
    }

    @Benchmark
    public Evaluation evaluate() {
        return evaluator.evaluate(new Cursor(lines, ends));
    }

    @Benchmark
    public long evaluateAndWrite() {
        long bytes = 0;
        for (Alert alert : evaluator.evaluate(new Cursor(lines, ends)).alerts()) {
            bytes += AlertJson.encode(alert.reading()).length;
        }
        return bytes;
    }

    @Benchmark
    public long evaluateWriteAndIdentify() {
        long bytes = 0;
        for (Alert alert : evaluator.evaluate(new Cursor(lines, ends)).alerts()) {
            bytes += AlertJson.encode(alert.reading()).length + alert.id().length();
        }
        return bytes;
    }

    /** Lines in memory. */
    private static final class Cursor implements Records {
        private final byte[] bytes;
        private final int[] ends;
        private int index = -1;

        Cursor(byte[] bytes, int[] ends) {
            this.bytes = bytes;
            this.ends = ends;
        }

        @Override
        public int count() {
            return ends.length;
        }

        @Override
        public long bytes() {
            return bytes.length;
        }

        @Override
        public boolean next() {
            return ++index < ends.length;
        }

        @Override
        public byte[] array() {
            return bytes;
        }

        @Override
        public int offset() {
            return index == 0 ? 0 : ends[index - 1] + 1;
        }

        @Override
        public int length() {
            return ends[index] - offset();
        }

        @Override
        public long size() {
            return length();
        }

        @Override
        public Origin origin() {
            return new Origin.OfFile("data-1.json", "g", index + 1L);
        }
    }
}
