package org.foldwise.learning.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PatientKeyDoubtTest {
    @ParameterizedTest
    @CsvSource({
        "IM-0001, a/b/IM-0001.dcm, FILE_NAME",
        "im0001, a/b/IM-0001.dcm, FILE_NAME",
        "b/IM-0001, a/b/IM-0001.dcm, FILE_NAME",
        "IM-0001.dcm, a/b/IM-0001.dcm, FILE_NAME_WITH_EXTENSION",
        "a/b/IM-0001.DCM, a/b/IM-0001.dcm, FILE_NAME_WITH_EXTENSION",
        "vol.nii.gz, vol.nii.gz, FILE_NAME_WITH_EXTENSION",
        "1.2.3.4, x.dcm, INSTANCE",
        "PAT.0001, a/PAT.0001, FILE_NAME",
        "1.2.826.77.1, 1.2.826.77.1, FILE_NAME",
        "S01.P0001, d/S01.P0001, FILE_NAME",
        "1007.a, 1007.a, FILE_NAME",
        "S01.P0001.ima, S01.P0001.IMA, FILE_NAME_WITH_EXTENSION",
        "PAT.0001.dcm, PAT.0001.dcm, FILE_NAME_WITH_EXTENSION",
        "ANONYMOUS, x.dcm, PLACEHOLDER",
        "Anonymous^Male, x.dcm, PLACEHOLDER",
        "ANON^^, x.dcm, PLACEHOLDER",
        "ID_REMOVED, x.dcm, PLACEHOLDER",
        "anonymous patient, x.dcm, PLACEHOLDER",
        "000000, x.dcm, PLACEHOLDER",
        "UNKNOWN^UNKNOWN, x.dcm, PLACEHOLDER",
        "NULL^NULL, x.dcm, PLACEHOLDER",
        "PATIENT^ID, x.dcm, PLACEHOLDER",
        "NO_ID, x.dcm, PLACEHOLDER",
        "not available, x.dcm, PLACEHOLDER",
        "Unknown Patient, x.dcm, PLACEHOLDER",
        "Patient unbekannt, x.dcm, PLACEHOLDER",
        "dummy, x.dcm, PLACEHOLDER",
        "XXXXXX, x.dcm, PLACEHOLDER",
        "unk, unk.dcm, PLACEHOLDER"
    })
    void isToldWhileTheKeyIsAWord(String key, String file, PatientKeyDoubt expected) {
        assertThat(doubt(key, file)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "P07",
                "a/b",
                "1.2.3.5",
                "IM",
                "0",
                "9999",
                "-IM-00012",
                "anon_001",
                "N^A",
                "patient 7",
                "NO7",
                "Testa^Anna",
                "male"
            })
    void isNoneOfAKeyOfItsOwn(String key) {
        assertThat(doubt(key, "a/b/IM-0001.dcm")).isNull();
    }

    @Test
    void isNoneOfAFileWithoutAName() {
        assertThat(FileNames.isCalled("a/-.dcm", "P7")).isFalse();
        assertThat(FileNames.isCalled("a/-.dcm", "--")).isFalse();
    }

    private static @Nullable PatientKeyDoubt doubt(String key, String file) {
        return PatientKeyDoubt.of(key, "1.2.3.4", file);
    }
}
