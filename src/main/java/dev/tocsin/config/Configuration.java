package dev.tocsin.config;

import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import dev.tocsin.trigger.Trigger;
import io.quarkus.runtime.configuration.ConfigUtils;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads the configuration and checks what must fit together, before the framework starts. */
public final class Configuration {
    /** What Kubernetes puts into the environment of every pod beside services whose names begin with tocsin. */
    private static final Pattern SERVICE_LINK = Pattern.compile(
            "TOCSIN_(.+_)?" + "(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(ADDR|PORT|PROTO))?)?)");

    /** Hyphens cannot be told in a variable: one that means a rule with a hyphen would have no effect. */
    private static final Pattern RULE = Pattern.compile("TOCSIN_RULES_([A-Z0-9]+|_.+_)_(ABOVE|BELOW|SEVERITY)");

    private static final Pattern PROPERTY = Pattern.compile("property ([^ ]+)");

    /** The scheduler's own resolution. */
    private static final Duration LEAST_SCAN_INTERVAL = Duration.ofSeconds(1);

    private Configuration() {}

    /**
     * The checked settings, from the sources that the service itself reads.
     *
     * @throws InvalidConfigurationException where a value is wrong, a key unknown, or values do not fit together
     */
    public static TocsinConfig load() {
        try {
            SmallRyeConfig config = builder().withMapping(TocsinConfig.class).build();
            TocsinConfig settings = checked(config, System.getenv().keySet());
            KafkaSettings.allowTokenEndpoint(config);
            return settings;
        } catch (ConfigValidationException e) {
            throw new InvalidConfigurationException(firstProblem(e, builder().build()));
        }
    }

    /**
     * The settings of a configuration, as a whole.
     *
     * @throws InvalidConfigurationException where values do not fit together, or a variable is no setting
     */
    static TocsinConfig checked(SmallRyeConfig config, Set<String> variables) {
        TocsinConfig settings = config.getConfigMapping(TocsinConfig.class);
        checkEnvironment(variables);
        check(settings);
        if (settings.source().kafka().enabled() || settings.sink().kafka().enabled()) {
            KafkaSettings.check(config);
        }
        return settings;
    }

    private static SmallRyeConfigBuilder builder() {
        return ConfigUtils.configBuilder();
    }

    /** The rules in force, in the order of their names. */
    public static Rules rules(TocsinConfig settings) {
        List<Rule> rules = new ArrayList<>();
        new TreeMap<>(settings.rules()).forEach((name, rule) -> {
            try {
                rules.add(new Rule(name, rule.above().orElse(null), rule.below().orElse(null), rule.severity()));
            } catch (IllegalArgumentException e) {
                throw new InvalidConfigurationException("tocsin.rules." + name + ": " + e.getMessage());
            }
        });
        return new Rules(rules.isEmpty() ? List.of(Rules.DEFAULT) : rules);
    }

    /** When batches are taken. */
    public static Trigger trigger(TocsinConfig settings) {
        return TriggerRules.trigger(settings);
    }

    /** Whether each alert is to be delivered exactly once, rather than at least once. */
    public static boolean exactlyOnce(TocsinConfig settings) {
        return TriggerRules.exactlyOnce(settings);
    }

    /** @throws InvalidConfigurationException where values do not fit together */
    static void check(TocsinConfig settings) {
        rules(settings);
        TocsinConfig.DirectorySource directory = settings.source().directory();
        if (!settings.source().kafka().enabled() && directory.path().isEmpty()) {
            throw new InvalidConfigurationException("no source: tocsin.source.kafka.enabled is false and"
                    + " tocsin.source.directory.path is not set; one of them is needed");
        }
        boolean printed = settings.sink().console().format() != TocsinConfig.Format.NONE;
        if (!settings.sink().kafka().enabled()
                && settings.sink().file().directory().isEmpty()
                && !printed) {
            throw new InvalidConfigurationException("no sink: tocsin.sink.kafka.enabled is false,"
                    + " tocsin.sink.file.directory is not set and tocsin.sink.console.format is none;"
                    + " one of them is needed");
        }
        if (directory.scanInterval().compareTo(LEAST_SCAN_INTERVAL) < 0) {
            throw new InvalidConfigurationException("tocsin.source.directory.scan-interval = "
                    + directory.scanInterval().toMillis() + "ms: must be 1s or more");
        }
        TriggerRules.check(settings);
        checkTopics(settings);
        notAFile("tocsin.source.directory.path", directory.path().orElse(null));
        notAFile("tocsin.source.directory.archive-path", directory.archivePath().orElse(null));
        notAFile(
                "tocsin.sink.file.directory", settings.sink().file().directory().orElse(null));
        notAFile("tocsin.checkpoint.directory", settings.checkpoint().directory());
        checkArchive(directory);
        settings.sink().file().directory().ifPresent(out -> checkApart(directory, "tocsin.sink.file.directory", out));
        checkDashboard(settings.dashboard());
    }

