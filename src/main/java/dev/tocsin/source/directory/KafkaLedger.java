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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
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
    /** How long a single entry may take to come. */
    private static final Duration LOOK_UP = Duration.ofSeconds(10);
    /** As many as a place has bits for. */
    private static final int MOST_PARTITIONS = 1 << (Long.SIZE - Place.OFFSET_BITS - ClosedFiles.CHECK_BITS);

    private final KafkaClients clients;
    private final String topic;
    private final String group;
    private final String prefix;
    private final Runnable beforeRevocation;
    private final Runnable afterRevocation;
    private final WakeablePoll waiting = new WakeablePoll();
    private @Nullable Consumer<byte[], byte[]> consumer;
    private volatile int partitions = 1;
    private boolean changed;
    private boolean assigned;
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
        return polled(open);
    }

    @Override
    public boolean await(Duration wait) {
        Consumer<byte[], byte[]> open = open();
        waiting.poll(open, wait);
        return polled(open);
    }

    @Override
    public void wakeUp() {
        waiting.wakeUp();
    }

    private boolean polled(Consumer<byte[], byte[]> open) {
        open.pause(open.assignment());
        metadata = open.groupMetadata();
        boolean was = changed;
        changed = false;
        return was;
    }

    @Override
    public void load(Visitor visitor) throws InterruptedException {
        Consumer<byte[], byte[]> open = open();
        Set<TopicPartition> mine = open.assignment();
        open.committed(mine); // waits for transactions that are still open
        Map<TopicPartition, Long> ends = ends(mine);
        open.seekToBeginning(mine);
        open.resume(mine);
        while (!changed && ends.entrySet().stream().anyMatch(end -> open.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : open.poll(READ)) {
                show(record, visitor);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        open.pause(open.assignment());
        metadata = open.groupMetadata();
        if (!changed) {
            owned = mine.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet());
        }
        LOG.debugf("Read the ledger entries of %s", mine);
    }

    /** The very ends: a marker that is on its way to the ledger still holds back the last stable offset. */
    private Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        try (Admin admin = clients.admin()) {
            int now = look(admin);
            if (now != this.partitions) { // an instance that starts now looks for every file elsewhere
                throw new UnusableLedgerException("tocsin.ledger.topic = " + topic
                        + ": its number of partitions was changed to " + now + ", from " + this.partitions);
            }
            admin.listOffsets(wanted, new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                    .all()
                    .get()
                    .forEach((partition, end) -> ends.put(partition, end.offset()));
        } catch (ExecutionException e) {
            throw new KafkaException("the end of topic " + topic + " cannot be found out: " + e.getMessage(), e);
        }
        return ends;
    }

    private void show(ConsumerRecord<byte[], byte[]> record, Visitor visitor) {
        String key = new String(record.key(), UTF_8);
        if (!key.startsWith(prefix)) {
            return;
        }
        String path = key.substring(prefix.length());
        if (partition(path) != record.partition()) {
            throw new UnusableLedgerException("tocsin.ledger.topic = " + topic
                    + ": its number of partitions was changed to " + partitions
                    + "; the entry of a file is in partition "
                    + record.partition() + " and would be looked for in " + partition(path));
        }
        visitor.entry(path, record.value(), Place.of(record.partition(), record.offset()));
    }

    @Override
    public byte @Nullable [] entry(String path, long place) {
        Consumer<byte[], byte[]> open = open();
        TopicPartition partition = new TopicPartition(topic, Place.partition(place));
        if (partition(path) != partition.partition()) {
            return null;
        }
        open.seek(partition, Place.offset(place));
        open.resume(List.of(partition));
        try {
            long deadline = System.nanoTime() + LOOK_UP.toNanos();
            while (!changed && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : open.poll(READ).records(partition)) {
                    if (record.offset() == Place.offset(place)) {
                        return new String(record.key(), UTF_8).equals(prefix + path) ? record.value() : null;
                    }
                    throw new KafkaException("the ledger's entry of " + LogText.safe(path) + " is not at offset "
                            + Place.offset(place) + " of " + partition + " any more");
                }
            }
        } finally {
            open.pause(open.assignment());
        }
        throw new KafkaException(changed ? "the ledger has another owner" : "topic " + topic + " does not answer");
    }

    @Override
    public boolean hasPlaces() {
        return true;
    }

    @Override
    public long place(Position.OfFile position) {
        Position.Owner owner = Objects.requireNonNull(position.owner());
        return Place.of(owner.partition().partition(), owner.written().get());
    }

    /** A partition and an offset in one long, with as many bits to spare as {@link ClosedFiles} asks for. */
    private static final class Place {
        private static final int OFFSET_BITS = 40;

        static long of(int partition, long offset) {
            if (offset >>> OFFSET_BITS != 0) {
                throw new KafkaException(
                        "a ledger with offset " + offset + "; " + (1L << OFFSET_BITS) + " is the limit");
            }
            return (long) partition << OFFSET_BITS | offset;
        }

        static int partition(long place) {
            return (int) (place >>> OFFSET_BITS);
        }

        static long offset(long place) {
            return place & ((1L << OFFSET_BITS) - 1);
        }
    }

    @Override
    public boolean isAssigned() {
        return assigned;
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
                path,
                entry,
                new Position.Owner(metadata, key, partition, new OffsetAndMetadata(0), new AtomicLong()),
                outcome);
    }

    private int partition(String path) {
        return Utils.toPositive(Utils.murmur2(path.getBytes(UTF_8))) % partitions;
    }

    private Consumer<byte[], byte[]> open() {
        Consumer<byte[], byte[]> open = consumer;
        if (open == null) {
            try (Admin admin = clients.admin()) {
                partitions = look(admin);
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

    /** How many partitions the topic has, after it was created if need be. */
    private int look(Admin admin) throws InterruptedException {
        try {
            int found = new Topics(admin).ensureCompacted(topic, PARTITIONS);
            if (found > MOST_PARTITIONS) {
                throw new UnusableLedgerException("tocsin.ledger.topic = " + topic + ": it has " + found
                        + " partitions; " + MOST_PARTITIONS + " are allowed");
            }
            return found;
        } catch (Topics.NotCompactedException e) {
            throw new UnusableLedgerException(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(CLOSE));
        }
    }

    private final class Assignment implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> added) {
            changed = true;
            assigned = true;
            owned = Set.of();
            Consumer<byte[], byte[]> open = open();
            open.pause(added);
            open.seekToBeginning(added);
            waiting.wakeUp();
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
            waiting.wakeUp();
        }
    }
}
