package dev.tocsin.sink.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.config.TocsinConfig.Format;
import dev.tocsin.delivery.Batch;
import dev.tocsin.delivery.ChunkBuilder;
import dev.tocsin.delivery.Source;
import dev.tocsin.reading.Reading;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import dev.tocsin.rule.Severity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleSinkTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ConsoleSink tables = sink(Format.TABLE);
    private final Batch first = ChunkBuilder.batch(0, Source.KAFKA);
    private final Batch second = ChunkBuilder.batch(1, Source.KAFKA);
    private final Batch ofFiles = ChunkBuilder.batch(2, Source.DIRECTORY);

    @Test
    void aBatchIsATableWhateverChunksItCameIn() {
        tables.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).of(first).alerts("a").build(),
                ChunkBuilder.from(Source.KAFKA).of(first).cold(5, 0).build()));
        assertThat(printed()).isEmpty();
        tables.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).of(first).alerts("b", "c").build()));
        assertThat(printed()).isEmpty();

        tables.committed(
                List.of(ChunkBuilder.from(Source.KAFKA).lastOf(first).cold(1, 0).build()));

        assertThat(printed()).isEqualTo(table(0, "a", "b", "c"));
    }

    @Test
    void severalBatchesOfOneCommitAreSeveralTables() {
        tables.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).lastOf(first).alerts("a").build(),
                ChunkBuilder.from(Source.KAFKA).lastOf(second).alerts("b").build()));

        assertThat(printed()).isEqualTo(table(0, "a") + table(1, "b"));
    }

    @Test
    void batchesOfTwoSourcesDoNotMixHoweverTheirChunksCome() {
        tables.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).of(first).alerts("topic-1").build(),
                ChunkBuilder.from(Source.DIRECTORY).of(ofFiles).alerts("file-1").build()));
        tables.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).of(first).alerts("topic-2").build(),
                ChunkBuilder.from(Source.DIRECTORY)
                        .lastOf(ofFiles)
                        .alerts("file-2")
                        .build(),
                ChunkBuilder.from(Source.KAFKA).lastOf(first).alerts("topic-3").build()));

        assertThat(printed()).isEqualTo(table(2, "file-1", "file-2") + table(0, "topic-1", "topic-2", "topic-3"));
    }

    @Test
    void aBatchWithoutAlertsPrintsNothing() {
        tables.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).of(first).cold(100, 3).build(),
                ChunkBuilder.from(Source.KAFKA).lastOf(first).cold(100, 3).build()));

        assertThat(printed()).isEmpty();
    }

    @Test
    void aChunkThatBringsAPositionAlonePrintsNothing() {
        tables.committed(List.of(ChunkBuilder.from(Source.DIRECTORY).urgent().build()));

        assertThat(printed()).isEmpty();
    }

    @Test
    void whatWasCommittedOfABatchThatDoesNotGoOnIsShownBeforeTheNext() {
        tables.committed(
                List.of(ChunkBuilder.from(Source.KAFKA).of(first).alerts("a").build()));

        tables.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).lastOf(second).alerts("b").build()));

        assertThat(printed()).isEqualTo(table(0, "a") + table(1, "b"));
    }

    @Test
    void whatWasCommittedOfABatchIsShownWhenTheRestOfItFails() {
        tables.committed(
                List.of(ChunkBuilder.from(Source.KAFKA).of(first).alerts("a").build()));

        tables.failed(List.of(ChunkBuilder.from(Source.KAFKA)
                .lastOf(first)
                .alerts("not committed")
                .build()));
        assertThat(printed()).isEqualTo(table(0, "a"));

        tables.failed(List.of());
        tables.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).lastOf(second).alerts("b").build()));
        assertThat(printed()).isEqualTo(table(0, "a") + table(1, "b"));
    }

    @Test
    void aFailureWithoutAnythingToShowPrintsNothing() {
        tables.failed(List.of(
                ChunkBuilder.from(Source.KAFKA).lastOf(first).alerts("a").build()));

        assertThat(printed()).isEmpty();
    }

    @Test
    void aTableShowsSoManyRowsOfTheWholeBatch() {
        ConsoleSink two = new ConsoleSink(new PrintStream(printed, false, UTF_8), Format.TABLE, 2);

        two.committed(List.of(
                ChunkBuilder.from(Source.KAFKA).of(first).alerts("a").build(),
                ChunkBuilder.from(Source.KAFKA).lastOf(first).alerts("b", "c").build()));

        assertThat(printed())
                .contains("|a       |", "|b       |", "only showing top 2 rows\n")
                .doesNotContain("|c ");
    }

    @Test
    void anAlertOfEachRuleIsARow() {
        Reading reading = new Reading("a", null, 100.5);

        tables.committed(List.of(ChunkBuilder.from(Source.KAFKA)
                .lastOf(first)
                .alert(Rules.DEFAULT, reading)
                .alert(new Rule("warm", 80.0, null, Severity.INFO), reading)
                .build()));

        assertThat(printed()).isEqualTo(table(0, "a", "a"));
    }

    @Test
    void jsonIsALineForEachAlertAsSoonAsItIsCommitted() {
        sink(Format.JSON)
                .committed(List.of(
                        ChunkBuilder.from(Source.KAFKA)
                                .of(first)
                                .alerts("a", "b")
                                .build(),
                        ChunkBuilder.from(Source.DIRECTORY)
                                .of(ofFiles)
                                .alerts("c")
                                .build()));

        assertThat(printed()).isEqualTo("""
                        {"deviceId":"a","temperature":100.5,"timestamp":null}
                        {"deviceId":"b","temperature":100.5,"timestamp":null}
                        {"deviceId":"c","temperature":100.5,"timestamp":null}
                        """);
    }

    @Test
    void aLineOfJsonStaysOneLineOfJsonAndCannotSteerATerminal() {
        sink(Format.JSON)
                .committed(List.of(ChunkBuilder.from(Source.KAFKA)
                        .of(first)
                        .alerts("a\n\u001b\u009b\u2028\u00e9")
                        .build()));

        assertThat(printed())
                .isEqualTo(
                        "{\"deviceId\":\"a\\n\\u001B\\u009b\\u2028\u00e9\",\"temperature\":100.5,\"timestamp\":null}\n");
    }

    @Test
    void failureOfJsonPrintsNothing() {
        ConsoleSink json = sink(Format.JSON);

        json.failed(
                List.of(ChunkBuilder.from(Source.KAFKA).of(first).alerts("a").build()));

        assertThat(printed()).isEmpty();
    }

    @Test
    void noneIsNothing() {
        sink(Format.NONE)
                .committed(List.of(ChunkBuilder.from(Source.KAFKA)
                        .lastOf(first)
                        .alerts("a")
                        .build()));

        assertThat(printed()).isEmpty();
    }

    private ConsoleSink sink(Format format) {
        return new ConsoleSink(new PrintStream(printed, false, UTF_8), format, 20);
    }

    /** Without an explicit flush: what is printed must not wait in a buffer. */
    private String printed() {
        return printed.toString(UTF_8);
    }

    private static String table(long batch, String... devices) {
        AlertTable table = new AlertTable(batch, 20);
        for (String device : devices) {
            table.add(new Reading(device, null, 100.5));
        }
        return table.toString();
    }
}
