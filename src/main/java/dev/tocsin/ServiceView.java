package dev.tocsin;

import dev.tocsin.config.Configuration;
import dev.tocsin.config.TocsinConfig;
import dev.tocsin.dashboard.ServiceState;
import dev.tocsin.delivery.Source;
import dev.tocsin.source.directory.DirectorySource;
import dev.tocsin.source.kafka.KafkaSource;
import dev.tocsin.trigger.BatchProgress;
import dev.tocsin.trigger.ProgressJson;
import dev.tocsin.trigger.ProgressLog;
import dev.tocsin.trigger.Trigger;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The running service as the dashboard shows it.
 *
 * @param topic null where no topic is read
 * @param directory null where no directory is read
 * @param current what keeps readings from being read or delivered, at present
 */
record ServiceView(
        TocsinConfig config,
        ProgressLog log,
        ProgressJson json,
        @Nullable KafkaSource topic,
        @Nullable DirectorySource directory,
        Supplier<List<String>> current)
        implements ServiceState {
    @Override
    public String progress(int limit) {
        List<BatchProgress> batches = log.recent();
        Collections.reverse(batches);
        return json.array(batches.subList(0, Math.min(limit, batches.size())));
    }

    @Override
    public List<String> problems() {
        return current.get();
    }

    @Override
    public List<SourceState> sources() {
        List<SourceState> sources = new ArrayList<>();
        if (topic != null) {
            long lag = topic.lag().values().stream().mapToLong(Long::longValue).sum();
            sources.add(new SourceState(Source.KAFKA, config.source().kafka().topic(), trigger(), lag, null, null));
        }
        if (directory != null) {
            String path =
                    config.source().directory().path().map(Objects::toString).orElse("");
            sources.add(new SourceState(
                    Source.DIRECTORY, path, trigger(), null, directory.backlogFiles(), directory.backlogBytes()));
        }
        return sources;
    }

    private String trigger() {
        Trigger trigger = Configuration.trigger(config);
        if (trigger.interval().isZero()) {
            return trigger.label();
        }
        String every = trigger instanceof Trigger.Continuous ? ", committed every " : ", every ";
        return trigger.label() + every + seconds(trigger.interval());
    }

    private static String seconds(Duration time) {
        return BigDecimal.valueOf(time.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
    }
}
