package dev.tocsin.reading;

/**
 * Steps over JSON values (RFC 8259) that nobody wants to know, but that have to be valid in every byte.
 *
 * <p>Methods return the index after what they consume, or {@link #GIVE_UP} where that is not JSON or is nested deeper
 * than {@link #MAX_DEPTH}.
 */
final class ValueScanner {
    static final int GIVE_UP = -1;

    /** So that no record can exhaust the stack. */
    private static final int MAX_DEPTH = 64;

    private final StringScanner strings;
    private final DecimalScanner decimals;

    ValueScanner(StringScanner strings, DecimalScanner decimals) {
        this.strings = strings;
        this.decimals = decimals;
    }

    /**
     * The index after the value at this one, at this depth (1 for the members of the top level); passes a give-up on.
     */
    int after(byte[] bytes, int at, int end, int depth) {
        if (at < 0 || at >= end) {
            return GIVE_UP;
        }
        return switch (bytes[at]) {
            case '"' -> strings.after(bytes, at + 1, end);
            case '{' -> depth < MAX_DEPTH ? object(bytes, at + 1, end, depth + 1) : GIVE_UP;
            case '[' -> depth < MAX_DEPTH ? array(bytes, at + 1, end, depth + 1) : GIVE_UP;
            case 't' -> literal("true", bytes, at, end);
            case 'f' -> literal("false", bytes, at, end);
            case 'n' -> literal("null", bytes, at, end);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> decimals.after(bytes, at, end);
            default -> GIVE_UP;
        };
    }

    private int object(byte[] bytes, int from, int end, int depth) {
        int at = skipWhiteSpace(bytes, from, end);
        if (at < end && bytes[at] == '}') {
            return at + 1;
        }
        while (at < end && bytes[at] == '"') {
            at = afterColon(bytes, strings.after(bytes, at + 1, end), end);
            at = after(bytes, at, end, depth);
            if (at < 0) {
                return GIVE_UP;
            }
            at = skipWhiteSpace(bytes, at, end);
            if (at < end && bytes[at] == '}') {
                return at + 1;
            }
            if (at >= end || bytes[at] != ',') {
                return GIVE_UP;
            }
            at = skipWhiteSpace(bytes, at + 1, end);
        }
        return GIVE_UP;
    }

    private int array(byte[] bytes, int from, int end, int depth) {
        int at = skipWhiteSpace(bytes, from, end);
        if (at < end && bytes[at] == ']') {
            return at + 1;
        }
        while (true) {
            at = after(bytes, at, end, depth);
            if (at < 0) {
                return GIVE_UP;
            }
            at = skipWhiteSpace(bytes, at, end);
            if (at < end && bytes[at] == ']') {
                return at + 1;
            }
            if (at >= end || bytes[at] != ',') {
                return GIVE_UP;
            }
            at = skipWhiteSpace(bytes, at + 1, end);
        }
    }

    private static int literal(String literal, byte[] bytes, int at, int end) {
        int length = literal.length();
        if (end - at < length) {
            return GIVE_UP;
        }
        for (int i = 1; i < length; i++) {
            if (bytes[at + i] != literal.charAt(i)) {
                return GIVE_UP;
            }
        }
        return at + length;
    }

    /** Behind the colon and the white space around it; passes a give-up on. */
    static int afterColon(byte[] bytes, int from, int end) {
        if (from < 0) {
            return GIVE_UP;
        }
        int at = skipWhiteSpace(bytes, from, end);
        return at < end && bytes[at] == ':' ? skipWhiteSpace(bytes, at + 1, end) : GIVE_UP;
    }

    static int skipWhiteSpace(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end) {
            byte b = bytes[at];
            if (b > ' ' || (b != ' ' && b != '\t' && b != '\r' && b != '\n')) {
                return at;
            }
            at++;
        }
        return at;
    }
}
