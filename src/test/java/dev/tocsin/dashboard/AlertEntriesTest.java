package dev.tocsin.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tocsin.rule.Severity;
import java.io.IOException;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AlertEntriesTest {
    private static ConsumerRecord<byte[], byte[]> record(@Nullable String value, @Nullable String severity) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>("iot_alerts", 2, 7L, null, value == null ? null : value.getBytes(UTF_8));
        record.headers()
                .add("tocsin-rule", "hot".getBytes(UTF_8))
                .add("tocsin-origin", "iot_data/3@12".getBytes(UTF_8));
        if (severity != null) {
            record.headers().add("tocsin-severity", severity.getBytes(UTF_8));
        }
        return record;
    }

    private static JsonNode json(@Nullable AlertEntry entry) throws IOException {
        return new ObjectMapper().readTree(Objects.requireNonNull(entry).json());
    }

    @Test
    void anAlertOfTheTopicIsShownWithWhatItsHeadersSay() throws IOException {
        AlertEntry entry = AlertEntries.of(
                record("{\"deviceId\":\"a\\\"b\",\"temperature\":102.10,\"timestamp\":null}", "warning"));

        assertThat(Objects.requireNonNull(entry).severity()).isEqualTo(Severity.WARNING);
        assertThat(entry.device()).isEqualTo("a\"b");
        JsonNode json = json(entry);
        assertThat(json.get("deviceId").asText()).isEqualTo("a\"b");
        assertThat(json.get("temperature").asDouble()).isEqualTo(102.1);
        assertThat(json.get("timestamp").isNull()).isTrue();
        assertThat(json.get("origin").asText()).isEqualTo("iot_data/3@12");
        assertThat(new String(entry.json(), UTF_8)).doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{}",
                "{\"temperature\":\"hot\"}",
                "{\"temperature\":NaN}",
                "{\"temperature\":1",
                "null"
            })
    void whatOthersWroteIntoTheTopicAndIsNoAlertIsNotShown(String value) {
        assertThat(AlertEntries.of(record(value, "critical"))).isNull();
    }

    @Test
    void aRecordWithoutValueOrSeverityIsNoAlert() {
        assertThat(AlertEntries.of(record(null, "critical"))).isNull();
        assertThat(AlertEntries.of(record("{\"temperature\":1}", null))).isNull();
        assertThat(AlertEntries.of(record("{\"temperature\":1}", "loud"))).isNull();
    }

    @Test
    void aLongDeviceIdIsCutAndItsLengthSaid() throws IOException {
        String device = "x".repeat(255) + "\uD83D\uDD14" + "y".repeat(10_000);

        AlertEntry entry = AlertEntries.of(record("{\"deviceId\":\"" + device + "\",\"temperature\":1}", "critical"));

        assertThat(json(entry).get("deviceId").asText()).isEqualTo("x".repeat(255));
        assertThat(json(entry).get("deviceIdLength").asInt()).isEqualTo(10_257);
        assertThat(Objects.requireNonNull(entry).weight()).isLessThan(2_000);
    }
}
