package dev.tocsin.sink.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tocsin.alert.Alert;
import dev.tocsin.alert.AlertJson;
import dev.tocsin.alert.Evaluation;
import dev.tocsin.reading.Reject;
import dev.tocsin.reading.RejectReason;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Alerts and rejects as records of their topics. The names of the headers are part of the public contract. */
final class AlertRecords {
    private static final Header CONTENT_TYPE = new RecordHeader("content-type", "application/json".getBytes(UTF_8));

    private static final String LENGTH = "tocsin-length";

    private final String alertsTopic;
    private final String rejectsTopic;

    AlertRecords(String alertsTopic, String rejectsTopic) {
        this.alertsTopic = alertsTopic;
        this.rejectsTopic = rejectsTopic;
    }

    /**
     * The alerts, and behind them the rejects. Each record is made when it is asked for, and anew: it takes more room than what it is
     * made of, and need not be held beside it.
     */
    List<ProducerRecord<byte[], byte[]>> of(Evaluation evaluation) {
        List<Alert> alerts = evaluation.alerts();
        List<Reject> rejects = evaluation.rejects();
        return new AbstractList<>() {
            @Override
            public ProducerRecord<byte[], byte[]> get(int index) {
                return index < alerts.size() ? alert(alerts.get(index)) : reject(rejects.get(index - alerts.size()));
            }

            @Override
            public int size() {
                return alerts.size() + rejects.size();
            }
        };
    }

    ProducerRecord<byte[], byte[]> alert(Alert alert) {
        String deviceId = alert.reading().deviceId();
        return record(
                alertsTopic,
                deviceId == null ? null : deviceId.getBytes(UTF_8),
                AlertJson.encode(alert.reading()),
                List.of(
                        header("tocsin-alert-id", alert.id()),
                        header("tocsin-rule", alert.rule().name()),
                        header("tocsin-severity", alert.rule().severity().label()),
                        header("tocsin-origin", alert.origin().text()),
                        CONTENT_TYPE));
    }

    ProducerRecord<byte[], byte[]> reject(Reject reject) {
        ProducerRecord<byte[], byte[]> record = record(
                rejectsTopic,
                null,
                reject.bytes(),
                List.of(
                        header("tocsin-reason", reject.reason().code()),
                        header("tocsin-detail", reject.detail()),
                        header("tocsin-origin", reject.origin().text())));
        if (reject.truncated()) {
            truncated(record, reject.size());
        }
        return record;
    }

    /** The reject in the place of a record that its topic does not take: as much of it as fits into {@code bytes}. */
    ProducerRecord<byte[], byte[]> tooLarge(ProducerRecord<byte[], byte[]> record, int bytes) {
        byte[] value = Arrays.copyOf(record.value(), Math.min(bytes, record.value().length));
        ProducerRecord<byte[], byte[]> reject = record(
                rejectsTopic,
                null,
                value,
                List.of(
                        header("tocsin-reason", RejectReason.TOO_LARGE.code()),
                        header(
                                "tocsin-detail",
                                "topic " + record.topic() + " does not take a record of " + record.value().length
                                        + " bytes"),
                        record.headers().lastHeader("tocsin-origin")));
        Header length = record.headers().lastHeader(LENGTH);
        long size = length == null ? record.value().length : Long.parseLong(new String(length.value(), UTF_8));
        if (value.length < size) {
            truncated(reject, size);
        }
        return reject;
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, byte @Nullable [] key, byte[] value, List<Header> headers) {
        Integer anyPartition = null;
        return new ProducerRecord<>(topic, anyPartition, key, value, headers);
    }

    private static void truncated(ProducerRecord<byte[], byte[]> record, long size) {
        record.headers().add(header("tocsin-truncated", "true")).add(header(LENGTH, Long.toString(size)));
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(UTF_8));
    }
}
