package dev.tocsin.source.directory;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Tells whether bytes are still the same.
 *
 * @param length how many bytes it covers, {@link #MAX_LENGTH} at most
 * @param hash the first 64 bits of their SHA-256; 0 for no bytes
 */
record Fingerprint(int length, long hash) {
    /** How many bytes of a file's head or tail are looked at. */
    static final int MAX_LENGTH = 1024;

    static final Fingerprint NONE = new Fingerprint(0, 0);

    static Fingerprint of(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return NONE;
        }
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(bytes, offset, length);
            return new Fingerprint(length, ByteBuffer.wrap(sha256.digest()).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
