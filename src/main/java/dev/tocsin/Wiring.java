package dev.tocsin;

import dev.tocsin.config.TocsinConfig;
import dev.tocsin.delivery.Chunk;
import dev.tocsin.delivery.Committer;
import dev.tocsin.delivery.Delivery;
import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.sink.kafka.KafkaTransaction;
import dev.tocsin.source.directory.DirectorySettings;
import dev.tocsin.source.directory.DirectorySource;
import dev.tocsin.source.kafka.CommittedOffsets;
import dev.tocsin.source.kafka.KafkaSource;
import jakarta.enterprise.inject.Instance;
import java.util.function.Consumer;

/** Makes sources and committer from the configuration: which of them, and on which truth they agree. */
final class Wiring implements AutoCloseable {
    private final TocsinConfig config;

    Wiring(TocsinConfig config) {
        this.config = config;
    }

    /** What commits alerts with positions: a transaction where there is a Kafka sink, else the journal. */
    Committer committer(Instance<KafkaClients> clients) {
        TocsinConfig.KafkaSink sink = config.sink().kafka();
        String group = config.source().kafka().group();
        return new KafkaTransaction(() -> clients.get().alerts(group), sink.alertsTopic(), sink.rejectsTopic());
    }

    KafkaSource topic(KafkaClients clients, Delivery delivery, Consumer<Chunk> channel) {
        TocsinConfig.KafkaSource source = config.source().kafka();
        return new KafkaSource(
                clients,
                new KafkaSource.KafkaSourceSettings(
                        source.topic(), source.group(), source.startingOffsets().equals("latest"), false),
                CommittedOffsets.ofGroup(),
                delivery,
                channel);
    }

    DirectorySource directory(
            Instance<KafkaClients> clients,
            Delivery delivery,
            Consumer<Chunk> channel,
            Consumer<FileOutcome> outcomes) {
        return DirectorySource.withTopic(
                directorySettings(),
                clients.get(),
                config.ledger().topic(),
                config.source().kafka().group(),
                delivery,
                channel,
                outcomes);
    }

    private DirectorySettings directorySettings() {
        TocsinConfig.DirectorySource source = config.source().directory();
        return new DirectorySettings(
                source.path().orElseThrow(),
                source.pattern(),
                source.recursive(),
                source.latestFirst(),
                source.settle(),
                source.growthWindow(),
                source.afterDelay(),
                source.after() == TocsinConfig.After.DELETE,
                source.archivePath().orElse(null),
                config.ledger().retention(),
                config.reading().maxBytes());
    }

    @Override
    public void close() {}
}
