package dev.tocsin.sink.console;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HarmlessTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"", "device-B", "F\u00fchler \"7\" \\ /", "\u65e5\u672c\u8a9e", "\ud83d\udd14", "\u05d0\u05d1"})
    void ordinaryTextStaysAsItIs(String text) {
        assertThat(Harmless.text(text)).isSameAs(text);
    }

    @Test
    void whatSparkEscapesIsEscapedInItsWay() {
        assertThat(Harmless.text("a\nb\rc\td\fe\bf\u000bg\u0007h")).isEqualTo("a\\nb\\rc\\td\\fe\\bf\\vg\\ah");
    }

    @Test
    void whatSteersATerminalIsWrittenAsItsCode() {
        assertThat(Harmless.text("\u001b[2J\u0000\u007f\u0085\u009b"))
                .isEqualTo("\\u001b[2J\\u0000\\u007f\\u0085\\u009b");
    }

    @Test
    void whatBreaksLinesOrTurnsTheDirectionOfTextIsWrittenAsItsCode() {
        assertThat(Harmless.text("\u2028\u2029\u202a\u202e\u2066\u2069"))
                .isEqualTo("\\u2028\\u2029\\u202a\\u202e\\u2066\\u2069");
    }

    @Property(tries = 1_000)
    void noControlCharacterIsLeft(@ForAll String text) {
        String harmless = Harmless.text(text);

        assertThat(harmless.chars().anyMatch(Character::isISOControl)).isFalse();
        assertThat(harmless).hasSizeGreaterThanOrEqualTo(text.length());
        assertThat(Harmless.text(harmless)).isSameAs(harmless);
    }
}
