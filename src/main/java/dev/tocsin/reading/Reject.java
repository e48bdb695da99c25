package dev.tocsin.reading;

/**
 * Bytes that are not a reading.
 *
 * @param detail what is wrong and at which byte; never the bytes themselves
 * @param bytes the first {@link #MAX_BYTES} of the record at most
 * @param size the record's own length in bytes
 */
public record Reject(RejectReason reason, String detail, Origin origin, byte[] bytes, long size) {
    /** A reject carries no more than its first 64 KiB. */
    public static final int MAX_BYTES = 64 * 1024;

    /** Whether {@link #bytes()} is not all of the record. */
    public boolean truncated() {
        return bytes.length < size;
    }
}
