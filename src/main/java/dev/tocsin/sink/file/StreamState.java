package dev.tocsin.sink.file;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far the files of a stream are written: what the journal remembers of them.
 *
 * @param sequence of the file in progress, from 1; all files before it were published
 * @param length of that file, in bytes, up to the end of a line
 */
public record StreamState(long sequence, long length) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}):(\\d{1,18})");

    public StreamState {
        if (sequence < 1 || length < 0) {
            throw new IllegalArgumentException("No state of a stream: " + sequence + ":" + length);
        }
    }

    /** As text, {@code <sequence>:<length>} in decimal ASCII. */
    public byte[] encode() {
        return (sequence + ":" + length).getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads what {@link #encode} wrote; throws an IllegalArgumentException for anything else. */
    public static StreamState decode(byte[] encoded) {
        String text = new String(encoded, StandardCharsets.US_ASCII);
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("No state of a stream: " + text);
        }
        return new StreamState(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }
}
