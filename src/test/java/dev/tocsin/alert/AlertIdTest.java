package dev.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.reading.Origin;
import dev.tocsin.reading.Reading;
import dev.tocsin.rule.Rule;
import dev.tocsin.rule.Rules;
import dev.tocsin.rule.Severity;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class AlertIdTest {
    private static final Origin LINE = new Origin.OfFile("data-1.json", "0000000000000001", 2);
    private static final Origin RECORD = new Origin.OfTopic("iot_data", "nJ1pGmDpQ3y0vYbXk1GZ5w", 3, 1234);

    /** Whoever holds alerts of an older version apart by their ids relies on these. */
    @Test
    void idsDoNotChangeFromVersionToVersion() {
        assertThat(AlertId.of(RECORD, Rules.DEFAULT)).isEqualTo("f927788ea63884a484d284d731ea2dc1");
        assertThat(AlertId.of(LINE, Rules.DEFAULT)).isEqualTo("71fb3b8078bcff4481ac490093f3202b");
    }

    @Test
    void theSameEventHasTheSameIdWhateverIsKnownOfIt() {
        Alert first = new Alert(Rules.DEFAULT, new Reading("a", null, 101), LINE);
        Alert again = new Alert(
                new Rule("high-temperature", 90.0, null, Severity.INFO),
                new Reading("b", null, 102),
                new Origin.OfFile("data-1.json", "0000000000000001", 2));

        assertThat(first.id()).isEqualTo(again.id()).isEqualTo(AlertId.of(LINE, Rules.DEFAULT));
    }

    @Test
    void anotherEventHasAnotherId() {
        Rule other = new Rule("high-temperatures", 100.0, null, Severity.CRITICAL);
        List<String> ids = new ArrayList<>();
        ids.add(AlertId.of(LINE, Rules.DEFAULT));
        ids.add(AlertId.of(LINE, other));
        ids.add(AlertId.of(new Origin.OfFile("data-1.json", "0000000000000001", 3), Rules.DEFAULT));
        ids.add(AlertId.of(new Origin.OfFile("data-1.json", "0000000000000002", 2), Rules.DEFAULT));
        ids.add(AlertId.of(new Origin.OfFile("data-2.json", "0000000000000001", 2), Rules.DEFAULT));
        ids.add(AlertId.of(RECORD, Rules.DEFAULT));
        ids.add(AlertId.of(new Origin.OfTopic("iot_data", "another", 3, 1234), Rules.DEFAULT));
        ids.add(AlertId.of(new Origin.OfTopic("iot_data", "nJ1pGmDpQ3y0vYbXk1GZ5w", 4, 1234), Rules.DEFAULT));
        ids.add(AlertId.of(new Origin.OfTopic("iot_data", "nJ1pGmDpQ3y0vYbXk1GZ5w", 3, 1235), Rules.DEFAULT));
        ids.add(AlertId.of(new Origin.OfTopic("iot_data2", "nJ1pGmDpQ3y0vYbXk1GZ5w", 3, 1234), Rules.DEFAULT));

        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{32}"));
    }

    @Property(tries = 200)
    void whereOnePartEndsAndTheNextBeginsMatters(
            @ForAll @AlphaChars @NumericChars @StringLength(min = 2, max = 8) String text) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i <= text.length(); i++) {
            Origin origin = new Origin.OfTopic("t", text.substring(0, i), 0, 1);
            String name = "r" + text.substring(i).toLowerCase(java.util.Locale.ROOT);
            ids.add(AlertId.of(origin, new Rule(name, 1.0, null, Severity.INFO)));
        }

        assertThat(ids).doesNotHaveDuplicates();
    }
}
