package dev.tocsin.delivery.journal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of a record: {@code int} count, then for each change the key as {@link DataOutputStream#writeUTF} writes it (every
 * Java string survives that), {@code int} length of the value, or -1 for a removal, and the value.
 */
final class Changes {
    static final int MAX_KEY_BYTES = 4 * 1024;
    static final int MAX_VALUE_BYTES = 1024 * 1024;
    /** Length of a body, and so of what is read into memory at once. */
    static final int MAX_BYTES = 64 * 1024 * 1024;
    /** Length of the body without changes. */
    static final int EMPTY_BYTES = Integer.BYTES;

    private static final int REMOVED = -1;

    private Changes() {}

    static byte[] encode(Map<String, byte @Nullable []> changes) {
        long length = EMPTY_BYTES;
        for (Map.Entry<String, byte @Nullable []> change : changes.entrySet()) {
            length += checkedLength(change.getKey(), change.getValue());
        }
        if (length > MAX_BYTES) {
            throw new IllegalArgumentException("A commit of " + length + " bytes; " + MAX_BYTES + " are allowed");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(changes.size());
            for (Map.Entry<String, byte @Nullable []> change : changes.entrySet()) {
                byte @Nullable [] value = change.getValue();
                out.writeUTF(change.getKey());
                out.writeInt(value == null ? REMOVED : value.length);
                if (value != null) {
                    out.write(value);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /** Is shown one change after the other. */
    @FunctionalInterface
    interface Visitor {
        /**
         * A change.
         *
         * @param value null for a removal
         * @param offset of the change in the body, or in the file
         */
        void change(String key, byte @Nullable [] value, long offset) throws IOException;
    }

    /** Throws an IOException if the body is not what {@link #encode} writes. */
    static void read(byte[] body, Visitor visitor) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(body));
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            int offset = body.length - in.available();
            String key = in.readUTF();
            int length = in.readInt();
            if (length < REMOVED || length > in.available()) {
                throw new IOException("a value of " + length + " bytes");
            }
            visitor.change(key, length == REMOVED ? null : in.readNBytes(length), offset);
        }
        if (in.available() > 0) {
            throw new IOException("bytes after the last change");
        }
    }

    /** The change that the bytes begin with; null where they hold but a part of it. */
    static Entries.@Nullable Stored readOne(byte[] bytes) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            String key = in.readUTF();
            int length = in.readInt();
            if (length < REMOVED || length > MAX_VALUE_BYTES) {
                throw new IOException("a value of " + length + " bytes");
            }
            if (length > in.available()) {
                return null;
            }
            return new Entries.Stored(key, length == REMOVED ? null : in.readNBytes(length));
        } catch (EOFException e) {
            return null;
        }
    }

    /** Encoded length in bytes of one change. */
    static int length(String key, byte @Nullable [] value) {
        return Short.BYTES + keyLength(key) + Integer.BYTES + (value == null ? 0 : value.length);
    }

    private static int checkedLength(String key, byte @Nullable [] value) {
        if (key.length() > MAX_KEY_BYTES || keyLength(key) > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("A key of " + key.length() + " characters, beginning with "
                    + key.substring(0, 64) + "; " + MAX_KEY_BYTES + " bytes are allowed");
        }
        if (value != null && value.length > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException(
                    "The value of " + key + " has " + value.length + " bytes; " + MAX_VALUE_BYTES + " are allowed");
        }
        return length(key, value);
    }

    private static int keyLength(String key) {
        int length = key.length();
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            if (c == 0 || c > 0x7F) {
                length += c > 0x7FF ? 2 : 1;
            }
        }
        return length;
    }
}
