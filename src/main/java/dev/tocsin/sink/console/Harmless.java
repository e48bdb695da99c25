package dev.tocsin.sink.console;

/**
 * Takes the power from characters that steer a terminal or turn the direction of text: a device's name is not to move
 * the cursor. Those that Spark escapes are escaped in its way, the rest as {@code \}{@code uXXXX}.
 */
final class Harmless {
    private Harmless() {}

    static String text(String text) {
        int i = 0;
        while (i < text.length() && !isHarmful(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder harmless = new StringBuilder(text.length() + 16).append(text, 0, i);
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> harmless.append("\\n");
                case '\r' -> harmless.append("\\r");
                case '\t' -> harmless.append("\\t");
                case '\f' -> harmless.append("\\f");
                case '\b' -> harmless.append("\\b");
                case '\u000B' -> harmless.append("\\v");
                case '\u0007' -> harmless.append("\\a");
                default -> {
                    if (isHarmful(c)) {
                        harmless.append(String.format("\\u%04x", (int) c));
                    } else {
                        harmless.append(c);
                    }
                }
            }
        }
        return harmless.toString();
    }

    /** Control characters, line separators, and what overrides the direction of text. */
    private static boolean isHarmful(char c) {
        return Character.isISOControl(c)
                || c == '\u2028'
                || c == '\u2029'
                || (c >= '\u202A' && c <= '\u202E')
                || (c >= '\u2066' && c <= '\u2069');
    }
}
