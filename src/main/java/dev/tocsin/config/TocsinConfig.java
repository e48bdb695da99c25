package dev.tocsin.config;

import dev.tocsin.source.kafka.StartingOffsets;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All of Tocsin's own settings. Single values are checked by their converters, values that must fit together by
 * {@link Configuration}. Kafka's own settings stay Kafka's, below {@code kafka}.
 */
@ConfigMapping(prefix = "tocsin")
public interface TocsinConfig {
    /** Where readings come from. */
    Source source();

    /** What a reading is. */
    ReadingLimits reading();

    /** Named rules; none: {@link dev.tocsin.rule.Rules#DEFAULT}. */
    Map<String, RuleSettings> rules();

    /** Where alerts and rejects go. */
    Sink sink();

    /** The durable record of files, with a Kafka sink. */
    Ledger ledger();

    /** The durable record of files and offsets, without a Kafka sink. */
    Checkpoint checkpoint();

    /** The page and the interface that show alerts. */
    Dashboard dashboard();
    /** When batches are taken. */
    TriggerSettings trigger();

    /** What is promised of each alert; not set: exactly once, under {@code continuous} at least once. */
    @WithConverter(Converters.DeliveryName.class)
    Optional<Delivery> delivery();

    /** {@code tocsin.source}. */
    interface Source {
        /** The topic. */
        KafkaSource kafka();

        /** The directory. */
        DirectorySource directory();
    }

    /** {@code tocsin.source.kafka}. */
    interface KafkaSource {
        /** Whether readings are taken from a topic. */
        @WithDefault("true")
        @WithConverter(Converters.Flag.class)
        boolean enabled();

        /** The topic of readings. */
        @WithDefault("iot_data")
        @WithConverter(Converters.Topic.class)
        String topic();

        /** The consumer group; the files' group is {@code <group>-files}. */
        @WithDefault("tocsin")
        @WithConverter(Converters.Group.class)
        String group();

        /** Where a new group begins. */
        @WithDefault("earliest")
        @WithConverter(Converters.Starting.class)
        StartingOffsets startingOffsets();

        /** Whether reading goes on where records were removed before they were read: Spark's {@code failOnDataLoss}. */
        @WithDefault("report")
        @WithConverter(Converters.DataLoss.class)
        OnDataLoss onDataLoss();

        /** How many records a batch takes at most: Spark's {@code maxOffsetsPerTrigger}. */
        @WithConverter(Converters.Count.class)
        Optional<Long> maxRecordsPerTrigger();
    }

    /** {@code tocsin.source.directory}. */
    interface DirectorySource {
        /** The directory to watch; empty: none. */
        @WithConverter(Converters.Directory.class)
        Optional<Path> path();

        /** Globs of file names, any of which is to match. */
        @WithDefault("*.json,*.json.gz,*.json.zst")
        @WithConverter(Converters.Glob.class)
        List<String> pattern();

        /** Whether directories below it are watched too. */
        @WithDefault("false")
        @WithConverter(Converters.Flag.class)
        boolean recursive();

        /** Newest files first, as Spark's {@code latestFirst}. */
        @WithDefault("false")
        @WithConverter(Converters.Flag.class)
        boolean latestFirst();

        /** How often the directory is listed where the system gives no notice of what comes. */
        @WithDefault("1s")
        @WithConverter(Converters.Interval.class)
        Duration scanInterval();

        /** How long a file must stand still before its last, unfinished line counts. */
        @WithDefault("1s")
        @WithConverter(Converters.Interval.class)
        Duration settle();

        /** How long after its last change a file is looked at for growth. */
        @WithDefault("10m")
        @WithConverter(Converters.Interval.class)
        Duration growthWindow();

        /** What becomes of a file that was read: Spark's {@code cleanSource}. */
        @WithDefault("keep")
        @WithConverter(Converters.AfterReading.class)
        After after();

        /** How long after its end a file is archived or deleted. */
        @WithDefault("1m")
        @WithConverter(Converters.Interval.class)
        Duration afterDelay();

        /** Where files are archived: Spark's {@code sourceArchiveDir}. */
        @WithConverter(Converters.Directory.class)
        Optional<Path> archivePath();

        /** How many files a batch takes at most: Spark's {@code maxFilesPerTrigger}. */
        @WithConverter(Converters.Count.class)
        Optional<Long> maxFilesPerTrigger();

        /** How many bytes a batch takes about, and one file at least: Spark's {@code maxBytesPerTrigger}. */
        @WithConverter(Converters.Bytes.class)
        Optional<Long> maxBytesPerTrigger();
    }

    /** What happens where records are gone that were not read. */
    enum OnDataLoss {
        REPORT,
        FAIL
    }

