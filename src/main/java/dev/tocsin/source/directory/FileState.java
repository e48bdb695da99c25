package dev.tocsin.source.directory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What the ledger remembers of a file.
 *
 * @param phase how far the file has come
 * @param generation tells apart the files that bear one name in the course of time
 * @param inode the file's inode; a new one is a new generation
 * @param size in bytes when it was last read
 * @param modified milliseconds since the epoch, when it was last read
 * @param offset how far it was read, in bytes; of what it decompresses to where it is compressed
 * @param lines how many lines that were
 * @param unended whether the last of them was read without its newline, which may still come
 * @param head of the first bytes that were read
 * @param tail of the last bytes that were read
 * @param gone milliseconds since the epoch, since when the file is known to be gone; 0: it is not
 */
record FileState(
        Phase phase,
        String generation,
        long inode,
        long size,
        long modified,
        long offset,
        long lines,
        boolean unended,
        Fingerprint head,
        Fingerprint tail,
        long gone) {
    private static final JsonFactory JSON = new JsonFactory();

    /** How far a file has come. */
    enum Phase {
        /** Being read, or waiting for the rest of its last line. */
        READING,
        /** Read to its end, and it stood still. */
        DONE,
        /** Could not be read to its end; tried again when it changes. */
        FAILED,
        /** Its read part changed; not read again until its head or its inode changes. */
        CHANGED,
        /** Done, and about to be archived or deleted. */
        CLEANING,
        /** Archived or deleted, but for its last trace under a name of ours. */
        CLEANED;

        /** Whether nothing more is to be done about it as long as the file does not change. */
        boolean isFinal() {
            return this == DONE || this == FAILED || this == CHANGED;
        }

        /** Whether the file is on its way out. */
        boolean isLeaving() {
            return this == CLEANING || this == CLEANED;
        }
    }

    /** Of a file that is there. */
    FileState(
            Phase phase,
            String generation,
            long inode,
            long size,
            long modified,
            long offset,
            long lines,
            boolean unended,
            Fingerprint head,
            Fingerprint tail) {
        this(phase, generation, inode, size, modified, offset, lines, unended, head, tail, 0);
    }

    FileState in(Phase next) {
        return new FileState(next, generation, inode, size, modified, offset, lines, unended, head, tail, gone);
    }

    /** The same file, gone since then; 0: it is there again, or that does not count any more. */
    FileState goneSince(long millis) {
        return new FileState(phase, generation, inode, size, modified, offset, lines, unended, head, tail, millis);
    }

    /** The same file, as it was seen last. */
    FileState seen(long newSize, long newModified) {
        return new FileState(phase, generation, inode, newSize, newModified, offset, lines, unended, head, tail);
    }

    /** A ledger entry: JSON, so that it can be looked at with any consumer. */
    byte[] toJson() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("phase", phase.name());
            json.writeStringField("generation", generation);
            json.writeNumberField("inode", inode);
            json.writeNumberField("size", size);
            json.writeNumberField("modified", modified);
            json.writeNumberField("offset", offset);
            json.writeNumberField("lines", lines);
            json.writeBooleanField("unended", unended);
            json.writeNumberField("headLength", head.length());
            json.writeNumberField("head", head.hash());
            json.writeNumberField("tailLength", tail.length());
            json.writeNumberField("tail", tail.hash());
            if (gone != 0) {
                json.writeNumberField("gone", gone);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalArgumentException where it is not a ledger entry */
    static FileState fromJson(byte[] entry) {
        Phase phase = Phase.READING;
        String generation = "";
        boolean unended = false;
        long inode = 0;
        long size = 0;
        long modified = 0;
        long offset = 0;
        long lines = 0;
        int headLength = 0;
        long head = 0;
        int tailLength = 0;
        long tail = 0;
        long gone = 0;
        try (JsonParser json = JSON.createParser(entry)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a ledger entry");
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                switch (name) {
                    case "phase" -> phase = Phase.valueOf(json.getText());
                    case "generation" -> generation = json.getText();
                    case "inode" -> inode = json.getLongValue();
                    case "size" -> size = json.getLongValue();
                    case "modified" -> modified = json.getLongValue();
                    case "offset" -> offset = json.getLongValue();
                    case "lines" -> lines = json.getLongValue();
                    case "unended" -> unended = json.getBooleanValue();
                    case "headLength" -> headLength = json.getIntValue();
                    case "head" -> head = json.getLongValue();
                    case "tailLength" -> tailLength = json.getIntValue();
                    case "tail" -> tail = json.getLongValue();
                    case "gone" -> gone = json.getLongValue();
                    default -> json.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not a ledger entry: " + e.getMessage(), e);
        }
        return new FileState(
                phase,
                generation,
                inode,
                size,
                modified,
                offset,
                lines,
                unended,
                new Fingerprint(headLength, head),
                new Fingerprint(tailLength, tail),
                gone);
    }
}
