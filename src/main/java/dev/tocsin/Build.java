package dev.tocsin;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which build this is, from what the build left on the class path. */
final class Build {
    private static final String UNKNOWN = "unknown";
    private static final Properties PROPERTIES = load();

    private Build() {}

    static String version() {
        return PROPERTIES.getProperty("version", UNKNOWN);
    }

    /** The commit that was built, abbreviated. */
    static String commit() {
        String commit = PROPERTIES.getProperty("commit", UNKNOWN);
        return commit.startsWith("$") || commit.isEmpty() ? UNKNOWN : commit;
    }

    private static Properties load() {
        Properties properties = new Properties();
        try (InputStream in = Build.class.getResourceAsStream("/tocsin-build.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            return new Properties();
        }
        return properties;
    }
}
