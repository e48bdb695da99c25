package dev.tocsin.config;

import dev.tocsin.trigger.Trigger;
import java.time.Duration;
import java.util.Optional;

/** Which settings of trigger, delivery and limits go together, and the trigger that they come to. */
final class TriggerRules {
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    private static final String MODE = "tocsin.trigger.mode";

    private TriggerRules() {}

    static Trigger trigger(TocsinConfig settings) {
        TocsinConfig.TriggerSettings trigger = settings.trigger();
        return switch (trigger.mode()) {
            case DEFAULT -> new Trigger.Default();
            case PROCESSING_TIME ->
                new Trigger.ProcessingTime(trigger.interval()
                        .orElseThrow(() -> new InvalidConfigurationException(
                                "tocsin.trigger.interval is not set, and " + MODE + " = processing-time needs it")));
            case AVAILABLE_NOW -> new Trigger.AvailableNow(false);
            case ONCE -> new Trigger.AvailableNow(true);
            case CONTINUOUS ->
                new Trigger.Continuous(trigger.checkpointInterval().orElse(CHECKPOINT_INTERVAL));
        };
    }

    static boolean exactlyOnce(TocsinConfig settings) {
        return settings.delivery()
                        .orElse(
                                settings.trigger().mode() == TocsinConfig.Mode.CONTINUOUS
                                        ? TocsinConfig.Delivery.AT_LEAST_ONCE
                                        : TocsinConfig.Delivery.EXACTLY_ONCE)
                == TocsinConfig.Delivery.EXACTLY_ONCE;
    }

    /** @throws InvalidConfigurationException where they do not go together */
    static void check(TocsinConfig settings) {
        TocsinConfig.TriggerSettings trigger = settings.trigger();
        onlyWith(TocsinConfig.Mode.PROCESSING_TIME, "processing-time", settings, "interval", trigger.interval());
        onlyWith(
                TocsinConfig.Mode.CONTINUOUS,
                "continuous",
                settings,
                "checkpoint-interval",
                trigger.checkpointInterval());
        trigger.interval().ifPresent(interval -> atLeastAMillisecond("interval", interval));
        trigger.checkpointInterval().ifPresent(interval -> atLeastAMillisecond("checkpoint-interval", interval));
        trigger(settings);
        checkDelivery(settings);
        if (trigger.mode() == TocsinConfig.Mode.CONTINUOUS) {
            checkContinuous(settings);
        }
    }

    private static void checkDelivery(TocsinConfig settings) {
        TocsinConfig.Delivery delivery = settings.delivery().orElse(null);
        if (delivery != TocsinConfig.Delivery.EXACTLY_ONCE) {
            return;
        }
        if (settings.trigger().mode() == TocsinConfig.Mode.CONTINUOUS) {
            throw new InvalidConfigurationException("tocsin.delivery = exactly-once: is not possible with " + MODE
                    + " = continuous, which is at-least-once");
        }
        if (!settings.sink().kafka().enabled()
                && settings.sink().file().directory().isEmpty()) {
            throw new InvalidConfigurationException("tocsin.delivery = exactly-once: is not possible with the console"
                    + " as the only sink, which is at-least-once");
        }
    }

    private static void checkContinuous(TocsinConfig settings) {
        if (!settings.sink().kafka().enabled()
                && settings.sink().file().directory().isPresent()) {
            throw new InvalidConfigurationException(MODE + " = continuous: is not possible with"
                    + " tocsin.sink.file.directory, whose files appear whole, with their positions");
        }
        noLimit(
                "tocsin.source.kafka.max-records-per-trigger",
                settings.source().kafka().maxRecordsPerTrigger());
        noLimit(
                "tocsin.source.directory.max-files-per-trigger",
                settings.source().directory().maxFilesPerTrigger());
        noLimit(
                "tocsin.source.directory.max-bytes-per-trigger",
                settings.source().directory().maxBytesPerTrigger());
    }

    private static void noLimit(String key, Optional<Long> limit) {
        if (limit.isPresent()) {
            throw new InvalidConfigurationException(
                    key + " = " + limit.get() + ": bounds a batch, and " + MODE + " = continuous has none");
        }
    }

    private static void onlyWith(
            TocsinConfig.Mode mode, String word, TocsinConfig settings, String key, Optional<Duration> value) {
        if (value.isPresent() && settings.trigger().mode() != mode) {
            throw new InvalidConfigurationException(
                    "tocsin.trigger." + key + " = " + value.get() + ": is used only with " + MODE + " = " + word);
        }
    }

    private static void atLeastAMillisecond(String key, Duration interval) {
        if (interval.toMillis() < 1) {
            throw new InvalidConfigurationException(
                    "tocsin.trigger." + key + " = " + interval + ": must be a millisecond or more");
        }
    }
}
