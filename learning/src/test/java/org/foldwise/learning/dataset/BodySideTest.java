package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodySideTest {
    @ParameterizedTest
    @CsvSource({
        "left, true",
        "right lung opacity, true",
        "mass_left, true",
        "Left-sided, true",
        "left2, true",
        "leftEye, true",
        "RechteLunge, true",
        "poumon gauche, true",
        "mano destra, true",
        "MANO IZQUIERDA, true",
        "linksseitiger Erguss, true",
        "Erguss rechtsseitig, true",
        "RECHTSVENTRIKUL\u00c4R, true",
        "poumons gauches, true",
        "lobes droits, true",
        "fracturas derechas, true",
        "lesiones izquierdas, true",
        "rins esquerdos, true",
        "costelas direitas, true",
        "noduli sinistri, true",
        "coste destre, true",
        "ＬＥＦＴ lung, true",
        "leftsided, true",
        "adroit, false",
        "linked, false",
        "bright, false",
        "leftover, false",
        "uprightFilm, false",
        "R, false",
        "R1, false",
        "OD, false",
        "RT, false",
        "ill, false",
        "grade L, false"
    })
    void aLabelIsToldByTheSideWhereAWordOfItNamesOne(String label, boolean isTold) {
        assertThat(BodySide.toldBy(List.of("other", label))).isEqualTo(isTold ? Optional.of(label) : Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "L, R, true",
        "r, l, true",
        "LT, RT, true",
        "OD, OS, true",
        "eye OD, eye OS, true",
        "handL, handR, true",
        "breast_L, breast_R, true",
        "R, left, true",
        "H, L, false",
        "N, L, false",
        "NR, R, false",
        "L1, R1, false",
        "LT, R, false",
        "grade L, grade R2, false",
        "grade L, right, true"
    })
    void aLetterIsASideWhereTheOtherOneStandsBesideIt(String one, String other, boolean areTold) {
        assertThat(BodySide.toldBy(List.of("none", one, other)).isPresent()).isEqualTo(areTold);
    }

    @ParameterizedTest
    @CsvSource({
        "L, LEFT",
        " right , RIGHT",
        "OD, RIGHT",
        "os, LEFT",
        "links, LEFT",
        "rechtsseitig, RIGHT",
        "Ｌ, LEFT",
        "U, ",
        "B, ",
        "left eye, "
    })
    void aWordOfASideAloneIsOne(String word, @Nullable BodySide side) {
        assertThat(BodySide.of(word)).isEqualTo(Optional.ofNullable(side));
    }
}
