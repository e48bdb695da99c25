package dev.tocsin.reading;

/**
 * Where a record came from. Two records never share both {@link #text()} and {@link #incarnation()}.
 */
public sealed interface Origin {
    /** As shown to people and written to headers: {@code iot_data/3@1234} or {@code data-1.json:2}. */
    String text();

    /**
     * Tells apart what bears the same name at different times: the id of the topic, or the generation of the file. A
     * topic that was deleted and created anew starts its offsets from 0, a file that was replaced its lines from 1.
     */
    String incarnation();

    /**
     * A record of a topic.
     *
     * @param offset the record's offset, from 0
     */
    record OfTopic(String topic, String incarnation, int partition, long offset) implements Origin {
        @Override
        public String text() {
            return topic + '/' + partition + '@' + offset;
        }
    }

    /**
     * A line of a file.
     *
     * @param path relative to the watched directory, with {@code /} between its names
     * @param line from 1
     */
    record OfFile(String path, String incarnation, long line) implements Origin {
        @Override
        public String text() {
            return path + ':' + line;
        }
    }
}
