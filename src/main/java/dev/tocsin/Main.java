package dev.tocsin;

import dev.tocsin.config.Configuration;
import dev.tocsin.config.InvalidConfigurationException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import sun.misc.Signal;

/** The program: checks the configuration, then hands over to the framework. */
@QuarkusMain
public final class Main {
    /** The exit code of a start that cannot succeed as configured. */
    static final int CANNOT_START = 2;

    private static volatile boolean stopAsked;
    private static volatile int stopCode;

    private Main() {}

    public static void main(String[] args) {
        // The JVM ends with 143 on SIGTERM, whatever was done in its hooks; a stop that was asked for is no failure.
        Signal.handle(new Signal("TERM"), signal -> {
            stopAsked = true;
            Quarkus.asyncExit(stopCode);
        });
        try {
            Configuration.load();
        } catch (InvalidConfigurationException e) {
            sayWhyNot(e);
            System.exit(CANNOT_START);
        }
        Quarkus.run(args);
    }

    /** Whether SIGTERM has come. The framework forgets a stop that is asked for while it starts. */
    static boolean stopAsked() {
        return stopAsked;
    }

    /** Sets the exit code of a stop that is asked for: 0 unless the run should have ended by itself. */
    static void exitWhenStopped(int code) {
        stopCode = code;
    }

    /** The one line of a start that cannot succeed. */
    static void sayWhyNot(Exception e) {
        System.err.println("tocsin: " + e.getMessage());
    }
}
