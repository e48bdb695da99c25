package dev.tocsin.kafka;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Values where the fetch put them, and a bound on what one poll takes into memory. {@code fetch.max.bytes} bounds compressed
 * bytes, and {@code max.poll.records} counts records of any size: 10,000 of them, well compressed, can come to gigabytes.
 *
 * <p>Records are decompressed one by one as a poll takes them, and one that fails to be deserialized ends the poll without being
 * lost: those before it are returned, and the next poll tries it again. So the one that is too much fails, once.
 */
public final class BoundedValues implements Deserializer<ByteBuffer> {
    /** Ten thousand readings of 400 bytes. */
    public static final int MAX_BYTES = 4 << 20;

    private static final Enough ENOUGH = new Enough();

    private long taken;

    /** To be called before each poll, by the thread that polls. */
    public void beginPoll() {
        taken = 0;
    }

    @Override
    public @Nullable ByteBuffer deserialize(String topic, Headers headers, @Nullable ByteBuffer value) {
        long size = value == null ? 0 : value.remaining();
        for (Header header : headers) {
            size += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        if (taken > 0 && taken + size > MAX_BYTES) {
            throw ENOUGH;
        }
        taken += size;
        return value;
    }

    @Override
    public ByteBuffer deserialize(String topic, byte[] value) {
        return ByteBuffer.wrap(value);
    }

    private static final class Enough extends SerializationException {
        private static final long serialVersionUID = 1L;

        Enough() {
            super("enough for one poll");
        }
    }
}
