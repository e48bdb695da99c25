package dev.tocsin.reading;

/**
 * A cursor over the undecoded records of a chunk: no object per record. {@link #next()} comes first; the other methods
 * speak of the record it moved to.
 */
public interface Records {
    /** How many records there are in all. */
    int count();

    /** How many bytes they have in all, about; counted anew at each call. */
    long bytes();

    /** Moves to the next record; false when there is none. */
    boolean next();

    /** The bytes that hold the record; not to be changed, nor kept beyond {@link #next()}. */
    byte[] array();

    /** Where the record begins in {@link #array()}. */
    int offset();

    /** How many of the record's bytes are in {@link #array()}; less than {@link #size()} where it was too long to hold. */
    int length();

    /** The record's own length in bytes. */
    long size();

    /** Where the record came from; made anew at each call. */
    Origin origin();
}
