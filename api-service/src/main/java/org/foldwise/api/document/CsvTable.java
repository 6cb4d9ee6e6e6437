package org.foldwise.api.document;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/**
 * A table to be downloaded.
 *
 * @param columns names of the columns
 * @param rows of numbers, truth values and texts; of a text that a spreadsheet would compute, an apostrophe makes a text
 */
record CsvTable(List<String> columns, List<List<Object>> rows) {
    private static final String FORMULA_BEGINNINGS = "=+-@\t\r";

    CsvTable {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /** The table by RFC 4180, numbers to the last bit. */
    String text() {
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader(columns.toArray(String[]::new))
                .get();
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, format)) {
            for (List<Object> row : rows) {
                printer.printRecord(row.stream().map(CsvTable::harmless));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a string builder does not fail", e);
        }
        return text.toString();
    }

    private static Object harmless(Object cell) {
        return cell instanceof String text && !text.isEmpty() && FORMULA_BEGINNINGS.indexOf(text.charAt(0)) >= 0
                ? "'" + text
                : cell;
    }
}
