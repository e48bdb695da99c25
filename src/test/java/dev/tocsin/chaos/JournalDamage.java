package dev.tocsin.chaos;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What can befall the journal of an instance that is not running: a record half written, records cut off, bytes turned. A record
 * half written at the end must be recovered from. Anything else may also be refused, with exit code 2; then the operator has a
 * copy.
 */
final class JournalDamage {
    private static final int CANNOT_START = 2;
    /** More than there is. */
    private static final int LENGTH_OF_RECORD = 4_000;

    private final Round round;
    private final Path directory;

    JournalDamage(Round round) {
        this.round = round;
        this.directory = Round.checkpoint(round.home());
    }

    void inflictAndRestart() throws IOException {
        Map<Path, byte[]> copy = copy();
        Path segment = newestSegment();
        int kind = segment == null ? 3 : round.random().nextInt(4);
        if (segment != null && kind < 3) {
            inflict(segment, kind);
        }
        Instance instance = round.start();
        if (kind == 0 || kind == 3) {
            return;
        }
        if (round.awaitProgressOrEnd(instance)) {
            round.instances().remove(instance);
            if (instance.exitCode() != CANNOT_START) {
                throw new AssertionError("exit code " + instance.exitCode() + ": " + instance.lastWords());
            }
            round.refused(instance.lastWords());
            restore(copy);
            round.start();
        }
    }

    private void inflict(Path segment, int kind) throws IOException {
        try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long size = channel.size();
            switch (kind) {
                case 0 -> {
                    ByteBuffer half =
                            ByteBuffer.allocate(Integer.BYTES + round.random().nextInt(60));
                    half.putInt(0, LENGTH_OF_RECORD);
                    channel.write(half, size);
                }
                case 1 -> channel.truncate(Math.max(0, size - 1 - round.random().nextInt(600)));
                default -> {
                    long at = round.random().nextLong(size);
                    ByteBuffer one = ByteBuffer.allocate(1);
                    channel.read(one, at);
                    one.flip();
                    channel.write(ByteBuffer.wrap(new byte[] {(byte) ~one.get(0)}), at);
                }
            }
        }
    }

    private Path newestSegment() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches("journal-\\d+"))
                    .max(Path::compareTo)
                    .orElse(null);
        }
    }

    private Map<Path, byte[]> copy() throws IOException {
        Map<Path, byte[]> copy = new HashMap<>();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                copy.put(file, Files.readAllBytes(file));
            }
        }
        return copy;
    }

    private void restore(Map<Path, byte[]> copy) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        for (Map.Entry<Path, byte[]> file : copy.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }
}
