package org.foldwise.api.split;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.foldwise.api.problem.Mistake;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Spelling;
import org.foldwise.learning.dataset.layout.ManifestBytes;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.GivenSplit;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.RoleAssignment;
import org.foldwise.registry.LowerCamelCase;
import org.foldwise.registry.settings.EditDistance;
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
    /** What spreadsheets may write, and read, above the header. */
    private static final Pattern SEPARATOR_LINE =
            Pattern.compile("\"?sep=([,;\t|])\"?[,;\t|]*(?:\r\n|\r|\n|$)", Pattern.CASE_INSENSITIVE);

    private static final String FORMULA_BEGINNINGS = "=+-@\t\r";
    /** Letters that roles begin with, each with others. */
    private static final int ROLE_BEGINNING = 3;

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
     * Reads a table of roles in UTF-8, with commas, semicolons or tabs, or what a first line {@code sep=;} names. The columns {@code patient} and {@code role} must be there;
     * without {@code fold}, every row is of the development fold. With {@code repeat} the folds of each repeat are numbered from 0 on or
     * go on from those of the repeat before; the development fold is of no repeat. With {@code keepTogether} patients of rows with the same
     * word there are one group. Blanks around cells are left out, and so are rows without anything in them. Mistakes name rows by the numbers that
     * a spreadsheet shows, that of the header being 1 in most tables.
     *
     * @throws RefusedException with every row that cannot be read
     */
    static AssignmentTable read(byte[] table) {
        String whole = text(ManifestBytes.of(table));
        Matcher separator = SEPARATOR_LINE.matcher(whole);
        int linesAbove = separator.lookingAt() ? 1 : 0;
        String text = linesAbove > 0 ? whole.substring(separator.end()) : whole;
        CSVFormat format = linesAbove > 0 ? separatedBy(separator.group(1).charAt(0)) : reading(text);
        List<Mistake> mistakes = new ArrayList<>();
        List<RoleAssignment> rows = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<Integer> repeats = new ArrayList<>();
        List<String> together = new ArrayList<>();
        List<String> header = List.of();
        try (CSVParser parser = format.parse(new StringReader(text))) {
            for (CSVRecord record : parser) {
                List<String> cells = record.stream().map(Spelling::stripped).toList();
                if (cells.stream().allMatch(String::isEmpty)) {
                    continue;
                }
                if (header.isEmpty()) {
                    header = cells;
                    if (isHeader(header, mistakes)) {
                        continue;
                    }
                    break;
                }
                int number = Math.toIntExact(record.getRecordNumber()) + linesAbove;
                Row row = new Row(header, cells, Mistake.pointer("/row", number));
                RoleAssignment assignment = assignment(row, mistakes);
                if (assignment != null) {
                    rows.add(assignment);
                    numbers.add(number);
                    repeats.add(
                            row.has(REPEAT) && assignment.fold() != Fold.DEVELOPMENT
                                    ? repeat(row, mistakes)
                                    : NO_REPEAT);
                    together.add(row.has(KEEP_TOGETHER) ? row.cell(KEEP_TOGETHER) : "");
                }
            }
            if (header.isEmpty()) {
                isHeader(header, mistakes);
            }
        } catch (IOException | UncheckedIOException e) {
            mistakes.add(new Mistake("/row", "the table ends within quotes, or has something behind closing ones"));
        }
        if (!mistakes.isEmpty()) {
            throw RefusedException.invalid(mistakes);
        }
        List<SortedSet<PatientId>> groups = AssignmentTable.together(rows, together);
        return header.contains(REPEAT)
                ? numbered(rows, repeats, numbers, groups)
                : new AssignmentTable(rows, 1, new GivenSplit.Numbers(List.of(), List.of(), numbers), groups);
    }

    private static String text(ManifestBytes table) {
        String fault = table.fault();
        if (fault != null) {
            throw RefusedException.invalid("/header", "the table " + fault);
        }
        try {
            return table.text();
        } catch (CharacterCodingException e) {
            throw RefusedException.invalid("/header", "the table is not UTF-8; save it as CSV in UTF-8");
        }
    }

    /**
     * A row with something in it.
     *
     * @param header names of the columns
     * @param cells without blanks around them
     * @param pointer of a mistake in it
     */
    private record Row(List<String> header, List<String> cells, String pointer) {
        boolean has(String column) {
            return header.contains(column);
        }

        /** Of a column that there is, in a row as wide as the header. */
        String cell(String column) {
            return cells.get(header.indexOf(column));
        }
    }

    /** Whether it names the columns that are needed, and none twice; what stands in it may be a patient's, where there is no header. */
    private static boolean isHeader(List<String> header, List<Mistake> mistakes) {
        for (String column : List.of("patient", "role")) {
            if (!header.contains(column)) {
                mistakes.add(new Mistake("/header", "has no column '" + column + "'"));
            }
        }
        for (int i = 0; i < header.size(); i++) {
            int first = header.indexOf(header.get(i));
            if (first < i && !header.get(i).isEmpty()) {
                mistakes.add(
                        new Mistake("/header", "has one name in column " + (first + 1) + " and in column " + (i + 1)));
            }
        }
        return mistakes.isEmpty();
    }

    /** Reads in which repeat a row's fold is. */
    private static int repeat(Row row, List<Mistake> mistakes) {
        try {
            int repeat = Integer.parseInt(row.cell(REPEAT));
            if (repeat >= 0) {
                return repeat;
            }
        } catch (NumberFormatException e) {
            // told below, as what is no repeat's number either
        }
        mistakes.add(new Mistake(
                row.pointer(), "needs the number of a repeat, 0 or more, as every row has whose fold is not -1"));
        return NO_REPEAT;
    }

    /**
     * Numbers folds on over the repeats, in the order of the numbers that repeats and folds have.
     *
     * @throws RefusedException if repeats have unequal numbers of folds
     */
    private static AssignmentTable numbered(
            List<RoleAssignment> rows,
            List<Integer> repeats,
            List<Integer> rowNumbers,
            List<SortedSet<PatientId>> groups) {
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
                new GivenSplit.Numbers(numbers, List.copyOf(foldsOf.keySet()), rowNumbers),
                groups);
    }

    private static CSVFormat reading(String text) {
        String header = text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
        char delimiter = header.indexOf('\t') >= 0 ? '\t' : header.indexOf(';') >= 0 ? ';' : ',';
        return separatedBy(delimiter);
    }

    private static CSVFormat separatedBy(char delimiter) {
        // empty lines are rows of a spreadsheet as well, and counted
        return CSVFormat.RFC4180
                .builder()
                .setDelimiter(delimiter)
                .setIgnoreEmptyLines(false)
                .get();
    }

    /** What a row says; absent where it says something wrong. */
    private static @Nullable RoleAssignment assignment(Row row, List<Mistake> mistakes) {
        if (row.cells().size() != row.header().size()) {
            mistakes.add(new Mistake(row.pointer(), "has another number of cells than the header"));
            return null;
        }
        Integer fold = row.has("fold") ? fold(row, mistakes) : (Integer) Fold.DEVELOPMENT;
        PatientId patient = patient(row, mistakes);
        Role role = role(row, mistakes);
        return fold == null || patient == null || role == null ? null : new RoleAssignment(fold, patient, role);
    }

    private static @Nullable Integer fold(Row row, List<Mistake> mistakes) {
        try {
            int fold = Integer.parseInt(row.cell("fold"));
            if (fold >= Fold.DEVELOPMENT) {
                return fold;
            }
            mistakes.add(new Mistake(row.pointer(), "fold must be -1 or more, was " + fold));
        } catch (NumberFormatException e) {
            mistakes.add(new Mistake(row.pointer(), "fold must be a whole number, -1 or more"));
        }
        return null;
    }

    private static @Nullable PatientId patient(Row row, List<Mistake> mistakes) {
        String patient = row.cell("patient");
        boolean escaped = patient.startsWith("'") && isComputed(patient);
        try {
            return new PatientId(escaped ? patient.substring(1) : patient);
        } catch (IllegalArgumentException e) {
            mistakes.add(new Mistake(
                    row.pointer(),
                    patient.isEmpty()
                            ? "patient is empty"
                            : "patient must have at most 128 characters, none of them a control character"));
            return null;
        }
    }

    private static @Nullable Role role(Row row, List<Mistake> mistakes) {
        String cell = row.cell("role");
        try {
            return LowerCamelCase.parse(Role.class, cell);
        } catch (IllegalArgumentException e) {
            List<String> roles = WireNames.of(Role.class);
            mistakes.add(new Mistake(
                    row.pointer(),
                    "role must be one of " + String.join(", ", roles)
                            + roles.stream()
                                    .filter(role -> isAlike(cell, role))
                                    .findFirst()
                                    .map(role -> "; did you mean " + role + "?")
                                    .orElse("")));
            return null;
        }
    }

    /** Whether a word begins as a role does, or differs from it by little. */
    private static boolean isAlike(String word, String role) {
        String plain = plain(word);
        return (plain.length() >= ROLE_BEGINNING && plain(role).startsWith(plain.substring(0, ROLE_BEGINNING)))
                || EditDistance.between(plain, plain(role)) <= 2;
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    }

    /**
     * What a spreadsheet would compute gets an apostrophe in front, by which spreadsheets know it as text; and so does what has one there
     * already, as one is taken away where the table is read.
     */
    private static String harmless(String cell) {
        return isComputed(cell) ? "'" + cell : cell;
    }

    /** Whether it is computed without the apostrophes before it, if any. */
    private static boolean isComputed(String cell) {
        int first = 0;
        while (first < cell.length() && cell.charAt(first) == '\'') {
            first++;
        }
        return first < cell.length() && FORMULA_BEGINNINGS.indexOf(cell.charAt(first)) >= 0;
    }
}
