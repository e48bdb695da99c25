package dev.tocsin.kafka;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jboss.logging.Logger;

/** Looks topics up, and creates those that are missing where that is allowed. */
public final class Topics {
    private static final Logger LOG = Logger.getLogger(Topics.class);

    private static final int ATTEMPTS = 20;
    private static final long PAUSE_MILLIS = 100;

    private final Admin admin;

    public Topics(Admin admin) {
        this.admin = admin;
    }

    /**
     * The topic's id, after the topic was created if need be with the broker's own defaults.
     *
     * @throws KafkaException where the topic is missing and cannot be created, or the broker does not answer; the
     *     message names the topic
     */
    public String ensure(String topic) throws InterruptedException {
        return describe(topic, new NewTopic(topic, Optional.empty(), Optional.empty()))
                .topicId()
                .toString();
    }

    /**
     * How many partitions the topic has, after it was created compacted if need be.
     *
     * @throws NotCompactedException where it exists and is not compacted
     * @throws KafkaException as {@link #ensure}
     */
    public int ensureCompacted(String topic, int partitions) throws InterruptedException {
        NewTopic wanted = new NewTopic(topic, Optional.of(partitions), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
        int found = describe(topic, wanted).partitions().size();
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        try {
            Config settings =
                    admin.describeConfigs(List.of(resource)).all().get().get(resource);
            String policy = settings == null
                    ? "unknown"
                    : settings.get(TopicConfig.CLEANUP_POLICY_CONFIG).value();
            if (!TopicConfig.CLEANUP_POLICY_COMPACT.equals(policy)) {
                throw new NotCompactedException(topic, policy);
            }
        } catch (ExecutionException e) {
            throw failure("topic " + topic + ": its settings cannot be read", e);
        }
        return found;
    }

    /**
     * The topic as it is; never creates it.
     *
     * @throws KafkaException where it does not exist, or the broker does not answer; the message names the topic
     */
    public TopicDescription find(String topic) throws InterruptedException {
        try {
            return look(topic);
        } catch (ExecutionException e) {
            throw failure("topic " + topic, e);
        }
    }

    /** The largest record batch that all of the topics take, in bytes; as large as can be where that may not be asked. */
    int maxMessageBytes(String... topics) throws InterruptedException {
        List<ConfigResource> resources = Arrays.stream(topics)
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .toList();
        try {
            return admin.describeConfigs(resources).all().get().values().stream()
                    .map(settings -> settings.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                    .mapToInt(limit -> limit == null ? Integer.MAX_VALUE : Integer.parseInt(limit.value()))
                    .min()
                    .orElse(Integer.MAX_VALUE);
        } catch (ExecutionException e) {
            LOG.debug("The topics' limits cannot be read", e);
            return Integer.MAX_VALUE;
        }
    }

    private TopicDescription describe(String topic, NewTopic wanted) throws InterruptedException {
        try {
            return look(topic);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                throw failure("topic " + topic, e);
            }
        }
        try {
            admin.createTopics(List.of(wanted)).all().get();
            LOG.infof("Created topic %s", topic);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw failure("topic " + topic + " does not exist and cannot be created", e);
            }
        }
        return awaitLeaders(topic);
    }

    /**
     * Waits until every partition of a topic that was just created is led. A producer that writes to it before can send
     * its batches in vain until its delivery timeout (KAFKA-15591).
     */
    private TopicDescription awaitLeaders(String topic) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                TopicDescription found = look(topic);
                Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
                found.partitions()
                        .forEach(partition ->
                                ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
                admin.listOffsets(ends).all().get();
                return found;
            } catch (ExecutionException e) {
                if (attempt == ATTEMPTS) {
                    throw failure("topic " + topic, e);
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        }
    }

    private TopicDescription look(String topic) throws InterruptedException, ExecutionException {
        return Objects.requireNonNull(
                admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
    }

    private static KafkaException failure(String what, ExecutionException e) {
        Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
        return new KafkaException(what + ": " + Reason.of(cause), cause);
    }

    /** A ledger in a topic that is not compacted would be forgotten after the topic's retention. */
    public static final class NotCompactedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotCompactedException(String topic, String policy) {
            super("tocsin.ledger.topic = " + topic + ": its cleanup.policy is " + policy + ", and must be compact");
        }
    }
}
