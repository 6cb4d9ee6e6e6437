package org.foldwise.api.split;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.foldwise.registry.LowerCamelCase;

/** Assignments as a table. */
final class AssignmentCsv {
    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setHeader("fold", "patient", "role").get();
    private static final String FORMULA_BEGINNINGS = "=+-@\t\r";

    private AssignmentCsv() {}

    static String of(AssignmentResponse.All assignments) {
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, FORMAT)) {
            for (AssignmentResponse assignment : assignments.assignments()) {
                printer.printRecord(
                        assignment.fold(), harmless(assignment.patient()), LowerCamelCase.of(assignment.role()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string builder does not fail", e);
        }
        return text.toString();
    }

    /** What a spreadsheet would compute gets an apostrophe in front, by which spreadsheets know it as text. */
    private static String harmless(String cell) {
        return FORMULA_BEGINNINGS.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    }
}
