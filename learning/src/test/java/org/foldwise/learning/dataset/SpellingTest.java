package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Escaped, since none of these characters can be seen in a source. */
class SpellingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                " a b ",
                "\u00a0a b\u00a0",
                "\u2007a b\u202f",
                "\u3000a b\t",
                "\ufeffa b\u200b",
                "\u200e\u00a0 a b \u00ad",
                "\u3164a b\ufe0f"
            })
    void blanksAroundAWordAreLeftOutAndThoseWithinItStay(String word) {
        assertThat(Spelling.stripped(word)).isEqualTo("a b");
    }

    @Test
    void aWordOfBlanksIsEmptyAndLettersBeyondTheBasicPlaneStay() {
        assertThat(Spelling.stripped("\u00a0\u200b")).isEmpty();
        assertThat(Spelling.stripped("\ud835\udc00")).isEqualTo("\ud835\udc00");
        assertThat(Spelling.stripped("o\u0308")).isEqualTo("o\u0308");
    }

    @ParameterizedTest
    @CsvSource({
        "Normal, normal, true",
        "No Finding, no\u00a0finding, true",
        "\u00d6dem, O\u0308dem, true",
        "A1, A2, false",
        "A-1, A1, false",
        "Grad 1, Grad 01, false"
    })
    void wordsAreTheSameWhateverTheirCaseBlanksAndWaysToWriteALetter(String one, String other, boolean same) {
        assertThat(Spelling.isSame(one, other)).isEqualTo(same);
    }

    @Test
    void groupsThoseThatAreTheSameAndShowsWhatCannotBeSeen() {
        assertThat(Spelling.variants(List.of("berlin", "Berlin", "Kiel", "BERLIN", "Bern", "Bern")))
                .containsExactly(new TreeSet<>(Set.of("BERLIN", "Berlin", "berlin")));
        assertThat(Spelling.shown("O\u0308dem \u00e4\u00a01")).isEqualTo("O<U+0308>dem \u00e4<U+00A0>1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "five folds",
                "Müller, 2. Versuch",
                "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                "\ud83d\udc69\u200d\ud83d\udd2c",
                "\u2764\ufe0f",
                "1\ufe0f\u20e3",
                "#\u20e3",
                "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc73\udb40\udc63\udb40\udc74\udb40\udc7f",
                "\u2803\u2817",
                "\u8aa4\u3000\u5831"
            })
    void namesThatAreSeen(String word) {
        assertThat(Spelling.isSeen(word)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u00a0",
                "\u200b",
                "\u3164",
                "a\u200bb",
                "a\u200d",
                "a\ufe0f",
                "\u202ea",
                "a\u2028b",
                "a\u00adb",
                "\u2800",
                "a\u2800b",
                "1\ufe0f",
                "a\ufe0f\u20e3",
                "\ud83c\udff4\udb40\udc67\udb40\udc62\udb40\udc7f"
            })
    void namesThatAreNotSeenOrNotAllOfThem(String word) {
        assertThat(Spelling.isSeen(word)).isFalse();
    }
}