    /** What becomes of a file that was read. */
    enum After {
        KEEP,
        ARCHIVE,
        DELETE
    }

    /** {@code tocsin.reading}. */
    interface ReadingLimits {
        /** The longest line or record that is decoded, in bytes. */
        @WithDefault("256Ki")
        @WithConverter(Converters.RecordSize.class)
        int maxBytes();
    }

    /** {@code tocsin.rules.<name>}. */
    interface RuleSettings {
        /** Met by temperatures greater than this. */
        @WithConverter(Converters.Threshold.class)
        Optional<Double> above();

        /** Met by temperatures less than this. */
        @WithConverter(Converters.Threshold.class)
        Optional<Double> below();

        /** {@code critical}, {@code warning} or {@code info}. */
        @WithDefault("critical")
        @WithConverter(Converters.SeverityName.class)
        dev.tocsin.rule.Severity severity();
    }

    /** {@code tocsin.sink}. */
    interface Sink {
        /** The topics of alerts and rejects. */
        KafkaSink kafka();

        /** Alert files. */
        FileSink file();

        /** Standard output. */
        Console console();
    }

    /** {@code tocsin.sink.kafka}. */
    interface KafkaSink {
        /** Whether alerts and rejects go to topics. */
        @WithDefault("true")
        @WithConverter(Converters.Flag.class)
        boolean enabled();

        /** The topic of alerts. */
        @WithDefault("iot_alerts")
        @WithConverter(Converters.Topic.class)
        String alertsTopic();

        /** The topic of rejects. */
        @WithDefault("iot_rejects")
        @WithConverter(Converters.Topic.class)
        String rejectsTopic();
    }

    /** {@code tocsin.sink.file}. */
    interface FileSink {
        /** Where alert files are written, beside the topics if there are any; empty: nowhere. */
        @WithConverter(Converters.Directory.class)
        Optional<Path> directory();

        /** Whether a line holds id, rule, severity and origin beside the alert. */
        @WithDefault("false")
        @WithConverter(Converters.Flag.class)
        boolean metadata();
    }

    /** {@code tocsin.sink.console}. */
    interface Console {
        /** How alerts are printed. */
        @WithDefault("table")
        @WithConverter(Converters.ConsoleFormat.class)
        Format format();

        /** How many rows of a batch a table shows, as the option of Spark's console sink. */
        @WithDefault("20")
        @WithConverter(Converters.Rows.class)
        int rows();
    }

    /** How alerts are printed. */
    enum Format {
        TABLE,
        JSON,
        NONE
    }

    /** {@code tocsin.ledger}. */
    interface Ledger {
        /** The compacted topic that remembers files. */
        @WithDefault("tocsin_ledger")
        @WithConverter(Converters.Topic.class)
        String topic();

        /** How long a file that is gone is remembered. */
        @WithDefault("7d")
        @WithConverter(Converters.Interval.class)
        Duration retention();
    }

    /** {@code tocsin.checkpoint}. */
    interface Checkpoint {
        /** The directory of the journal; used only without a Kafka sink. */
        @WithDefault(".tocsin")
        @WithConverter(Converters.Directory.class)
        Path directory();
    }

    /** {@code tocsin.dashboard}. */
    interface Dashboard {
        /** Whether there are the page and the interface below {@code /api}. */
        @WithDefault("true")
        @WithConverter(Converters.Flag.class)
        boolean enabled();

        /** Who may look. */
        @WithDefault("none")
        @WithConverter(Converters.Authentication.class)
        Auth auth();

        /** The user's name, with {@code basic}. */
        Optional<String> username();

        /** The user's password, with {@code basic}; never logged. */
        Optional<String> password();
    }

    /** How the dashboard knows who looks. */
    enum Auth {
        /** It does not ask. */
        NONE,
        /** By user name and password (RFC 7617). */
        BASIC
    }

    /** {@code tocsin.trigger}. */
    interface TriggerSettings {
        /** When batches are taken. */
        @WithDefault("default")
        @WithConverter(Converters.TriggerMode.class)
        Mode mode();

        /** From tick to tick, with {@code processing-time}. */
        @WithConverter(Converters.Interval.class)
        Optional<Duration> interval();

        /** How often positions are committed, with {@code continuous}; not set: every second. */
        @WithConverter(Converters.Interval.class)
        Optional<Duration> checkpointInterval();
    }

    /** When batches are taken; {@link dev.tocsin.trigger.Trigger} has what each means. */
    enum Mode {
        DEFAULT,
        PROCESSING_TIME,
        AVAILABLE_NOW,
        ONCE,
        CONTINUOUS
    }

    /** What is promised of each alert. */
    enum Delivery {
        EXACTLY_ONCE,
        AT_LEAST_ONCE
    }
}
