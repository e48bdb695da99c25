package dev.tocsin.dashboard;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where the next page of a list begins: after this alert. Means the same on every instance. */
record Cursor(long time, int partition, long offset) {
    private static final Pattern FORM =
            Pattern.compile("([0-9a-zA-Z_-]{1,40})\\.([0-9]{1,15})\\.([0-9]{1,9})\\.([0-9]{1,18})");

    /** Whether an entry comes after this place in a list, which is newest first. */
    boolean isBefore(AlertEntry entry) {
        int byTime = Long.compare(time, entry.time());
        if (byTime != 0) {
            return byTime > 0;
        }
        int byPartition = Integer.compare(partition, entry.partition());
        return byPartition != 0 ? byPartition > 0 : offset > entry.offset();
    }

    /** As the interface writes it, with the generation of the log that it belongs to. */
    String text(String generation) {
        return generation + '.' + time + '.' + partition + '.' + offset;
    }

    /**
     * Reads what {@link #text} has written.
     *
     * @return null where it belongs to another generation
     * @throws IllegalArgumentException where it is no cursor
     */
    static @Nullable Cursor parse(String text, String generation) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("not a cursor");
        }
        if (!matcher.group(1).equals(generation)) {
            return null;
        }
        return new Cursor(
                Long.parseLong(matcher.group(2)), Integer.parseInt(matcher.group(3)), Long.parseLong(matcher.group(4)));
    }
}
