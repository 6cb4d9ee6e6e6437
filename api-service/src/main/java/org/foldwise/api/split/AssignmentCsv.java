package org.foldwise.api.split;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.registry.LowerCamelCase;
import org.jspecify.annotations.Nullable;

/** Assignments as a table. */
final class AssignmentCsv {
    private static final CSVFormat FORMAT =
            CSVFormat.RFC4180.builder().setHeader("fold", "patient", "role").get();
    private static final String BYTE_ORDER_MARK = "\ufeff";
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

    /**
     * Reads a table of roles in UTF-8, with commas, semicolons or tabs. The columns {@code patient} and {@code role} must be there;
     * without {@code fold}, every row is of the development fold.
     *
     * @throws RefusedException with every row that cannot be read
     */
    static List<RoleAssignment> read(byte[] table) {
        String text = new String(table, StandardCharsets.UTF_8);
        text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        List<Mistake> mistakes = new ArrayList<>();
        List<RoleAssignment> rows = new ArrayList<>();
        try (CSVParser parser = reading(text).parse(new StringReader(text))) {
            List<String> columns = parser.getHeaderNames();
            for (String column : List.of("patient", "role")) {
                if (!columns.contains(column)) {
                    mistakes.add(new Mistake("/header", "has no column '" + column + "'"));
                }
            }
            for (CSVRecord row : mistakes.isEmpty() ? parser : List.<CSVRecord>of()) {
                RoleAssignment assignment = assignment(row, columns.contains("fold"), rows.size(), mistakes);
                if (assignment != null) {
                    rows.add(assignment);
                }
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            mistakes.add(new Mistake("/row", "the table ends within quotes, or its header repeats a name"));
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        return rows;
    }

    private static CSVFormat reading(String text) {
        String header = text.lines().findFirst().orElse("");
        char delimiter = header.indexOf('\t') >= 0 ? '\t' : header.indexOf(';') >= 0 ? ';' : ',';
        return CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter)
                .setHeader()
                .setSkipHeaderRecord(true)
                .setTrim(true)
                .setIgnoreEmptyLines(true)
                .get();
    }

    private static @Nullable RoleAssignment assignment(
            CSVRecord row, boolean hasFold, int index, List<Mistake> mistakes) {
        String pointer = Mistake.pointer("/row", index + mistakes.size());
        if (!row.isConsistent()) {
            mistakes.add(new Mistake(pointer, "has another number of cells than the header"));
            return null;
        }
        try {
            String patient = row.get("patient");
            boolean escaped = patient.length() > 1
                    && patient.charAt(0) == '\''
                    && FORMULA_BEGINNINGS.indexOf(patient.charAt(1)) >= 0;
            return new RoleAssignment(
                    hasFold ? Integer.parseInt(row.get("fold")) : Fold.DEVELOPMENT,
                    new PatientId(escaped ? patient.substring(1) : patient),
                    LowerCamelCase.parse(Role.class, row.get("role")));
        } catch (IllegalArgumentException e) {
            mistakes.add(new Mistake(
                    pointer,
                    "needs a patient's id, one of the roles " + String.join(", ", WireNames.of(Role.class))
                            + (hasFold ? ", and the number of a fold" : "")));
            return null;
        }
    }

    /** What a spreadsheet would compute gets an apostrophe in front, by which spreadsheets know it as text. */
    private static String harmless(String cell) {
        return FORMULA_BEGINNINGS.indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    }
}
