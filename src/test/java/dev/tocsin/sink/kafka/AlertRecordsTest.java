package dev.tocsin.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.alert.Alert;
import dev.tocsin.alert.Evaluation;
import dev.tocsin.reading.Origin;
import dev.tocsin.reading.Reading;
import dev.tocsin.reading.Reject;
import dev.tocsin.reading.RejectReason;
import dev.tocsin.rule.Rules;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class AlertRecordsTest {
    private static final Origin ORIGIN = new Origin.OfTopic("iot_data", "nJ1pGmDpQ3y0vYbXk1GZ5w", 3, 1234);

    private final AlertRecords records = new AlertRecords("alerts", "rejects");

    @Test
    void anAlertIsKeyedByItsDeviceAndSaysWhereItComesFrom() {
        Alert alert = new Alert(
                Rules.DEFAULT, new Reading("f\u00fchler", Instant.parse("2025-10-10T12:01:00Z"), 102.1), ORIGIN);

        ProducerRecord<byte[], byte[]> record = records.alert(alert);

        assertThat(record.topic()).isEqualTo("alerts");
        assertThat(record.partition()).isNull();
        assertThat(record.timestamp()).isNull();
        assertThat(record.key()).isEqualTo("f\u00fchler".getBytes(UTF_8));
        assertThat(record.value())
                .asString(UTF_8)
                .isEqualTo(
                        "{\"deviceId\":\"f\u00fchler\",\"temperature\":102.1,\"timestamp\":\"2025-10-10T12:01:00Z\"}");
        assertThat(headers(record))
                .containsExactly(
                        "tocsin-alert-id=" + alert.id(),
                        "tocsin-rule=high-temperature",
                        "tocsin-severity=critical",
                        "tocsin-origin=iot_data/3@1234",
                        "content-type=application/json");
    }

    @Test
    void anAlertWithoutADeviceHasNoKey() {
        ProducerRecord<byte[], byte[]> record =
                records.alert(new Alert(Rules.DEFAULT, new Reading(null, null, 101), ORIGIN));

        assertThat(record.key()).isNull();
    }

    @Test
    void theOutputOfAChunkIsItsAlertsAndThenItsRejectsAsOftenAsItIsAskedFor() {
        Alert first = new Alert(Rules.DEFAULT, new Reading("a", null, 101), ORIGIN);
        Alert second = new Alert(Rules.DEFAULT, new Reading("b", null, 102), ORIGIN);
        byte[] raw = {'?'};
        Reject reject = new Reject(RejectReason.MALFORMED, "no reading", ORIGIN, raw, raw.length);

        List<ProducerRecord<byte[], byte[]>> output =
                records.of(new Evaluation(List.of(first, second), List.of(reject), 2, 0, 0, 100, 1000));

        assertThat(output)
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(records.alert(first), records.alert(second), records.reject(reject))
                .containsExactly(records.alert(first), records.alert(second), records.reject(reject));
    }

    @Test
    void aRejectIsTheRawBytesWithReasonDetailAndOrigin() {
        byte[] raw = {'{', (byte) 0xE9, 0};

        ProducerRecord<byte[], byte[]> record =
                records.reject(new Reject(RejectReason.NOT_UTF8, "not UTF-8: 0xE9 at byte 1", ORIGIN, raw, raw.length));

        assertThat(record.topic()).isEqualTo("rejects");
        assertThat(record.key()).isNull();
        assertThat(record.value()).isEqualTo(raw);
        assertThat(headers(record))
                .containsExactly(
                        "tocsin-reason=not_utf8",
                        "tocsin-detail=not UTF-8: 0xE9 at byte 1",
                        "tocsin-origin=iot_data/3@1234");
    }

    @Test
    void aRejectThatIsNotAllOfTheRecordSaysSoAndHowLongThatIs() {
        ProducerRecord<byte[], byte[]> record = records.reject(new Reject(
                RejectReason.TOO_LONG,
                "5000000000 bytes, 262144 are allowed",
                ORIGIN,
                new byte[65536],
                5_000_000_000L));

        assertThat(record.value()).hasSize(65536);
        assertThat(headers(record)).endsWith("tocsin-truncated=true", "tocsin-length=5000000000");
    }

    @Test
    void whatATopicDoesNotTakeIsRejectedWithAsMuchOfItAsFits() {
        ProducerRecord<byte[], byte[]> alert =
                records.alert(new Alert(Rules.DEFAULT, new Reading("d".repeat(2000), null, 101), ORIGIN));

        ProducerRecord<byte[], byte[]> reject = records.tooLarge(alert, 512);

        assertThat(reject.topic()).isEqualTo("rejects");
        assertThat(reject.key()).isNull();
        assertThat(reject.value()).asString(UTF_8).isEqualTo("{\"deviceId\":\"" + "d".repeat(499));
        assertThat(headers(reject))
                .containsExactly(
                        "tocsin-reason=too_large",
                        "tocsin-detail=topic alerts does not take a record of 2052 bytes",
                        "tocsin-origin=iot_data/3@1234",
                        "tocsin-truncated=true",
                        "tocsin-length=2052");
    }

    /** Its key or its headers were too much: the value fits. */
    @Test
    void whatIsRejectedWholeIsNotCalledTruncated() {
        ProducerRecord<byte[], byte[]> alert =
                records.alert(new Alert(Rules.DEFAULT, new Reading("d".repeat(300), null, 101), ORIGIN));

        ProducerRecord<byte[], byte[]> reject = records.tooLarge(alert, 512);

        assertThat(reject.value()).isEqualTo(alert.value());
        assertThat(headers(reject)).noneMatch(header -> header.startsWith("tocsin-truncated"));
    }

    @Test
    void aTruncatedRejectThatIsTooLargeStillSaysHowLongTheRecordWas() {
        ProducerRecord<byte[], byte[]> first = records.reject(new Reject(
                RejectReason.TOO_LONG,
                "5000000000 bytes, 262144 are allowed",
                ORIGIN,
                new byte[65536],
                5_000_000_000L));

        ProducerRecord<byte[], byte[]> second = records.tooLarge(first, 512);

        assertThat(second.value()).hasSize(512);
        assertThat(headers(second)).contains("tocsin-truncated=true", "tocsin-length=5000000000");
    }

    static List<String> headers(ProducerRecord<byte[], byte[]> record) {
        List<String> headers = new ArrayList<>();
        record.headers().forEach(header -> headers.add(header.key() + "=" + new String(header.value(), UTF_8)));
        return headers;
    }
}
