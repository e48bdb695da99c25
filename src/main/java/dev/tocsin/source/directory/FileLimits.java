package dev.tocsin.source.directory;

/**
 * What a batch of files is bounded by: Spark's {@code maxFilesPerTrigger} and {@code maxBytesPerTrigger}. Whichever is
 * met first counts.
 *
 * @param files how many files at most
 * @param bytes how many bytes about: the file that reaches it is still part of the batch, and there is always one
 */
public record FileLimits(long files, long bytes) {
    /** A batch takes all that is there. */
    public static final FileLimits NONE = new FileLimits(Long.MAX_VALUE, Long.MAX_VALUE);
}
