package dev.tocsin.delivery;

/** The service must stop; the message is one line that says why. */
public final class FatalDeliveryException extends Exception {
    private static final long serialVersionUID = 1L;

    public FatalDeliveryException(String message, Throwable cause) {
        super(message, cause);
    }
}
