package dev.tocsin.source.kafka;

import dev.tocsin.trigger.Trigger;

/**
 * Settings of the source.
 *
 * @param starting where a partition begins that the group has committed nothing of
 * @param failOnDataLoss whether the source stops where records are gone that were not read
 * @param maxRecords how many records a batch takes at most
 * @param trigger when batches are taken
 * @param commitsItself whether the consumer commits positions after their delivery, rather than the committer with it
 */
public record KafkaSourceSettings(
        String topic,
        String group,
        StartingOffsets starting,
        boolean failOnDataLoss,
        long maxRecords,
        Trigger trigger,
        boolean commitsItself) {
    /** Whether the end of a batch is known when it begins; else each poll is one. */
    boolean planned() {
        return trigger instanceof Trigger.ProcessingTime || trigger.bounded();
    }
}
