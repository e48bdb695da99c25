package dev.tocsin.alert;

import dev.tocsin.reading.Origin;
import dev.tocsin.rule.Rule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The id of an alert: the first 128 bits of SHA-256 over origin, incarnation of the origin, and rule, in hex. The parts
 * are separated by NUL, which none of topic names, generations and rule names holds.
 */
final class AlertId {
    private static final int BYTES = 16;

    private AlertId() {}

    static String of(Origin origin, Rule rule) {
        String event = origin.text() + '\0' + origin.incarnation() + '\0' + rule.name();
        byte[] hash = sha256().digest(event.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
