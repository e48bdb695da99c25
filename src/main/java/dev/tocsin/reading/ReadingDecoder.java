package dev.tocsin.reading;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of one line, or of one record's value, into a reading or into a reason why they are none.
 *
 * <p>The reference for what is a reading is Spark's {@code from_json} with the schema {@code deviceId string, timestamp
 * timestamp, temperature double}. Where Tocsin differs on purpose, a test names the line of the parity corpus and why.
 *
 * <p>An ordinary line is decoded by {@link FastScanner} in one validating pass that allocates nothing. Whatever the
 * scanner does not want to judge goes to {@link StrictParser}, which alone decides rejects; the two agree on every line
 * that the scanner does judge.
 *
 * <p>A decoder is reusable and not thread-safe. It refers to the buffer of the last call until the next one; the bytes
 * must stay as they are until {@link #reading()} was called.
 */
public final class ReadingDecoder {
    private static final byte[] NOTHING = new byte[0];

    private final TimestampParser timestamps;
    private final FastScanner scanner = new FastScanner();
    private final StrictParser strict;

    private byte[] buffer = NOTHING;
    private int offset;
    private int length;
    private Decoded outcome = Decoded.BLANK;
    private boolean strictlyParsed;

    /** A decoder that takes the date of a timestamp which is only a time of day from the system clock. */
    public ReadingDecoder() {
        this(Clock.systemUTC());
    }

    ReadingDecoder(Clock clock) {
        timestamps = new TimestampParser(clock);
        strict = new StrictParser(timestamps);
    }

    /**
     * How many bytes a byte-order mark takes at the start of a file or record. The caller strips it: {@link #decode}
     * takes it for a malformed record.
     *
     * @return 3 where the bytes begin with the byte-order mark of UTF-8, else 0
     */
    public static int bomLength(byte[] buffer, int offset, int length) {
        return length >= 3
                        && buffer[offset] == (byte) 0xEF
                        && buffer[offset + 1] == (byte) 0xBB
                        && buffer[offset + 2] == (byte) 0xBF
                ? 3
                : 0;
    }

    /**
     * Decodes one line, without its newline (a carriage return at its end is white space), or one record's value. No
     * bytes whatever make it throw.
     *
     * @return what became of it; {@link RejectReason#TOO_LONG} is never the reason of a reject here, it is the caller's
     */
    public Decoded decode(byte[] buffer, int offset, int length) {
        this.buffer = buffer;
        this.offset = offset;
        this.length = length;
        Decoded judged = scanner.scan(buffer, offset, offset + length);
        strictlyParsed = judged == null;
        outcome = judged == null ? strict.parse(buffer, offset, length) : judged;
        return outcome;
    }

    /**
     * The temperature of the last decoded record, in the device's own unit; finite.
     *
     * @throws IllegalStateException if that was no {@link Decoded#READING}
     */
    public double temperature() {
        require(Decoded.READING);
        return strictlyParsed ? strict.temperature() : scanner.temperature();
    }

    /**
     * The last decoded record as a whole. Only an alert needs this, and only here are texts and instants made.
     *
     * @throws IllegalStateException if that was no {@link Decoded#READING}
     */
    public Reading reading() {
        double temperature = temperature();
        if (!strictlyParsed && !scanner.plain()) {
            strict.parse(buffer, offset, length);
            strictlyParsed = true;
        }
        if (strictlyParsed) {
            return new Reading(strict.deviceId(), strict.timestamp(), temperature);
        }
        return new Reading(text(scanner.deviceIdStart(), scanner.deviceIdEnd()), timestamp(), temperature);
    }

    private @Nullable Instant timestamp() {
        int start = scanner.timestampStart();
        int end = scanner.timestampEnd();
        Instant ordinary = start < 0 ? null : OrdinaryTimestamp.read(buffer, start, end);
        String text = ordinary == null ? text(start, end) : null;
        return text == null ? ordinary : timestamps.parse(text);
    }

    /**
     * Why the last decoded record is not a reading.
     *
     * @throws IllegalStateException if it was no {@link Decoded#REJECT}
     */
    public RejectReason reason() {
        require(Decoded.REJECT);
        return strict.reason();
    }

    /**
     * What is wrong with the last decoded record and at which byte, counted from 0 within the record: a short sentence
     * in ASCII without control characters, which shows of the record at most one character, as its code.
     *
     * @throws IllegalStateException if it was no {@link Decoded#REJECT}
     */
    public String detail() {
        require(Decoded.REJECT);
        return strict.detail();
    }

    /** Whether the last decoded record was left to the strict parser: for tests and measurements. */
    boolean strictlyParsed() {
        return strictlyParsed;
    }

    private @Nullable String text(int start, int end) {
        return start < 0 ? null : new String(buffer, start, end - start, StandardCharsets.UTF_8);
    }

    private void require(Decoded expected) {
        if (outcome != expected) {
            throw new IllegalStateException("the last record was decoded as " + outcome + ", not as " + expected);
        }
    }
}
