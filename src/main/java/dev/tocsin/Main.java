package dev.tocsin;

import dev.tocsin.config.Configuration;
import dev.tocsin.config.InvalidConfigurationException;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** The program: checks the configuration, then hands over to the framework. */
@QuarkusMain
public final class Main {
    /** What a start with bad configuration ends with. */
    static final int BAD_CONFIGURATION = 2;

    private Main() {}

    public static void main(String[] args) {
        try {
            Configuration.load();
        } catch (InvalidConfigurationException e) {
            System.err.println("tocsin: " + e.getMessage());
            System.exit(BAD_CONFIGURATION);
        }
        Quarkus.run(args);
    }
}
