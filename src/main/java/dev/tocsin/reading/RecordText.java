package dev.tocsin.reading;

import java.util.HexFormat;

/** The characters of a record that is known to be UTF-8. */
final class RecordText {
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private final char[] chars;
    private final int length;

    /** @param chars begins with the record's characters, {@code length} of them; not copied */
    RecordText(char[] chars, int length) {
        this.chars = chars;
        this.length = length;
    }

    /** Begins with the record's characters. */
    char[] chars() {
        return chars;
    }

    /** How many characters the record has. */
    int length() {
        return length;
    }

    /** The character at this index as its code, and where it stands: harmless in a log, whatever it is. */
    String characterAt(long at) {
        if (at < 0 || at >= length) {
            return "end" + position(at);
        }
        int character = Character.codePointAt(chars, (int) at, length);
        return (character < 0x80 ? "0x" + HEX.toHexDigits((byte) character) : "U+" + hex(character)) + position(at);
    }

    /** In four digits at least. */
    private static String hex(int character) {
        return character > Character.MAX_VALUE
                ? HEX.toHexDigits(character, character > 0xF_FFFF ? 6 : 5)
                : HEX.toHexDigits((char) character);
    }

    /** Where the character at this index stands in the record: counted in bytes, from 0. */
    String position(long at) {
        int bytes = 0;
        for (int i = 0; i < Math.min(at, length); i++) {
            char c = chars[i];
            bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return " at byte " + bytes;
    }

    /** The first index from this one on at which there is no white space as JSON means it. */
    int skipWhiteSpace(int from) {
        int at = from;
        while (at < length && isWhiteSpace(chars[at])) {
            at++;
        }
        return at;
    }

    /** The JSON from index {@code start} to before {@code end}, without the white space between its tokens. */
    String minified(int start, int end) {
        StringBuilder minified = new StringBuilder(end - start);
        boolean inString = false;
        for (int i = start; i < end; i++) {
            char c = chars[i];
            if (inString && c == '\\') {
                minified.append(c).append(chars[++i]);
                continue;
            }
            inString ^= c == '"';
            if (inString || !isWhiteSpace(c)) {
                minified.append(c);
            }
        }
        return minified.toString();
    }

    /** An escape can say half of a surrogate pair, which no UTF-8 can: it becomes U+FFFD. */
    static String withoutHalfPairs(String text) {
        if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
            return text;
        }
        StringBuilder whole = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }

    private static boolean isWhiteSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }
}
