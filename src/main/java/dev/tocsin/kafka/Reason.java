package dev.tocsin.kafka;

import java.util.Objects;

/** What went wrong, in one line: Kafka's own message, and what lies at the bottom of it where that says more. */
final class Reason {
    private Reason() {}

    /**
     * For {@code SSL handshake failed} and {@code Failed to create new KafkaAdminClient} only the innermost cause says what
     * to do: which certificate, which file, which answer of the token endpoint.
     */
    static String of(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null && innermost.getCause() != innermost) {
            innermost = innermost.getCause();
        }
        String first = text(failure);
        String last = text(innermost);
        return first.contains(last) ? first : first + ": " + last;
    }

    private static String text(Throwable failure) {
        return Objects.requireNonNullElse(
                failure.getMessage(), failure.getClass().getSimpleName());
    }
}
