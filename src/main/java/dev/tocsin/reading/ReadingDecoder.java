package dev.tocsin.reading;

/** Placeholder signature. */
public final class ReadingDecoder {
    public Decoded decode(byte[] buffer, int offset, int length) {
        return Decoded.BLANK;
    }
}
