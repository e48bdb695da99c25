package dev.tocsin.source.directory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileStateTest {
    private static final FileState STATE = new FileState(
            FileState.Phase.DONE,
            "00000000000000ff0000018bcfe56800",
            255,
            1_000,
            1_700_000_000_000L,
            900,
            12,
            true,
            new Fingerprint(900, -1),
            new Fingerprint(77, Long.MAX_VALUE));

    /** Ledgers of older versions must stay readable. */
    @Test
    void anEntryIsTheJsonThatItAlwaysWas() {
        assertThat(STATE.toJson())
                .asString(UTF_8)
                .isEqualTo("{\"phase\":\"DONE\",\"generation\":\"00000000000000ff0000018bcfe56800\",\"inode\":255,"
                        + "\"size\":1000,\"modified\":1700000000000,\"offset\":900,\"lines\":12,\"unended\":true,"
                        + "\"headLength\":900,\"head\":-1,\"tailLength\":77,\"tail\":9223372036854775807}");
    }

    @Test
    void sinceWhenTheFileIsGoneIsSaidOnlyWhereItIs() {
        FileState gone = STATE.goneSince(1_700_000_000_001L);

        assertThat(gone.toJson()).asString(UTF_8).endsWith("\"gone\":1700000000001}");
        assertThat(FileState.fromJson(gone.toJson())).isEqualTo(gone).isNotEqualTo(STATE);
        assertThat(gone.goneSince(0)).isEqualTo(STATE);
        assertThat(gone.seen(1_000, 1_700_000_000_000L)).as("it was there").isEqualTo(STATE);
    }

    @Property(tries = 500)
    void everyStateReadsBackAsItWas(
            @ForAll FileState.Phase phase,
            @ForAll String generation,
            @ForAll long inode,
            @ForAll @LongRange(max = Long.MAX_VALUE) long size,
            @ForAll long modified,
            @ForAll @LongRange(max = Long.MAX_VALUE) long offset,
            @ForAll @LongRange(max = Long.MAX_VALUE) long lines,
            @ForAll boolean unended,
            @ForAll @IntRange(max = 1024) int length,
            @ForAll long hash) {
        String text = new String(generation.getBytes(UTF_8), UTF_8);
        FileState state = new FileState(
                phase,
                text,
                inode,
                size,
                modified,
                offset,
                lines,
                unended,
                new Fingerprint(length, hash),
                new Fingerprint(1024 - length, ~hash));

        assertThat(FileState.fromJson(state.toJson())).isEqualTo(state);
    }

    @Test
    void whatAnotherVersionAddsIsPassedOver() {
        String entry = new String(STATE.toJson(), UTF_8);
        String more = "{\"new\":{\"phase\":\"FAILED\",\"x\":[1,{}]}," + entry.substring(1, entry.length() - 1)
                + ",\"also\":null}";

        assertThat(FileState.fromJson(more.getBytes(UTF_8))).isEqualTo(STATE);
    }

    @Test
    void anEntryThatWasCutIsRefusedWhereverThatWas() {
        byte[] entry = STATE.toJson();
        for (int length = 0; length < entry.length; length++) {
            byte[] cut = Arrays.copyOf(entry, length);
            assertThatIllegalArgumentException()
                    .as("%d bytes", length)
                    .isThrownBy(() -> FileState.fromJson(cut))
                    .withMessageStartingWith("not a ledger entry");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "null",
                "1",
                "\"DONE\"",
                "[]",
                "[{}]",
                "{\"phase\":\"GONE\"}",
                "{\"phase\":1}",
                "{\"size\":\"1\"}",
                "{\"size\":99999999999999999999}",
                "{\"unended\":1}",
                "{\"offset\":true}",
                "{\"lines\":[]}"
            })
    void whatIsNoEntryIsRefused(String garbage) {
        assertThatIllegalArgumentException().isThrownBy(() -> FileState.fromJson(garbage.getBytes(UTF_8)));
    }

    @Test
    void anEntryIsJsonForAnyReader() throws IOException {
        JsonNode json = new ObjectMapper().readTree(STATE.toJson());

        assertThat(json.get("phase").textValue()).isEqualTo("DONE");
        assertThat(json.get("offset").longValue()).isEqualTo(900);
    }

    @Test
    void aStepChangesWhatItIsAbout() {
        assertThat(STATE.in(FileState.Phase.CHANGED).in(FileState.Phase.DONE)).isEqualTo(STATE);
        assertThat(STATE.in(FileState.Phase.CHANGED).phase()).isEqualTo(FileState.Phase.CHANGED);
        assertThat(STATE.seen(5, 6).size()).isEqualTo(5);
        assertThat(STATE.seen(5, 6).modified()).isEqualTo(6);
        assertThat(STATE.seen(STATE.size(), STATE.modified())).isEqualTo(STATE);
    }
}
