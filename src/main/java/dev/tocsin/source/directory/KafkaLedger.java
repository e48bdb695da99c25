package dev.tocsin.source.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tocsin.delivery.FileOutcome;
import dev.tocsin.delivery.Position;
import dev.tocsin.kafka.KafkaClients;
import dev.tocsin.kafka.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The ledger in a compacted topic. A file belongs to the partition that its path hashes to, and to whom the group
 * {@code <group>-files} assigns that partition. The consumer is there for the assignment and to read entries back; they
 * are written in the transactions of the delivery.
 */
final class KafkaLedger implements FileLedger {
    private static final Logger LOG = Logger.getLogger(KafkaLedger.class);

    /** Of a ledger that Tocsin creates: the most instances that can share a directory. */
    private static final int PARTITIONS = 12;

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration READ = Duration.ofSeconds(1);

    private final KafkaClients clients;
    private final String topic;
    private final String group;
    private final String prefix;
    private final Runnable beforeRevocation;
    private final Runnable afterRevocation;
    private @Nullable Consumer<byte[], byte[]> consumer;
    private volatile int partitions = 1;
    private boolean changed;
    private volatile Set<Integer> owned = Set.of();
    private ConsumerGroupMetadata metadata;

    /**
     * @param group the consumer group of the deployment
     * @param beforeRevocation commits what is in flight of partitions that are being given back
     * @param afterRevocation takes back what could not be committed
     */
    KafkaLedger(KafkaClients clients, String topic, String group, Runnable beforeRevocation, Runnable afterRevocation) {
        this.clients = clients;
        this.topic = topic;
        this.group = group + "-files";
        this.prefix = group + "/directory/";
        this.beforeRevocation = beforeRevocation;
        this.afterRevocation = afterRevocation;
        this.metadata = new ConsumerGroupMetadata(this.group);
    }

    @Override
    public boolean poll(Duration wait) {
        Consumer<byte[], byte[]> open = open();
        open.poll(wait); // all partitions are paused, or about to be loaded again
        open.pause(open.assignment());
        metadata = open.groupMetadata();
        boolean was = changed;
        changed = false;
        return was;
    }

    @Override
    public Map<String, byte[]> load() throws InterruptedException {
        Consumer<byte[], byte[]> open = open();
        Map<String, byte[]> entries = new HashMap<>();
        Set<TopicPartition> assigned = open.assignment();
        open.committed(assigned); // waits for transactions that are still open
        Map<TopicPartition, Long> ends = ends(assigned);
        open.seekToBeginning(assigned);
        open.resume(assigned);
        while (!changed && ends.entrySet().stream().anyMatch(end -> open.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : open.poll(READ)) {
                keep(entries, record);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        open.pause(open.assignment());
        metadata = open.groupMetadata();
        if (!changed) {
            owned = assigned.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
        }
        LOG.debugf("%d ledger entries of %s", entries.size(), assigned);
        return entries;
    }

    /** The very ends: a marker that is on its way to the ledger still holds back the last stable offset. */
    private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (Admin admin = clients.admin()) {
            admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("the end of topic " + topic + " cannot be found out: " + e.getMessage(), e);
        }
        return ends;
    }

    private void keep(Map<String, byte[]> entries, ConsumerRecord<byte[], byte[]> record) {
        String key = new String(record.key(), UTF_8);
        if (!key.startsWith(prefix)) {
            return;
        }
        String path = key.substring(prefix.length());
        if (partition(path) != record.partition()) {
            throw new KafkaException("tocsin.ledger.topic = " + topic + ": its number of partitions was changed to "
                    + partitions + "; the entry of a file is in partition " + record.partition()
                    + " and would be looked for in " + partition(path));
        }
        if (record.value() == null) {
            entries.remove(path);
        } else {
            entries.put(path, record.value());
        }
    }

    @Override
    public boolean owns(String path) {
        Set<Integer> mine = owned;
        return !mine.isEmpty() && mine.contains(partition(path));
    }

    @Override
    public Position position(String path, byte @Nullable [] entry, @Nullable FileOutcome outcome) {
        TopicPartition partition = new TopicPartition(topic, partition(path));
        byte[] key = (prefix + path).getBytes(UTF_8);
        return new Position.OfFile(
                path, entry, new Position.Owner(metadata, key, partition, new OffsetAndMetadata(0)), outcome);
    }

    private int partition(String path) {
        return Utils.toPositive(Utils.murmur2(path.getBytes(UTF_8))) % partitions;
    }

    private Consumer<byte[], byte[]> open() {
        Consumer<byte[], byte[]> open = consumer;
        if (open == null) {
            try (Admin admin = clients.admin()) {
                partitions = new Topics(admin).ensureCompacted(topic, PARTITIONS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted", e);
            }
            open = clients.ledger(group);
            open.subscribe(List.of(topic), new Assignment());
            consumer = open;
        }
        return open;
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }

    private final class Assignment implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            changed = true;
            owned = Set.of();
            Consumer<byte[], byte[]> open = open();
            open.pause(assigned);
            open.seekToBeginning(assigned);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            beforeRevocation.run();
            onPartitionsLost(revoked);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> lost) {
            changed = true;
            owned = Set.of();
            afterRevocation.run();
        }
    }
}
