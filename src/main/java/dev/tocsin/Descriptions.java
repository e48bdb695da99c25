package dev.tocsin;

import dev.tocsin.config.Configuration;
import dev.tocsin.config.TocsinConfig;
import dev.tocsin.delivery.Source;
import dev.tocsin.trigger.ProgressJson;
import java.util.EnumMap;
import java.util.Map;

/** What progress calls the sources and the sink that are configured. */
final class Descriptions {
    private Descriptions() {}

    static ProgressJson progress(TocsinConfig config) {
        TocsinConfig.KafkaSource topic = config.source().kafka();
        Map<Source, String> sources = new EnumMap<>(Source.class);
        if (topic.enabled()) {
            sources.put(Source.KAFKA, "kafka[" + topic.topic() + ']');
        }
        config.source().directory().path().ifPresent(path -> sources.put(Source.DIRECTORY, "directory[" + path + ']'));
        return new ProgressJson(
                topic.group(), Configuration.trigger(config), topic.topic(), sources, sink(config.sink()));
    }

    private static String sink(TocsinConfig.Sink sink) {
        if (sink.kafka().enabled()) {
            return "kafka[" + sink.kafka().alertsTopic() + ']';
        }
        return sink.file().directory().map(path -> "files[" + path + ']').orElse("console");
    }
}
