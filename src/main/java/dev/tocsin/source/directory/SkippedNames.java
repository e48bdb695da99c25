package dev.tocsin.source.directory;

import dev.tocsin.delivery.index.HashIndex;
import java.util.function.Consumer;

/** Matching names that are never read, each told once as long as it is there. By their hashes, so that many take no room. */
final class SkippedNames {
    /** With the listing that has seen the name last. */
    private final HashIndex names = new HashIndex(1);

    private final Consumer<String> onSkipped;

    /** @param onSkipped told of each name once */
    SkippedNames(Consumer<String> onSkipped) {
        this.onSkipped = onSkipped;
    }

    long size() {
        return names.size();
    }

    /** Notes that a name is listed; false: it was not skipped before. */
    boolean listed(long hash, int listing) {
        long cursor = names.find(hash);
        if (cursor == HashIndex.ABSENT) {
            return false;
        }
        names.set(cursor, 0, listing);
        return true;
    }

    /** Skips a name. */
    void skip(String path, long hash, int listing) {
        if (!listed(hash, listing)) {
            names.put(hash, listing);
            onSkipped.accept(path);
        }
    }

    /** The listing has ended: what was not in it is told anew when it comes back. */
    void end(int listing) {
        names.removeIf(seen -> seen != listing);
    }
}
