package dev.tocsin.dashboard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far someone has seen the alerts: the next offset of each partition. It is the id of the stream's events, and means
 * the same on every instance that reads the same topic.
 *
 * @param generation the id of the topic, or of this run of the program where there is no topic: offsets of different
 *     generations have nothing to do with each other
 * @param offsets by partition, from 0; not changed by anyone
 */
record Bookmark(String generation, long[] offsets) {
    /** The most that is read, in characters: a header is not longer by far. */
    static final int MAX_LENGTH = 16_384;

    private static final int RADIX = 36;
    private static final Pattern GENERATION = Pattern.compile("[0-9a-zA-Z_-]{1,40}");
    private static final Pattern OFFSET = Pattern.compile("[0-9a-z]{1,12}");

    /** Whether all that the other has seen was seen here too. */
    boolean covers(Bookmark other) {
        if (!generation.equals(other.generation) || offsets.length < other.offsets.length) {
            return false;
        }
        for (int partition = 0; partition < other.offsets.length; partition++) {
            if (offsets[partition] < other.offsets[partition]) {
                return false;
            }
        }
        return true;
    }

    /** {@code generation.offset.offset…}, the offsets to the base of 36, because there may be many. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(generation);
        for (long offset : offsets) {
            text.append('.').append(Long.toString(offset, RADIX));
        }
        return text.toString();
    }

    /** @throws IllegalArgumentException where it is no bookmark */
    static Bookmark parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("not an id of this stream");
        }
        List<String> parts = new ArrayList<>(Arrays.asList(text.split("\\.", -1)));
        if (!GENERATION.matcher(parts.get(0)).matches()
                || !parts.stream().skip(1).allMatch(part -> OFFSET.matcher(part).matches())) {
            throw new IllegalArgumentException("not an id of this stream");
        }
        return new Bookmark(
                parts.get(0),
                parts.stream()
                        .skip(1)
                        .mapToLong(part -> Long.parseLong(part, RADIX))
                        .toArray());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bookmark bookmark
                && generation.equals(bookmark.generation)
                && Arrays.equals(offsets, bookmark.offsets);
    }

    @Override
    public int hashCode() {
        return Objects.hash(generation, Arrays.hashCode(offsets));
    }
}
