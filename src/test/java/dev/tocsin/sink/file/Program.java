package dev.tocsin.sink.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tocsin.delivery.journal.FaultyDisk;
import dev.tocsin.delivery.journal.Journal;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that takes numbers from 0 as its input and writes a line for each, even ones as alerts, odd ones as rejects, in the
 * order of steps that {@link RollingLines} asks for. Closing it is a crash.
 */
final class Program implements Closeable {
    private static final long SEGMENT_BYTES = 150;

    private final Journal journal;
    private final Map<String, RollingLines> streams = new HashMap<>();
    private long position;

    Program(Path root, AtomicLong clock, FaultyDisk disk) throws IOException {
        journal = disk.journal(root.resolve("checkpoint"), SEGMENT_BYTES);
        try {
            for (String prefix : List.of("alerts", "rejects")) {
                byte[] state = journal.get(prefix);
                StreamState from = state == null ? null : StreamState.decode(state);
                streams.put(prefix, RollingLines.open(root.resolve("out"), prefix, from, clock::get, disk));
            }
            position = committedPosition();
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** What the journal says; the input goes on there. */
    long committedPosition() throws IOException {
        byte[] value = journal.get("position");
        return value == null ? 0 : Long.parseLong(new String(value, UTF_8));
    }

    void chunk(int count) throws IOException {
        for (long number = position; number < position + count; number++) {
            stream(number % 2 == 0 ? "alerts" : "rejects").append(("line " + number).getBytes(UTF_8));
        }
        commit(position + count);
    }

    /** Commits nothing but the states of the streams. */
    void note() throws IOException {
        commit(position);
    }

    private void commit(long to) throws IOException {
        Map<String, StreamState> states = new HashMap<>();
        Map<String, byte[]> changes = new HashMap<>();
        for (String prefix : streams.keySet()) {
            states.put(prefix, stream(prefix).flush());
            changes.put(prefix, states.get(prefix).encode());
        }
        changes.put("position", Long.toString(to).getBytes(UTF_8));
        journal.commit(changes);
        position = to;
        for (String prefix : streams.keySet()) {
            stream(prefix).committed(states.get(prefix));
        }
    }

    void publishDue() throws IOException {
        for (RollingLines lines : streams.values()) {
            if (lines.due()) {
                lines.publish();
            }
        }
    }

    void rollback() throws IOException {
        journal.settle();
        for (RollingLines lines : streams.values()) {
            lines.rollback();
        }
    }

    private RollingLines stream(String prefix) {
        return streams.get(prefix);
    }

    @Override
    public void close() throws IOException {
        for (RollingLines lines : streams.values()) {
            lines.close();
        }
        journal.close();
    }
}