    /** The password is never part of a message. */
    private static void checkDashboard(TocsinConfig.Dashboard dashboard) {
        String username = "tocsin.dashboard.username";
        String password = "tocsin.dashboard.password";
        if (dashboard.auth() == TocsinConfig.Auth.NONE) {
            if (dashboard.username().isPresent() || dashboard.password().isPresent()) {
                throw new InvalidConfigurationException((dashboard.username().isPresent() ? username : password)
                        + ": is used only with tocsin.dashboard.auth = basic, and without it anyone may look");
            }
        } else if (dashboard.username().isEmpty() || dashboard.password().isEmpty()) {
            throw new InvalidConfigurationException((dashboard.username().isEmpty() ? username : password)
                    + " is not set, and tocsin.dashboard.auth = basic needs it");
        } else if (dashboard.username().get().contains(":")) {
            throw new InvalidConfigurationException(
                    username + " = " + dashboard.username().get() + ": must be without ':', which ends a user name");
        }
    }

    private static void checkTopics(TocsinConfig settings) {
        Map<String, String> taken = new TreeMap<>();
        if (settings.source().kafka().enabled()) {
            distinct(
                    taken,
                    "tocsin.source.kafka.topic",
                    settings.source().kafka().topic());
        }
        if (settings.sink().kafka().enabled()) {
            distinct(
                    taken,
                    "tocsin.sink.kafka.alerts-topic",
                    settings.sink().kafka().alertsTopic());
            distinct(
                    taken,
                    "tocsin.sink.kafka.rejects-topic",
                    settings.sink().kafka().rejectsTopic());
            distinct(taken, "tocsin.ledger.topic", settings.ledger().topic());
        }
    }

    private static void distinct(Map<String, String> taken, String key, String topic) {
        String other = taken.putIfAbsent(topic, key);
        if (other != null) {
            throw new InvalidConfigurationException(
                    key + " = " + topic + ": is the topic of " + other + " already; each needs its own");
        }
    }

    private static void checkArchive(TocsinConfig.DirectorySource directory) {
        String key = "tocsin.source.directory.archive-path";
        if (directory.after() == TocsinConfig.After.ARCHIVE) {
            Path archive = directory
                    .archivePath()
                    .orElseThrow(() -> new InvalidConfigurationException(
                            key + " is not set, and tocsin.source.directory.after = archive needs it"));
            checkApart(directory, key, archive);
        } else if (directory.archivePath().isPresent()) {
            throw new InvalidConfigurationException(key + " = "
                    + directory.archivePath().get() + ": is used only with tocsin.source.directory.after = archive");
        }
    }

    /** What Tocsin writes must not be read by it as input. */
    private static void checkApart(TocsinConfig.DirectorySource source, String key, Path written) {
        if (source.path().isEmpty()) {
            return;
        }
        Path watched = source.path().get().toAbsolutePath().normalize();
        Path target = written.toAbsolutePath().normalize();
        if (target.equals(watched) || (source.recursive() && target.startsWith(watched))) {
            throw new InvalidConfigurationException(key + " = " + written + ": lies inside the watched directory "
                    + source.path().get());
        }
    }

    private static void notAFile(String key, @org.jspecify.annotations.Nullable Path path) {
        if (path != null && Files.exists(path) && !Files.isDirectory(path)) {
            throw new InvalidConfigurationException(key + " = " + path + ": is not a directory");
        }
    }

    /** Variables that match no setting would otherwise be passed over in silence. */
    static void checkEnvironment(Set<String> variables) {
        Set<String> known =
                ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(TocsinConfig.class))
                        .keySet()
                        .stream()
                        .map(key -> key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(java.util.Locale.ROOT))
                        .collect(Collectors.toSet());
        for (String variable : new TreeSet<>(variables)) {
            if (variable.startsWith("TOCSIN_")
                    && !known.contains(variable.replaceAll("_[0-9]+_$", ""))
                    && !known.contains(variable)
                    && !RULE.matcher(variable).matches()
                    && !SERVICE_LINK.matcher(variable).matches()) {
                throw new InvalidConfigurationException(
                        "the environment variable " + variable + " is not a setting of Tocsin");
            }
        }
    }

    private static String firstProblem(ConfigValidationException e, SmallRyeConfig config) {
        String problem = e.getProblem(0).getMessage();
        Matcher named = PROPERTY.matcher(problem);
        String key = named.find() ? named.group(1) : "";
        if (problem.startsWith("SRCFG00050") || key.isEmpty()) {
            Matcher unknown = Pattern.compile("SRCFG00050: ([^ ]+)").matcher(problem);
            return unknown.find() ? unknown.group(1) + ": is not a setting of Tocsin" : problem;
        }
        ConfigValue value = config.getConfigValue(key);
        if (problem.contains("SRCFG00040")) {
            return key + " = : must not be empty";
        }
        String cause = problem.replaceFirst("(?s).*whilst being converted ", "");
        return key + " = " + value.getValue() + ": must be " + cause;
    }
}
