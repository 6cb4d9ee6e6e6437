package org.foldwise.api.split;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.GivenSplit;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.registry.LowerCamelCase;
import org.jspecify.annotations.Nullable;

/** Assignments as a table. */
final class AssignmentCsv {
    private static final String REPEAT = "repeat";
    private static final int NO_REPEAT = -1;
    private static final String KEEP_TOGETHER = "keepTogether";
    private static final CSVFormat ONCE =
            CSVFormat.RFC4180.builder().setHeader("fold", "patient", "role").get();
    private static final CSVFormat REPEATED = CSVFormat.RFC4180
            .builder()
            .setHeader("fold", "patient", "role", REPEAT)
            .get();
    private static final String BYTE_ORDER_MARK = "\ufeff";
    private static final String FORMULA_BEGINNINGS = "=+-@\t\r";

    private AssignmentCsv() {}

    /** With a column {@code repeat} where the folds are of several repeats; folds are numbered on over them all the same. */
    static String of(AssignmentResponse.All assignments) {
        StringBuilder text = new StringBuilder();
        boolean repeated = assignments.repeats() > 1;
        int folds = assignments.assignments().stream()
                        .mapToInt(AssignmentResponse::fold)
                        .max()
                        .orElse(Fold.DEVELOPMENT)
                + 1;
        try (CSVPrinter printer = new CSVPrinter(text, repeated ? REPEATED : ONCE)) {
            for (AssignmentResponse assignment : assignments.assignments()) {
                int fold = assignment.fold();
                printer.print(fold);
                printer.print(harmless(assignment.patient()));
                printer.print(LowerCamelCase.of(assignment.role()));
                if (repeated) {
                    printer.print(fold == Fold.DEVELOPMENT ? "" : fold * assignments.repeats() / folds);
                }
                printer.println();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string builder does not fail", e);
        }
        return text.toString();
    }

    /**
     * Reads a table of roles in UTF-8, with commas, semicolons or tabs. The columns {@code patient} and {@code role} must be there;
     * without {@code fold}, every row is of the development fold. With {@code repeat} the folds of each repeat are numbered from 0 on or
     * go on from those of the repeat before; the development fold is of no repeat. With {@code keepTogether} patients of rows with the same
     * word there are one group.
     *
     * @throws RefusedException with every row that cannot be read
     */
    static AssignmentTable read(byte[] table) {
        String text = new String(table, StandardCharsets.UTF_8);
        text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        List<Mistake> mistakes = new ArrayList<>();
        List<RoleAssignment> rows = new ArrayList<>();
        List<Integer> repeats = new ArrayList<>();
        List<String> together = new ArrayList<>();
        boolean repeated = false;
        try (CSVParser parser = reading(text).parse(new StringReader(text))) {
            List<String> columns = parser.getHeaderNames();
            for (String column : List.of("patient", "role")) {
                if (!columns.contains(column)) {
                    mistakes.add(new Mistake("/header", "has no column '" + column + "'"));
                }
            }
            int index = 0;
            for (CSVRecord row : mistakes.isEmpty() ? parser : List.<CSVRecord>of()) {
                String pointer = Mistake.pointer("/row", index++);
                RoleAssignment assignment = assignment(row, columns.contains("fold"), pointer, mistakes);
                if (assignment != null) {
                    rows.add(assignment);
                    repeats.add(
                            columns.contains(REPEAT) && assignment.fold() != Fold.DEVELOPMENT
                                    ? repeat(row, pointer, mistakes)
                                    : NO_REPEAT);
                    together.add(columns.contains(KEEP_TOGETHER) ? row.get(KEEP_TOGETHER) : "");
                }
            }
            repeated = columns.contains(REPEAT);
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            mistakes.add(new Mistake("/row", "the table ends within quotes, or its header repeats a name"));
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        List<SortedSet<PatientId>> groups = AssignmentTable.together(rows, together);
        return repeated
                ? numbered(rows, repeats, groups)
                : new AssignmentTable(rows, 1, GivenSplit.FoldNumbers.FROM_ZERO, groups);
    }

    /** Reads in which repeat a row's fold is. */
    private static int repeat(CSVRecord row, String pointer, List<Mistake> mistakes) {
        try {
            int repeat = Integer.parseInt(row.get(REPEAT));
            if (repeat >= 0) {
                return repeat;
            }
        } catch (NumberFormatException e) {
            // told below, as what is no repeat's number either
        }
        mistakes.add(
                new Mistake(pointer, "needs the number of a repeat, 0 or more, as every row has whose fold is not -1"));
        return NO_REPEAT;
    }

    /**
     * Numbers folds on over the repeats, in the order of the numbers that repeats and folds have.
     *
     * @throws RefusedException if repeats have unequal numbers of folds
     */
    private static AssignmentTable numbered(
            List<RoleAssignment> rows, List<Integer> repeats, List<SortedSet<PatientId>> groups) {
        SortedMap<Integer, SortedSet<Integer>> foldsOf = new TreeMap<>();
        for (int row = 0; row < rows.size(); row++) {
            int fold = rows.get(row).fold();
            if (fold != Fold.DEVELOPMENT) {
                foldsOf.computeIfAbsent(repeats.get(row), repeat -> new TreeSet<>())
                        .add(fold);
            }
        }
        Map<Integer, Map<Integer, Integer>> numberOf = new HashMap<>();
        List<Integer> numbers = new ArrayList<>();
        Set<Integer> sizes = new TreeSet<>();
        for (Map.Entry<Integer, SortedSet<Integer>> repeat : foldsOf.entrySet()) {
            Map<Integer, Integer> ofRepeat = new HashMap<>();
            for (int fold : repeat.getValue()) {
                ofRepeat.put(fold, numbers.size());
                numbers.add(fold);
            }
            numberOf.put(repeat.getKey(), ofRepeat);
            sizes.add(ofRepeat.size());
        }
        if (sizes.size() > 1) {
            throw RefusedException.invalid("/row", "repeats must have equally many folds, had " + sizes);
        }
        List<RoleAssignment> numbered = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            RoleAssignment one = rows.get(row);
            int fold = numberOf.getOrDefault(repeats.get(row), Map.of()).getOrDefault(one.fold(), one.fold());
            numbered.add(new RoleAssignment(fold, one.patient(), one.role()));
        }
        return new AssignmentTable(
                numbered,
                Math.max(1, foldsOf.size()),
                new GivenSplit.FoldNumbers(numbers, List.copyOf(foldsOf.keySet())),
                groups);
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
            CSVRecord row, boolean hasFold, String pointer, List<Mistake> mistakes) {
        if (!row.isConsistent()) {
            mistakes.add(new Mistake(pointer, "has another number of cells than the header"));
            return null;
        }
        try {
            String patient = row.get("patient");
            boolean escaped = patient.length() > 1
                    && patient.charAt(0) == '\''
                    && FORMULA_BEGINNINGS.indexOf(patient.charAt(1)) >= 0;
            int fold = hasFold ? Integer.parseInt(row.get("fold")) : Fold.DEVELOPMENT;
            if (fold < Fold.DEVELOPMENT) {
                mistakes.add(new Mistake(pointer, "fold must be -1 or more, was " + fold));
                return null;
            }
            return new RoleAssignment(
                    fold,
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
