package dev.tocsin.alert;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.tocsin.reading.Origin;
import dev.tocsin.reading.Records;
import dev.tocsin.reading.Reject;
import dev.tocsin.reading.RejectReason;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import dev.tocsin.rule.Severity;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final int MAX_BYTES = 200_000;
    private static final String HOT = "{\"deviceId\":\"a\",\"temperature\":100.5}";
    private static final String COLD = "{\"deviceId\":\"b\",\"temperature\":100.0}";
    private static final String UNUSABLE = "{\"deviceId\":\"c\"}";
    private static final String BLANK = " \r";
    private static final String BROKEN = "{\"deviceId\":";

    private final Evaluator evaluator = new Evaluator(new Rules(List.of(Rules.DEFAULT)), MAX_BYTES);

    @Test
    void nothingComesToNothing() {
        Evaluation evaluation = evaluate();

        assertThat(evaluation).isEqualTo(new Evaluation(List.of(), List.of(), 0, 0, 0, 0, 0));
        assertThat(evaluation.hasOutput()).isFalse();
    }

    @Test
    void everyRecordIsCounted() {
        Evaluation evaluation = evaluate(HOT, COLD, BLANK, BROKEN, UNUSABLE, "", HOT);

        assertThat(evaluation.readings()).isEqualTo(4);
        assertThat(evaluation.unusable()).isEqualTo(1);
        assertThat(evaluation.blank()).isEqualTo(2);
        assertThat(evaluation.rejects()).hasSize(1);
        assertThat(evaluation.alerts()).hasSize(2);
        assertThat(evaluation.records()).isEqualTo(7);
        assertThat(evaluation.bytes()).isEqualTo((HOT + COLD + BLANK + BROKEN + UNUSABLE + HOT).length());
        assertThat(evaluation.hasOutput()).isTrue();
    }

    @Test
    void readingsThatMeetNoRuleLeaveNoOutput() {
        Evaluation evaluation = evaluate(COLD, UNUSABLE, BLANK);

        assertThat(evaluation.hasOutput()).isFalse();
        assertThat(evaluation.weight()).isZero();
    }

    @Test
    void alertsAndRejectsStandInTheOrderOfTheRecordsWithTheirOrigins() {
        Evaluation evaluation = evaluate(HOT, BROKEN, COLD, "[]", HOT.replace("\"a\"", "\"z\""));

        assertThat(evaluation.alerts())
                .extracting(alert -> alert.reading().deviceId(), alert -> alert.origin()
                        .text())
                .containsExactly(tuple("a", "t/0@0"), tuple("z", "t/0@4"));
        assertThat(evaluation.rejects())
                .extracting(
                        Reject::reason, reject -> reject.origin().text(), reject -> new String(reject.bytes(), UTF_8))
                .containsExactly(
                        tuple(RejectReason.MALFORMED, "t/0@1", BROKEN),
                        tuple(RejectReason.NOT_AN_OBJECT, "t/0@3", "[]"));
    }

    @Test
    void aReadingRaisesAnAlertForEachRuleThatItMeetsInTheirOrder() {
        Rule warm = new Rule("warm", 80.0, null, Severity.WARNING);
        Rule frost = new Rule("frost", null, 0.0, Severity.INFO);
        Evaluator several = new Evaluator(new Rules(List.of(warm, frost, Rules.DEFAULT)), MAX_BYTES);

        Evaluation evaluation = several.evaluate(new Texts(
                HOT, "{\"temperature\":80}", "{\"temperature\":-0.1}", "{\"temperature\":90}", "{\"temperature\":0}"));

        assertThat(evaluation.alerts())
                .extracting(
                        alert -> alert.rule().name(), alert -> alert.origin().text())
                .containsExactly(
                        tuple("warm", "t/0@0"),
                        tuple("high-temperature", "t/0@0"),
                        tuple("frost", "t/0@2"),
                        tuple("warm", "t/0@3"));
        assertThat(evaluation.readings()).isEqualTo(5);
    }

    @Test
    void aRecordOfTheGreatestLengthIsDecodedAndALongerOneIsRejectedUnseen() {
        String padded = HOT + " ".repeat(MAX_BYTES - HOT.length());

        Evaluation evaluation = evaluate(padded, padded + " ");

        assertThat(evaluation.alerts()).hasSize(1);
        Reject reject = evaluation.rejects().get(0);
        assertThat(reject.reason()).isEqualTo(RejectReason.TOO_LONG);
        assertThat(reject.detail()).isEqualTo("200001 bytes, 200000 are allowed");
        assertThat(reject.size()).isEqualTo(200_001);
        assertThat(reject.bytes()).isEqualTo(Arrays.copyOf(padded.getBytes(UTF_8), 64 * 1024));
        assertThat(reject.truncated()).isTrue();
        assertThat(evaluation.bytes()).isEqualTo(400_001);
    }

    @Test
    void aRejectCarriesItsFirst64KiB() {
        String exactly = "x".repeat(64 * 1024);

        Evaluation evaluation = evaluate(exactly, exactly + "y");

        assertThat(evaluation.rejects().get(0).bytes()).isEqualTo(exactly.getBytes(UTF_8));
        assertThat(evaluation.rejects().get(0).truncated()).isFalse();
        assertThat(evaluation.rejects().get(1).bytes()).isEqualTo(exactly.getBytes(UTF_8));
        assertThat(evaluation.rejects().get(1).size()).isEqualTo(64 * 1024 + 1);
        assertThat(evaluation.rejects().get(1).truncated()).isTrue();
        assertThat(evaluation.rejects().get(1).reason()).isEqualTo(RejectReason.MALFORMED);
    }

    @Test
    void aRecordOfWhichOnlyTheBeginIsThereHasItsOwnLength() {
        Texts cut = new Texts("{\"deviceId\":\"aaa");
        cut.size = 1L << 33;

        Evaluation evaluation = evaluator.evaluate(cut);

        Reject reject = evaluation.rejects().get(0);
        assertThat(reject.size()).isEqualTo(1L << 33);
        assertThat(reject.detail()).isEqualTo("8589934592 bytes, 200000 are allowed");
        assertThat(reject.bytes()).isEqualTo("{\"deviceId\":\"aaa".getBytes(UTF_8));
        assertThat(evaluation.bytes()).isEqualTo(1L << 33);
    }

    @Test
    void alertsAndRejectsDoNotHoldTheBufferThatTheyCameFrom() {
        Texts texts = new Texts(HOT, BROKEN);

        Evaluation evaluation = evaluator.evaluate(texts);
        Arrays.fill(texts.buffer, (byte) '?');

        assertThat(evaluation.alerts().get(0).reading().deviceId()).isEqualTo("a");
        assertThat(new String(evaluation.rejects().get(0).bytes(), UTF_8)).isEqualTo(BROKEN);
    }

    @Test
    void outputHasAWeightThatGrowsWithIt() {
        long one = evaluate(HOT).weight();

        assertThat(one).isGreaterThan(HOT.length());
        assertThat(evaluate(HOT, HOT, COLD).weight()).isEqualTo(2 * one);
        assertThat(evaluate("x".repeat(1000)).weight()).isGreaterThan(1000);
    }

    @Property(tries = 300)
    void theCountsAddUp(@ForAll("texts") List<String> texts) {
        Evaluation evaluation = evaluate(texts.toArray(String[]::new));

        assertThat(evaluation.records()).isEqualTo(texts.size());
        assertThat(evaluation.alerts().size())
                .isEqualTo((int) texts.stream().filter(HOT::equals).count());
        assertThat(evaluation.rejects().size())
                .isEqualTo((int) texts.stream().filter(BROKEN::equals).count());
        assertThat(evaluation.readings() - evaluation.unusable())
                .isEqualTo(texts.stream()
                        .filter(text -> text.equals(HOT) || text.equals(COLD))
                        .count());
        assertThat(evaluation.bytes())
                .isEqualTo(texts.stream().mapToLong(String::length).sum());
    }

    @Provide
    Arbitrary<List<String>> texts() {
        return Arbitraries.of(HOT, COLD, UNUSABLE, BLANK, BROKEN, "").list().ofMaxSize(20);
    }

    private Evaluation evaluate(String... records) {
        return evaluator.evaluate(new Texts(records));
    }

    /** Records that lie one after the other in a buffer, as those of a topic. */
    private static final class Texts implements Records {
        private final List<byte[]> records;
        private final byte[] buffer;
        private int index = -1;
        private int offset;
        private long size = -1;

        Texts(String... records) {
            this.records =
                    Arrays.stream(records).map(text -> text.getBytes(UTF_8)).toList();
            this.buffer = String.join("", records).getBytes(UTF_8);
        }

        @Override
        public int count() {
            return records.size();
        }

        @Override
        public long bytes() {
            return buffer.length;
        }

        @Override
        public boolean next() {
            offset += index < 0 ? 0 : length();
            return ++index < records.size();
        }

        @Override
        public byte[] array() {
            return buffer;
        }

        @Override
        public int offset() {
            return offset;
        }

        @Override
        public int length() {
            return records.get(index).length;
        }

        @Override
        public long size() {
            return size < 0 ? length() : size;
        }

        @Override
        public Origin origin() {
            return new Origin.OfTopic("t", "id", 0, index);
        }
    }
}
