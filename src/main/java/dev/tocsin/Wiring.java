package dev.tocsin;

import dev.tocsin.config.Configuration;
import dev.tocsin.config.TocsinConfig;
import dev.tocsin.delivery.AcknowledgedDelivery;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Committer;
import dev.tocsin.delivery.Deliverer;
import dev.tocsin.delivery.Delivery;
import dev.tocsin.delivery.DeliveryListener;
import dev.tocsin.delivery.FatalDeliveryException;
import dev.tocsin.delivery.Output;
import dev.tocsin.delivery.Source;
import dev.tocsin.delivery.journal.Journal;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.sink.console.ConsoleDelivery;
import dev.tocsin.sink.file.FilesBesideTopics;
import dev.tocsin.sink.file.JournaledFiles;
import dev.tocsin.sink.kafka.KafkaOutput;
import dev.tocsin.sink.kafka.KafkaTransaction;
import dev.tocsin.source.directory.CommittedFiles;
import dev.tocsin.source.directory.DirectoryEvents;
import dev.tocsin.source.directory.DirectorySettings;
import dev.tocsin.source.directory.DirectorySource;
import dev.tocsin.source.directory.FileLimits;
import dev.tocsin.source.kafka.CommittedOffsets;
import dev.tocsin.source.kafka.JournalOffsets;
import dev.tocsin.source.kafka.KafkaSource;
import dev.tocsin.source.kafka.KafkaSourceSettings;
import dev.tocsin.trigger.BoundedRun;
import dev.tocsin.trigger.Trigger;
import jakarta.enterprise.inject.Instance;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes sources and committer from the configuration, and sees that they agree on where the truth is: in Kafka where
 * there is a Kafka sink, else in the journal.
 */
final class Wiring {
    private static final Logger LOG = Logger.getLogger(Wiring.class);

    /** At least once under a trigger that has no checkpoint interval: how long a position may wait, at most. */
    private static final Duration CHECKPOINT_INTERVAL = Duration.ofSeconds(1);

    private final TocsinConfig config;
    private final Instance<KafkaClients> clients;
    private final Trigger trigger;
    private final @Nullable Journal journal;

    /** @throws IOException where the journal cannot be opened; the message says why */
    Wiring(TocsinConfig config, Instance<KafkaClients> clients) throws IOException {
        this.config = config;
        this.clients = clients;
        this.trigger = Configuration.trigger(config);
        boolean files = config.sink().file().directory().isPresent();
        boolean remembers = files || config.source().directory().path().isPresent();
        this.journal = !config.sink().kafka().enabled() && remembers ? openJournal() : null;
    }

    private Journal openJournal() throws IOException {
        Journal opened = Journal.open(config.checkpoint().directory());
        if (opened.recovery().clean()) {
            LOG.debug(opened.recovery().describe());
        } else {
            LOG.warn(opened.recovery().describe());
        }
        return opened;
    }

    /**
     * What delivers alerts, and positions with them or after them.
     *
     * @param tooLarge told of each record that its topic does not take, by the source it came from
     * @param onFatal told once, when nothing more can be delivered
     */
    Deliverer delivery(
            Consumer<Source> tooLarge, List<DeliveryListener> listeners, Consumer<FatalDeliveryException> onFatal)
            throws IOException {
        Committer committer = committer(tooLarge);
        boolean toTopics = config.sink().kafka().enabled();
        boolean continuous = trigger instanceof Trigger.Continuous;
        if (Configuration.exactlyOnce(config) || !toTopics && !continuous) {
            return new Delivery(committer, listeners, onFatal);
        }
        Output output = toTopics ? output(tooLarge) : Output.shown();
        return new AcknowledgedDelivery(
                committer instanceof FilesBesideTopics files ? files.with(output) : output,
                committer,
                trigger instanceof Trigger.Continuous ticks ? ticks.checkpointInterval() : CHECKPOINT_INTERVAL,
                !continuous,
                listeners,
                onFatal);
    }

