package dev.tocsin.delivery.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A record as it lies in a file, big-endian: {@code int} length of what follows the checksum, {@code int} CRC32C of all other
 * bytes, {@code long} sequence, body.
 *
 * @param sequence grows by one from frame to frame, so that a missing one is seen
 */
record Frame(long sequence, byte[] body) {
    /** Length and checksum. */
    static final int HEADER_BYTES = 2 * Integer.BYTES;

    static final int MIN_LENGTH = Long.BYTES + Changes.EMPTY_BYTES;
    static final int MAX_LENGTH = Long.BYTES + Changes.MAX_BYTES;

    ByteBuffer encode() {
        int length = Long.BYTES + body.length;
        ByteBuffer frame = ByteBuffer.allocate(HEADER_BYTES + length);
        frame.putInt(length).putInt(0).putLong(sequence).put(body).flip();
        return frame.putInt(Integer.BYTES, checksum(frame.slice(HEADER_BYTES, length)));
    }

    static boolean plausible(int length, long available) {
        return length >= MIN_LENGTH && length <= MAX_LENGTH && length <= available;
    }

    /** Of the length and of what follows the checksum; consumes the buffer. */
    static int checksum(ByteBuffer payload) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, payload.remaining()));
        crc.update(payload);
        return (int) crc.getValue();
    }

    static Frame of(byte[] payload) {
        ByteBuffer bytes = ByteBuffer.wrap(payload);
        long sequence = bytes.getLong();
        byte[] body = new byte[bytes.remaining()];
        bytes.get(body);
        return new Frame(sequence, body);
    }
}
