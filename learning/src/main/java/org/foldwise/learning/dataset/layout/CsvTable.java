package org.foldwise.learning.dataset.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.foldwise.learning.dataset.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * A header and the rows below it, cut out of the text of a CSV file (RFC 4180) as spreadsheets write them: separated by comma, semicolon
 * or tab, which is read off the header, or by what a first line {@code sep=;} names. Rows whose cells are all empty do not count, nor do
 * the header's last cells where they are empty. Blanks around cells are left out ({@link Spelling#stripped}). A quoted cell that does not end as it should is an
 * {@link UncheckedIOException} of whoever asks for the next row, and an {@link IOException} of whoever opens the table.
 */
final class CsvTable implements Iterable<CsvTable.Row>, AutoCloseable {
    private static final Pattern SEPARATOR_LINE =
            Pattern.compile("(?:\"sep=([,;\t|])\"|sep=([,;\t|]))[,;\t|]*(?:\r\n|\r|\n|$)", Pattern.CASE_INSENSITIVE);

    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final int linesAbove;
    private final int width;
    private final List<String> header;

    private CsvTable(CSVParser parser, int linesAbove) {
        this.parser = parser;
        this.records = parser.iterator();
        this.linesAbove = linesAbove;
        Row first = next();
        this.width = first == null ? 0 : first.cells().size();
        this.header = first == null ? List.of() : withoutEmptyEnd(first.cells());
    }

    /**
     * A row with something in it.
     *
     * @param number of the row as a spreadsheet shows it, that of the header being 1 in most files
     * @param cells without blanks around them
     */
    record Row(long number, List<String> cells) {
        /** Empty where the row ends before it. */
        String cell(int position) {
            return position < cells.size() ? cells.get(position) : "";
        }
    }

    /**
     * Reads the header.
     *
     * @throws IOException if a quoted cell of the header does not end as it should
     */
    static CsvTable of(String text) throws IOException {
        Matcher line = SEPARATOR_LINE.matcher(text);
        boolean isNamed = line.lookingAt();
        String table = isNamed ? text.substring(line.end()) : text;
        String named = isNamed ? (line.group(1) == null ? line.group(2) : line.group(1)) : null;
        CSVParser parser = CSVParser.parse(
                table,
                CSVFormat.RFC4180
                        .builder()
                        .setDelimiter(named == null ? delimiter(table) : named.charAt(0))
                        .setIgnoreEmptyLines(false)
                        .get());
        try {
            return new CsvTable(parser, isNamed ? 1 : 0);
        } catch (UncheckedIOException e) {
            parser.close();
            throw e.getCause();
        }
    }

    /** What stands most often in the first line, outside of quotes; of equals the comma, then the semicolon. */
    private static char delimiter(String text) {
        int[] counts = new int[3];
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (character == '"') {
                quoted = !quoted;
            } else if (!quoted && (character == '\n' || character == '\r')) {
                break;
            } else if (!quoted && ",;\t".indexOf(character) >= 0) {
                counts[",;\t".indexOf(character)]++;
            }
        }
        int best = 0;
        for (int i = 1; i < counts.length; i++) {
            best = counts[i] > counts[best] ? i : best;
        }
        return ",;\t".charAt(best);
    }

    private static List<String> withoutEmptyEnd(List<String> cells) {
        int end = cells.size();
        while (end > 0 && cells.get(end - 1).isEmpty()) {
            end--;
        }
        return List.copyOf(cells.subList(0, end));
    }

    /** Names of the columns; empty where the text has no row. */
    List<String> header() {
        return header;
    }

    /** Where columns of this name are. */
    List<Integer> positions(String column) {
        List<Integer> positions = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            if (header.get(i).equals(column)) {
                positions.add(i);
            }
        }
        return positions;
    }

    /** How many lines of the text have been gone through, those of the last row included. */
    long linesRead() {
        return parser.getCurrentLineNumber() + linesAbove;
    }

    /** Why the cells of a row cannot be told apart by the header, if so. */
    @Nullable
    LayoutMistake fault(Row row) {
        String subject = "row " + row.number();
        List<String> cells = row.cells();
        if (cells.size() > width) {
            return new LayoutMistake(
                    subject, "has more cells than the header; put cells that hold a separator between double quotes");
        }
        for (int i = header.size(); i < cells.size(); i++) {
            if (!cells.get(i).isEmpty()) {
                return new LayoutMistake(
                        subject,
                        "has something in column " + (i + 1) + ", which has no name; name the column, or put cells that"
                                + " hold a separator between double quotes");
            }
        }
        return cells.size() < header.size()
                ? new LayoutMistake(
                        subject,
                        "has fewer cells than the header; write an empty cell where there is nothing to say, with its"
                                + " separator")
                : null;
    }

    /** Tells of a cell that holds what no text of one line does. */
    static void requireText(long row, String column, String cell, List<LayoutMistake> mistakes) {
        if (cell.chars().anyMatch(Character::isISOControl)) {
            mistakes.add(new LayoutMistake(
                    "row " + row + ", column " + column, "must not hold control characters, such as line breaks"));
        }
    }

    private @Nullable Row next() {
        while (records.hasNext()) {
            CSVRecord record = records.next();
            List<String> cells = record.stream().map(Spelling::stripped).toList();
            if (!cells.stream().allMatch(String::isEmpty)) {
                return new Row(record.getRecordNumber(), cells);
            }
        }
        return null;
    }

    /** The rows below the header; once only. */
    @Override
    public Iterator<Row> iterator() {
        return new Iterator<>() {
            private @Nullable Row ahead;

            @Override
            public boolean hasNext() {
                if (ahead == null) {
                    ahead = CsvTable.this.next();
                }
                return ahead != null;
            }

            @Override
            public Row next() {
                Row row = hasNext() ? ahead : null;
                if (row == null) {
                    throw new NoSuchElementException();
                }
                ahead = null;
                return row;
            }
        };
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}
