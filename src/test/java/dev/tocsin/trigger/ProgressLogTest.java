package dev.tocsin.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Evaluated;
import dev.tocsin.delivery.Position;
import dev.tocsin.delivery.Source;
import dev.tocsin.reading.RejectReason;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ProgressLogTest {
    private static final long SECOND = 1_000_000_000L;

    private final ProgressJson json = new ProgressJson(
            "tocsin",
            new Trigger.Default(),
            "iot_data",
            Map.of(Source.KAFKA, "kafka[iot_data]", Source.DIRECTORY, "directory[/in]"),
            "kafka[iot_alerts]");
    private final ProgressLog log = new ProgressLog(json);

    @Test
    void aBatchIsTheSumOfItsChunksAndShownWhenItsLastOneIsCommitted() throws Exception {
        Batch batch = batch(7, Source.KAFKA, 2);
        commit(chunk(Source.KAFKA)
                .alerts("a")
                .cold(5, 0)
                .bytes(600)
                .at(topic(Map.of(0, 10L, 1, 3L), Map.of(0, 14L, 1, 5L)))
                .of(batch)
                .build());
        assertThat(log.recent()).isEmpty();
        commit(chunk(Source.KAFKA)
                .alerts("b", "c")
                .reject(RejectReason.MALFORMED, "x")
                .blank(1)
                .bytes(400)
                .at(topic(Map.of(0, 14L), Map.of(0, 18L)))
                .lastOf(batch)
                .build());

        JsonNode shown = only();

        assertThat(shown.get("batchId").asLong()).isEqualTo(7);
        assertThat(shown.get("name").asText()).isEqualTo("tocsin");
        assertThat(shown.get("trigger").asText()).isEqualTo("default");
        assertThat(shown.get("numInputRows").asLong()).isEqualTo(10);
        assertThat(shown.get("alerts").asLong()).isEqualTo(3);
        assertThat(shown.get("rejects").asLong()).isEqualTo(1);
        assertThat(shown.get("processedRowsPerSecond").asDouble())
                .isGreaterThan(0)
                .isLessThan(5.1);
        assertThat(shown.get("durationMs").get("triggerExecution").asLong()).isGreaterThanOrEqualTo(2_000);
        JsonNode source = shown.get("sources").get(0);
        assertThat(source.get("description").asText()).isEqualTo("kafka[iot_data]");
        assertThat(source.get("startOffset").toString()).isEqualTo("{\"iot_data\":{\"0\":10,\"1\":3}}");
        assertThat(source.get("endOffset").toString()).isEqualTo("{\"iot_data\":{\"0\":18,\"1\":5}}");
        assertThat(source.get("numInputRows").asLong()).isEqualTo(10);
        assertThat(source.get("numInputBytes").asLong()).isEqualTo(1000);
        assertThat(shown.get("sink").get("description").asText()).isEqualTo("kafka[iot_alerts]");
        assertThat(shown.get("sink").get("numOutputRows").asLong()).isEqualTo(3);
    }

    @Test
    void rowsComeInAtTheRateSinceTheBatchBefore() {
        long now = System.nanoTime();
        Batch first = new Batch(0, Source.KAFKA, now - 20 * SECOND);
        Batch second = new Batch(1, Source.KAFKA, now - 10 * SECOND);

        commit(chunk(Source.KAFKA).cold(10, 0).lastOf(first).build());
        commit(chunk(Source.KAFKA).cold(50, 0).lastOf(second).build());

        assertThat(log.recent()).extracting(BatchProgress::inputRowsPerSecond).containsExactly(0.0, 5.0);
    }

    @Test
    void positionsOfFilesAreTheirLines() throws Exception {
        Batch batch = batch(0, Source.DIRECTORY, 1);
        commit(
                chunk(Source.DIRECTORY)
                        .cold(3, 0)
                        .at(file("a.json", 5))
                        .of(batch)
                        .build(),
                chunk(Source.DIRECTORY)
                        .cold(2, 0)
                        .at(file("a.json", 7))
                        .of(batch)
                        .build(),
                chunk(Source.DIRECTORY)
                        .cold(4, 0)
                        .at(file("b \"1\".json", 4))
                        .lastOf(batch)
                        .build());

        JsonNode source = only().get("sources").get(0);

        assertThat(source.get("startOffset").toString()).isEqualTo("{\"a.json\":2,\"b \\\"1\\\".json\":0}");
        assertThat(source.get("endOffset").toString()).isEqualTo("{\"a.json\":7,\"b \\\"1\\\".json\":4}");
    }

    @Test
    void ofManyFilesSomeAreShownAndTheRestIsCounted() throws Exception {
        Batch batch = batch(0, Source.DIRECTORY, 1);
        for (int i = 0; i < 50; i++) {
            commit(chunk(Source.DIRECTORY)
                    .cold(1, 0)
                    .at(file(i + ".json", 1))
                    .of(batch)
                    .build());
            commit(chunk(Source.DIRECTORY)
                    .cold(1, 0)
                    .at(file(i + ".json", 2))
                    .of(batch)
                    .build());
        }
        commit(chunk(Source.DIRECTORY).at(file("49.json", 2)).lastOf(batch).build());

        JsonNode source = only().get("sources").get(0);

        assertThat(source.get("numInputRows").asLong()).isEqualTo(100);
        assertThat(source.get("endOffset").size()).isEqualTo(ProgressLog.SHOWN_FILES);
        assertThat(source.get("filesNotShown").asInt()).isEqualTo(50 - ProgressLog.SHOWN_FILES);
    }

    @Test
    void whatWasCommittedOfABatchThatFailsIsShown() {
        Batch failing = batch(0, Source.KAFKA, 1);
        Evaluated lost = chunk(Source.KAFKA).cold(5, 0).lastOf(failing).build();
        commit(chunk(Source.KAFKA).cold(3, 0).of(failing).build());

        log.committing();
        log.failed(List.of(lost));

        assertThat(log.recent()).extracting(BatchProgress::rows).containsExactly(3L);
    }

    @Test
    void theLastBatchesAreKept() {
        for (int i = 0; i < ProgressLog.KEPT + 10; i++) {
            commit(chunk(Source.KAFKA)
                    .cold(1, 0)
                    .lastOf(batch(i, Source.KAFKA, 0))
                    .build());
        }

        assertThat(log.recent())
                .hasSize(ProgressLog.KEPT)
                .extracting(progress -> progress.batch().id())
                .startsWith(10L)
                .endsWith(ProgressLog.KEPT + 9L);
    }

    private void commit(Evaluated... chunks) {
        log.committing();
        log.committed(List.of(chunks));
    }

    private JsonNode only() throws Exception {
        JsonNode array = new ObjectMapper().readTree(json.array(log.recent()));
        assertThat(array).hasSize(1);
        return array.get(0);
    }

    private static ChunkBuilder chunk(Source source) {
        return ChunkBuilder.from(source);
    }

    private static Batch batch(long id, Source source, long secondsAgo) {
        return new Batch(id, source, System.nanoTime() - secondsAgo * SECOND);
    }

    private static Position topic(Map<Integer, Long> first, Map<Integer, Long> next) {
        Map<TopicPartition, Long> from = new java.util.HashMap<>();
        first.forEach((partition, offset) -> from.put(new TopicPartition("iot_data", partition), offset));
        Map<TopicPartition, OffsetAndMetadata> offsets = new java.util.HashMap<>();
        next.forEach((partition, offset) ->
                offsets.put(new TopicPartition("iot_data", partition), new OffsetAndMetadata(offset)));
        return new Position.OfTopic(new ConsumerGroupMetadata("tocsin"), from, offsets);
    }

    private static Position file(String path, long lines) {
        byte[] entry = ("{\"phase\":\"READING\",\"lines\":" + lines + "}").getBytes(UTF_8);
        return new Position.OfFile(path, entry, null, null);
    }
}
