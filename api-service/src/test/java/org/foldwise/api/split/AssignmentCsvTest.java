package org.foldwise.api.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssignmentCsvTest {
    private static byte[] table(String role) {
        return ("patient,role\r\np1," + role + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Mistake mistake(byte[] table) {
        return catchThrowableOfType(RefusedException.class, () -> AssignmentCsv.read(table))
                .mistakes()
                .get(0);
    }

    @Test
    void whatIsWrittenIsReadAgainHoweverPatientsAreCalled() {
        List<String> patients = List.of("=A", "'=A", "''=A", "'A", "-1", "'-1", "@", "''", "+", "p1");
        List<AssignmentResponse> assignments = patients.stream()
                .map(patient -> new AssignmentResponse(Fold.DEVELOPMENT, patient, Role.TRAIN, null))
                .toList();

        String csv = AssignmentCsv.of(new AssignmentResponse.All(1, assignments));

        assertThat(csv.lines().skip(1).map(line -> line.charAt(line.indexOf(',') + 1)))
                .doesNotContain('=', '+', '-', '@');
        assertThat(AssignmentCsv.read(csv.getBytes(StandardCharsets.UTF_8)).rows().stream()
                        .map(RoleAssignment::patient)
                        .map(PatientId::value))
                .containsExactlyElementsOf(patients);
    }

    /** The row above the header counts, as a spreadsheet that writes it does. */
    @ParameterizedTest
    @ValueSource(strings = {"sep=,\r\n", "\"sep=,\"\r\n", "SEP=,,\n"})
    void aFirstLineMayNameTheSeparator(String line) {
        byte[] table = (line + "patient,role\r\np1,train\r\n").getBytes(StandardCharsets.UTF_8);

        assertThat(AssignmentCsv.read(table).rows()).hasSize(1);
        assertThat(mistake((line + "patient,role\r\np1,nurse\r\n").getBytes(StandardCharsets.UTF_8))
                        .pointer())
                .isEqualTo("/row/3");
    }

    @ParameterizedTest
    @CsvSource({
        "val, validation",
        "Valid, validation",
        "Validierung, validation",
        "Train, train",
        "Training, train",
        "TEST, test",
        "tset, test",
        "held-out, heldOut",
        "drop, dropped"
    })
    void saysWhichRoleMayBeMeant(String word, String role) {
        assertThat(mistake(table(word)).detail())
                .isEqualTo("role must be one of train, validation, heldOut, test, dropped; did you mean " + role + "?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"calibration", "x", "Lernmenge"})
    void guessesNothingOfOtherWords(String word) {
        assertThat(mistake(table(word)).detail()).endsWith("dropped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
    void namesTheEncodingOfTablesThatAreNotOfUtf8(String charset) {
        byte[] wide = new String(table("train"), StandardCharsets.UTF_8).getBytes(Charset.forName(charset));

        assertThat(mistake(wide))
                .isEqualTo(
                        new Mistake("/header", "the table is text in UTF-16, not in UTF-8; save it as CSV in UTF-8"));
        assertThat(mistake("patient,role\nM\u00fcller,train\n".getBytes(StandardCharsets.ISO_8859_1)))
                .isEqualTo(new Mistake("/header", "the table is not UTF-8; save it as CSV in UTF-8"));
    }
}
