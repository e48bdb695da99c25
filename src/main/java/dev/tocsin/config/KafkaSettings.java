package dev.tocsin.config;

import io.smallrye.config.SmallRyeConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;

/** The settings below {@code kafka}: passed to Kafka's clients as they are, after these have looked at their values. */
final class KafkaSettings {
    private static final String PREFIX = "kafka.";
    private static final List<ConfigDef> CLIENTS =
            List.of(AdminClientConfig.configDef(), ConsumerConfig.configDef(), ProducerConfig.configDef());

    private static final String TOKEN_ENDPOINT = PREFIX + "sasl.oauthbearer.token.endpoint.url";
    private static final String ALLOWED_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

    private KafkaSettings() {}

    /**
     * Kafka's client asks only token endpoints that a system property names, for the sake of programs whose users may choose
     * one. Here the one who runs the program chooses, so what is configured is allowed, unless that property says otherwise.
     */
    static void allowTokenEndpoint(SmallRyeConfig config) {
        if (System.getProperty(ALLOWED_URLS) == null) {
            config.getOptionalValue(TOKEN_ENDPOINT, String.class)
                    .ifPresent(url -> System.setProperty(ALLOWED_URLS, url));
        }
    }

    /** @throws InvalidConfigurationException naming the first setting that a client would refuse */
    static void check(SmallRyeConfig config) {
        Map<String, String> settings = new TreeMap<>();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith(PREFIX)) {
                config.getOptionalValue(name, String.class)
                        .ifPresent(value -> settings.put(name.substring(PREFIX.length()), value));
            }
        }
        for (ConfigDef client : CLIENTS) {
            for (ConfigValue value : client.validate(settings)) {
                if (settings.containsKey(value.name()) && !value.errorMessages().isEmpty()) {
                    throw new InvalidConfigurationException(PREFIX + value.name() + " = " + settings.get(value.name())
                            + ": " + value.errorMessages().get(0));
                }
            }
        }
    }
}
