package dev.tocsin.source.directory;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;

/**
 * Whether a file is the one that was read before. Name, inode, head and tail are held together, because each alone
 * deceives: names are used again, inodes too, and heads may be equal.
 */
final class FileIdentity {
    /** What was found. */
    enum Verdict {
        /** The same file; reading can go on behind what was read. */
        SAME,
        /** Another file under the name, or the same with another begin: to be read from its begin. */
        NEW,
        /** The same file, but what was read of it was changed or cut. */
        CHANGED
    }

    private FileIdentity() {}

    /** The state of a file that was never seen under its name. */
    static FileState generation(Found found) {
        return generation(found, base(found));
    }

    /** The state of a file that takes the place of another, from which it must differ even if inode and time do not. */
    static FileState generation(Found found, FileState before) {
        String base = base(found);
        if (!before.generation().startsWith(base)) {
            return generation(found, base);
        }
        String count = before.generation().substring(base.length());
        return generation(found, base + "-" + (count.isEmpty() ? 2 : 1 + Integer.parseInt(count.substring(1))));
    }

    private static String base(Found found) {
        return HexFormat.of().toHexDigits(found.inode()) + HexFormat.of().toHexDigits(found.modified());
    }

    private static FileState generation(Found found, String generation) {
        return new FileState(
                FileState.Phase.READING,
                generation,
                found.inode(),
                found.size(),
                found.modified(),
                0,
                0,
                false,
                Fingerprint.NONE,
                Fingerprint.NONE);
    }

    /** @throws IOException where the file cannot be read, or is compressed and broken */
    static Verdict check(FileContent content, Found found, FileState state) throws IOException {
        if (found.inode() != state.inode()) {
            return Verdict.NEW;
        }
        if (state.offset() == 0) {
            return Verdict.SAME;
        }
        boolean compressed = FileContent.compressed(found.path());
        if (!compressed && found.size() < state.head().length()) {
            return Verdict.CHANGED;
        }
        if (!matches(content, 0, state.head())) {
            return Verdict.NEW;
        }
        if (!compressed && found.size() < state.offset()) {
            return Verdict.CHANGED;
        }
        long tail = state.offset() - state.tail().length();
        return matches(content, tail, state.tail()) ? Verdict.SAME : Verdict.CHANGED;
    }

    private static boolean matches(FileContent content, long offset, Fingerprint expected) throws IOException {
        if (expected.length() == 0) {
            return true;
        }
        try (InputStream from = content.from(offset)) {
            byte[] bytes = from.readNBytes(expected.length());
            return bytes.length == expected.length()
                    && Fingerprint.of(bytes, 0, bytes.length).equals(expected);
        } catch (EOFException e) {
            return false;
        }
    }
}
