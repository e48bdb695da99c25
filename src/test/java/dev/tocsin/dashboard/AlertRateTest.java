package dev.tocsin.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tocsin.rule.Severity;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class AlertRateTest {
    private static final long MINUTE = 60_000;
    private static final long NOW = 1_000 * MINUTE + 30_000;

    private final AlertRate rate = new AlertRate();

    private JsonNode at(long now) throws IOException {
        return new ObjectMapper()
                .readTree(Json.object(json -> {
                            json.writeFieldName("rate");
                            rate.write(json, now);
                        })
                        .toString(UTF_8))
                .get("rate");
    }

    @Test
    void alertsAreCountedInTheirMinuteAndForgottenAfterAnHour() throws IOException {
        rate.count(Severity.CRITICAL, NOW, 3, NOW);
        rate.count(Severity.WARNING, NOW - 2 * MINUTE, 1, NOW);
        rate.count(Severity.INFO, NOW - 61 * MINUTE, 1, NOW);
        rate.count(Severity.CRITICAL, NOW + 5 * MINUTE, 1, NOW);

        JsonNode now = at(NOW);
        JsonNode later = at(NOW + 59 * MINUTE);
        JsonNode muchLater = at(NOW + 200 * MINUTE);

        assertThat(now.at("/critical/59").asInt()).isEqualTo(4);
        assertThat(now.at("/warning/57").asInt()).isEqualTo(1);
        assertThat(now.get("info")).hasSize(60).allSatisfy(count -> assertThat(count.asInt())
                .isZero());
        assertThat(later.at("/critical/0").asInt()).isEqualTo(4);
        assertThat(muchLater.get("critical"))
                .allSatisfy(count -> assertThat(count.asInt()).isZero());
    }

    @Test
    void whatWasNotCountedIsSaid() throws IOException {
        rate.begin(NOW - MINUTE);

        assertThat(at(NOW).get("knownSince").asText()).isEqualTo("1970-01-01T16:39:30Z");
        assertThat(at(NOW).get("from").asText()).isEqualTo("1970-01-01T15:41:00Z");
    }
}
