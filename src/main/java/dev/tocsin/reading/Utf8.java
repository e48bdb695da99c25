package dev.tocsin.reading;

/**
 * Sequences of more than one byte in UTF-8, as the table of well-formed byte sequences in the Unicode Standard (3.9,
 * table 3-7) allows them: no over-long forms, no surrogates, nothing above U+10FFFF.
 */
final class Utf8 {
    private Utf8() {}

    /** The index after the sequence that begins here, or -1 where none does (ASCII included). */
    static int after(byte[] bytes, int at, int end) {
        int lead = bytes[at] & 0xFF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            return end - at >= 2 && continues(bytes[at + 1]) ? at + 2 : -1;
        }
        if (lead >= 0xE0 && lead <= 0xEF) {
            return end - at >= 3 && second(lead, bytes[at + 1]) && continues(bytes[at + 2]) ? at + 3 : -1;
        }
        if (lead >= 0xF0 && lead <= 0xF4) {
            return end - at >= 4 && second(lead, bytes[at + 1]) && continues(bytes[at + 2]) && continues(bytes[at + 3])
                    ? at + 4
                    : -1;
        }
        return -1;
    }

    private static boolean second(int lead, byte second) {
        int value = second & 0xFF;
        return switch (lead) {
            case 0xE0 -> value >= 0xA0 && value <= 0xBF;
            case 0xED -> value >= 0x80 && value <= 0x9F;
            case 0xF0 -> value >= 0x90 && value <= 0xBF;
            case 0xF4 -> value >= 0x80 && value <= 0x8F;
            default -> continues(second);
        };
    }

    private static boolean continues(byte b) {
        return (b & 0xC0) == 0x80;
    }
}
