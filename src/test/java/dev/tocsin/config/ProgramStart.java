package dev.tocsin.config;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;

/** What the program does with its settings before anything starts, for tests that bring settings of their own. */
public final class ProgramStart {
    private ProgramStart() {}

    /**
     * The settings of a file and of variables, every value checked and unknown keys refused.
     *
     * @throws RuntimeException where the program would not start
     */
    public static TocsinConfig check(Map<String, String> properties, Map<String, String> environment) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withSources(new PropertiesConfigSource(properties, "file", 100), new EnvConfigSource(environment, 300))
                .withMapping(TocsinConfig.class)
                .build();
        return Configuration.checked(config, environment.keySet());
    }
}
