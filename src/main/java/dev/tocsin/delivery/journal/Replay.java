package dev.tocsin.delivery.journal;

import dev.tocsin.delivery.index.NameHash;
import dev.tocsin.delivery.journal.Recovery.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/** Reads the newest good snapshot and the segments after it; changes no file. */
final class Replay {
    private final JournalFiles files;
    private final NavigableSet<Long> snapshots;
    private final NavigableSet<Long> segments;
    private final List<Damage> damages = new ArrayList<>();
    private Entries entries;
    private @Nullable String snapshot;
    private long generation;
    private long sequence;
    private long length;
    private long dropped;
    private boolean lost;

    private Replay(JournalFiles files) throws IOException {
        this.files = files;
        this.entries = new Entries(files.disk(), NameHash.random());
        this.snapshots = files.snapshots();
        this.segments = files.segments();
    }

    /** Throws a {@link JournalCorruptException} if there are files, but no good snapshot among them. */
    static Replay of(JournalFiles files) throws IOException {
        Replay replay = new Replay(files);
        if (!replay.untouched()) {
            replay.readSegments(replay.readSnapshot());
        }
        return replay;
    }

    /** Nothing there, or what a crash during the first start leaves: a first segment without commits, its snapshot unnamed. */
    private boolean untouched() throws IOException {
        if (!snapshots.isEmpty() || files.anySetAside() || segments.size() > 1) {
            return false;
        }
        return segments.isEmpty()
                || Files.size(files.segment(segments.first())) <= Frame.HEADER_BYTES + Frame.MIN_LENGTH;
    }

    private long readSnapshot() throws IOException {
        for (long candidate : snapshots.descendingSet()) {
            Path file = files.snapshot(candidate);
            Snapshot read = Snapshot.read(files.disk(), file, entries.fresh());
            if (read.good()) {
                snapshot = JournalFiles.name(file);
                entries = read.entries();
                sequence = read.sequence();
                return candidate;
            }
            damages.add(new Damage(JournalFiles.name(file), read.damagedAt(), "not a whole snapshot", null));
        }
        String what = damages.isEmpty()
                ? "it has no snapshot"
                : damages.stream()
                        .map(damage -> damage.file() + " is damaged at byte " + damage.offset())
                        .reduce((one, other) -> one + ", " + other)
                        .orElseThrow();
        throw new JournalCorruptException(files.directory(), what);
    }

    private void readSegments(long first) throws IOException {
        long last = Math.max(segments.isEmpty() ? first : segments.last(), snapshots.last());
        for (generation = first; generation <= last && !lost; generation++) {
            Path file = files.segment(generation);
            if (segments.contains(generation)) {
                readSegment(file, generation == last);
            } else {
                damage(file, 0, "missing");
            }
        }
        generation--;
        for (long later : segments.tailSet(generation, false)) {
            damage(files.segment(later), 0, "follows a damaged segment");
        }
    }

    private void readSegment(Path file, boolean last) throws IOException {
        try (FrameReader reader = new FrameReader(files.disk(), file)) {
            length = 0;
            entries.in(file);
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                if (frame.sequence() != sequence + 1) {
                    damage(file, length, "record " + frame.sequence() + " where " + (sequence + 1) + " is due");
                    return;
                }
                entries.apply(frame.body(), reader.offset() - frame.body().length);
                sequence++;
                length = reader.offset();
            }
            boolean opened = length > 0 || !snapshots.contains(generation);
            if (!opened) {
                damage(file, 0, "its first record is not good");
            } else if (length < reader.size()) {
                if (!last || reader.goodFrameFollows(sequence)) {
                    damage(file, length, "a record is not good");
                } else {
                    dropped = reader.size() - length;
                }
            }
        }
    }

    private void damage(Path file, long offset, String what) {
        damages.add(new Damage(JournalFiles.name(file), offset, what, null));
        lost = true;
    }

    /** True if the last segment was read, and records can be appended to it after {@link #length}. */
    boolean appendable() {
        return snapshot != null && !lost;
    }

    Entries entries() {
        return entries;
    }

    long generation() {
        return generation;
    }

    long sequence() {
        return sequence;
    }

    /** Where the last good record of the last segment ends. */
    long length() {
        return length;
    }

    /** A generation that no file has, except what a first start before this one has left: that is overwritten. */
    long nextGeneration() {
        if (snapshot == null) {
            return 1;
        }
        return 1 + Math.max(segments.isEmpty() ? 0 : segments.last(), snapshots.isEmpty() ? 0 : snapshots.last());
    }

    List<Damage> damages() {
        return damages;
    }

    Recovery recovery(List<Damage> setAside) {
        String torn = dropped == 0 ? null : JournalFiles.name(files.segment(generation));
        return new Recovery(entries.size(), snapshot, torn, dropped, setAside, lost);
    }
}
