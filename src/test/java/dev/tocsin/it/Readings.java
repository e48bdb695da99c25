package dev.tocsin.it;

/** Lines to read, and the alerts that they raise by the default rule. */
final class Readings {
    private static final String TIMESTAMP = "2025-10-10T12:01:00Z";

    private Readings() {}

    /** A reading that raises an alert. */
    static String hot(String device) {
        return of(device, 102.1);
    }

    /** A reading that raises none. */
    static String cold(String device) {
        return of(device, 65.5);
    }

    /** A reading of so many degrees. */
    static String of(String device, double temperature) {
        return "{\"deviceId\": \"" + device + "\", \"timestamp\": \"" + TIMESTAMP + "\", \"temperature\": "
                + temperature + "}";
    }

    /** The value of the alert that {@link #hot} raises. */
    static String alert(String device) {
        return alert(device, 102.1);
    }

    /** The value of the alert on a reading of so many degrees. */
    static String alert(String device, double temperature) {
        return "{\"deviceId\":\"" + device + "\",\"temperature\":" + temperature + ",\"timestamp\":\"" + TIMESTAMP
                + "\"}";
    }
}
