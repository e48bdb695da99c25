package dev.tocsin.dashboard;

import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.kafka.Topics;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * With a Kafka sink: the alerts of all instances, read from their topic by a consumer without a group, from an hour back
 * on. It reads only while someone looks, and no faster than can be shown: watching must not cost what alerting needs.
 */
final class AlertTopic implements AlertFeed {
    private static final Logger LOG = Logger.getLogger(AlertTopic.class);

    private static final Duration WINDOW = Duration.ofMinutes(AlertRate.MINUTES);
    /** How long after the last look reading goes on. */
    private static final long LINGER_NANOS = TimeUnit.MINUTES.toNanos(2);
    /** Polls bring up to {@link KafkaClients#VIEWED_RECORDS} each, so this bounds the records per second. */
    private static final long POLL_SPACING_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

    private static final Duration POLL = Duration.ofMillis(500);
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long RETRY_MILLIS = 1_000;
    /** At the beginning, how many records back all partitions together are read. */
    private static final int MAX_BACKLOG = AlertLog.MAX_ENTRIES;
    /** A partition that is so many records behind is read on from its end. */
    private static final long MAX_LAG = 50_000;

    private final Instance<KafkaClients> clients;
    private final String topic;
    private final AlertLog log;
    private final AlertRate rate;
    private @Nullable Thread thread;
    private @Nullable Consumer<?, ?> reading;
    private boolean stopped;
    private volatile long wantedNanos;
    private volatile String problem = "";

    AlertTopic(Instance<KafkaClients> clients, String topic, AlertLog log, AlertRate rate) {
        this.clients = clients;
        this.topic = topic;
        this.log = log;
        this.rate = rate;
    }

    @Override
    public synchronized void wanted() {
        wantedNanos = System.nanoTime();
        if (thread == null && !stopped) {
            thread = new Thread(this::run, "tocsin-dashboard-alerts");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public String problem() {
        return problem;
    }

    @Override
    public synchronized void stop() {
        stopped = true;
        if (reading != null) {
            reading.wakeup(); // not interrupted, or Kafka's client reports that it could not close in order
        }
    }

    private synchronized void reading(@Nullable Consumer<?, ?> consumer) {
        reading = consumer;
        if (stopped && consumer != null) {
            consumer.wakeup();
        }
    }

    private synchronized boolean goesOn() {
        if (stopped || System.nanoTime() - wantedNanos > LINGER_NANOS) {
            thread = null;
            return false;
        }
        return true;
    }

    private void run() {
        try {
            while (goesOn()) {
                try (Consumer<byte[], byte[]> consumer = clients.get().viewer();
                        Admin admin = clients.get().admin()) {
                    reading(consumer);
                    try {
                        read(consumer, new Topics(admin));
                    } finally {
                        reading(null);
                    }
                } catch (WakeupException e) {
                    return;
                } catch (RuntimeException e) {
                    report("alerts cannot be shown: " + (e.getMessage() == null ? e : e.getMessage()));
                    LOG.debug("The failure", e);
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Interrupted", e);
        }
    }

    private void read(Consumer<byte[], byte[]> consumer, Topics topics) throws InterruptedException {
        TopicDescription description = topics.find(topic);
        String id = description.topicId().toString();
        int partitions = description.partitions().size();
        Map<TopicPartition, Long> ends = begin(consumer, id, partitions);
        long looked = System.nanoTime();
        long next = looked;
        while (goesOn()) {
            TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            next = System.nanoTime() + POLL_SPACING_NANOS;
            take(consumer, records, partitions);
            passOver(consumer);
            if (!log.isLoaded() && reached(consumer, ends)) {
                log.loaded();
                report("");
            }
            if (System.nanoTime() - looked > LOOK_NANOS) {
                looked = System.nanoTime();
                TopicDescription now = topics.find(topic);
                if (!now.topicId().toString().equals(id)) {
                    return;
                }
                if (now.partitions().size() > partitions) {
                    partitions = grow(consumer, partitions, now.partitions().size());
                }
            }
        }
    }

    /** Goes back an hour, or as far as can be shown, and tells the log where that is. */
    private Map<TopicPartition, Long> begin(Consumer<byte[], byte[]> consumer, String id, int partitions) {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        long from = System.currentTimeMillis() - WINDOW.toMillis();
        consumer.assign(all);
        Map<TopicPartition, Long> times = new HashMap<>();
        all.forEach(partition -> times.put(partition, from));
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
        Map<TopicPartition, Long> ends = consumer.endOffsets(all);
        long[] starts = new long[partitions];
        boolean whole = true;
        for (TopicPartition partition : all) {
            OffsetAndTimestamp first = found.get(partition);
            long end = ends.getOrDefault(partition, 0L);
            long start = first == null ? end : Math.min(first.offset(), end);
            long least = end - Math.max(1, MAX_BACKLOG / partitions);
            whole &= start >= least;
            starts[partition.partition()] = Math.max(start, least);
            consumer.seek(partition, starts[partition.partition()]);
        }
        rate.begin(whole ? from : System.currentTimeMillis());
        log.begin(id, starts);
        return ends;
    }

    private int grow(Consumer<byte[], byte[]> consumer, int before, int now) {
        log.grow(now);
        List<TopicPartition> all = new ArrayList<>(consumer.assignment());
        List<TopicPartition> added = IntStream.range(before, now)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        all.addAll(added);
        consumer.assign(all);
        consumer.seekToBeginning(added);
        return now;
    }

    private void take(Consumer<byte[], byte[]> consumer, ConsumerRecords<byte[], byte[]> records, int partitions) {
        long now = System.currentTimeMillis();
        List<AlertEntry> entries = new ArrayList<>(records.count());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            AlertEntry entry = AlertEntries.of(record);
            if (entry != null) {
                entries.add(entry);
                rate.count(entry.severity(), entry.time(), 1, now);
            }
        }
        long[] positions = new long[partitions];
        for (TopicPartition partition : consumer.assignment()) {
            positions[partition.partition()] = consumer.position(partition);
        }
        log.append(entries, positions);
    }

    private void passOver(Consumer<byte[], byte[]> consumer) {
        for (TopicPartition partition : consumer.assignment()) {
            OptionalLong lag = consumer.currentLag(partition);
            if (lag.isPresent() && lag.getAsLong() > MAX_LAG) {
                long skipped = lag.getAsLong() - MAX_LAG / 10;
                long target = consumer.position(partition) + skipped;
                consumer.seek(partition, target);
                log.passOver(partition.partition(), target, skipped);
                // Their severities are not known, so the rate is known from here on only.
                rate.begin(System.currentTimeMillis());
            }
        }
    }

    private static boolean reached(Consumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private void report(String state) {
        if (!state.isEmpty() && !state.equals(problem)) {
            LOG.warn(state);
        }
        problem = state;
    }
}