    private Output output(Consumer<Source> tooLarge) {
        TocsinConfig.KafkaSink sink = config.sink().kafka();
        return new KafkaOutput(
                () -> clients.get().output(clients.get().ensure(sink.alertsTopic(), sink.rejectsTopic())),
                sink.alertsTopic(),
                sink.rejectsTopic(),
                tooLarge);
    }

    private Committer committer(Consumer<Source> tooLarge) throws IOException {
        TocsinConfig.KafkaSink sink = config.sink().kafka();
        Path files = config.sink().file().directory().orElse(null);
        if (!sink.enabled()) {
            return journal != null && files != null
                    ? new JournaledFiles(journal, files, config.sink().file().metadata())
                    : new ConsoleDelivery(journal);
        }
        String group = config.source().kafka().group();
        Committer topics = new KafkaTransaction(
                () -> {
                    int maxMessageBytes = clients.get().ensure(sink.alertsTopic(), sink.rejectsTopic());
                    return clients.get().alerts(group, maxMessageBytes);
                },
                sink.alertsTopic(),
                sink.rejectsTopic(),
                tooLarge);
        return files == null
                ? topics
                : new FilesBesideTopics(
                        topics, files, config.sink().file().metadata(), !Configuration.exactlyOnce(config));
    }

    /**
     * @param run null where the run does not end by itself
     * @param onLost told how many records were gone before they were read
     * @param onFatal told why the source has to stop
     */
    KafkaSource topic(
            Deliverer delivery,
            Consumer<Chunk> channel,
            BoundedRun.@Nullable Part run,
            LongConsumer onLost,
            Consumer<String> onFatal) {
        TocsinConfig.KafkaSource source = config.source().kafka();
        Journal truth = config.sink().file().directory().isPresent() ? journal : null;
        boolean commitsItself = !config.sink().kafka().enabled() && truth == null;
        return new KafkaSource(
                clients.get(),
                new KafkaSourceSettings(
                        source.topic(),
                        source.group(),
                        source.startingOffsets(),
                        source.onDataLoss() == TocsinConfig.OnDataLoss.FAIL,
                        trigger.limited() ? source.maxRecordsPerTrigger().orElse(Long.MAX_VALUE) : Long.MAX_VALUE,
                        trigger,
                        commitsItself),
                truth == null ? CommittedOffsets.ofGroup() : new JournalOffsets(truth),
                delivery,
                channel,
                run,
                onLost,
                onFatal);
    }

    /** @param run null where the run does not end by itself */
    DirectorySource directory(
            Path path,
            Deliverer delivery,
            Consumer<Chunk> channel,
            DirectoryEvents events,
            BoundedRun.@Nullable Part run) {
        Journal truth = journal;
        if (truth != null) {
            return DirectorySource.withJournal(
                    settings(path), CommittedFiles.in(truth), delivery, channel, events, run);
        }
        return DirectorySource.withTopic(
                settings(path),
                clients.get(),
                config.ledger().topic(),
                config.source().kafka().group(),
                delivery,
                channel,
                events,
                run);
    }

    private DirectorySettings settings(Path path) {
        TocsinConfig.DirectorySource source = config.source().directory();
        return new DirectorySettings(
                path,
                source.pattern(),
                source.recursive(),
                source.latestFirst(),
                source.settle(),
                source.growthWindow(),
                source.afterDelay(),
                source.after() == TocsinConfig.After.DELETE,
                source.archivePath().orElse(null),
                config.ledger().retention(),
                config.reading().maxBytes(),
                source.scanInterval(),
                trigger,
                trigger.limited()
                        ? new FileLimits(
                                source.maxFilesPerTrigger().orElse(Long.MAX_VALUE),
                                source.maxBytesPerTrigger().orElse(Long.MAX_VALUE))
                        : FileLimits.NONE,
                true);
    }
}
