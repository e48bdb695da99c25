package dev.tocsin.source.directory;

/** What log lines and problems are made of. */
final class LogText {
    private LogText() {}

    /** Why something failed, in one line. */
    static String reason(Exception e) {
        return e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    /** A file's name for a log line: without control characters. */
    static String safe(String path) {
        return path.replaceAll("\\p{Cntrl}", "?");
    }
}
