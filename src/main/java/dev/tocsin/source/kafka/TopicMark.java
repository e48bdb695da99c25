package dev.tocsin.source.kafka;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.jspecify.annotations.Nullable;

/**
 * What lies beside every committed offset, as its metadata: which topic it is of, as another of the same name may take its
 * place, and how many partitions that had when reading of it began, as those that are added later hold nothing but what is new.
 */
record TopicMark(String topicId, int partitions) {
    private static final Pattern TEXT = Pattern.compile("tocsin topic=([\\w-]{1,64}) partitions=(\\d{1,9})");

    /** The mark of an offset; null where it has none: set by hand, say. */
    static @Nullable TopicMark of(OffsetAndMetadata offset) {
        Matcher matcher = TEXT.matcher(offset.metadata());
        return matcher.matches() ? new TopicMark(matcher.group(1), Integer.parseInt(matcher.group(2))) : null;
    }

    /** The offset with this mark. */
    OffsetAndMetadata on(OffsetAndMetadata offset) {
        return new OffsetAndMetadata(
                offset.offset(), offset.leaderEpoch(), "tocsin topic=" + topicId + " partitions=" + partitions);
    }
}
