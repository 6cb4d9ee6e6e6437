package org.foldwise.learning.dataset.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.foldwise.learning.dataset.layout.DatasetLayout.Dicom;

/**
 * The labels of a tree of DICOM files: a CSV file like a manifest, with a key and a label in each row. Mistakes name rows and
 * columns, never what stands in a cell.
 */
public final class LabelTable {
    private static final String KEY = "key";
    private static final String LABEL = "label";

    private LabelTable() {}

    /**
     * A table with the same keys and labels and nothing else, whose keys are pseudonyms. Only such a table may be kept.
     *
     * @param pseudonym turns identifiers into what the images' metadata hold; not asked where keys are names of files
     * @throws LayoutException if it is no table, or has empty cells or keys with two labels
     */
    public static byte[] pseudonymized(byte[] csv, Dicom layout, UnaryOperator<String> pseudonym)
            throws LayoutException {
        Map<String, String> labels = read(ManifestBytes.of(csv), layout.keyColumn(), layout.labelColumn());
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            printer.printRecord(KEY, LABEL);
            for (Map.Entry<String, String> row : labels.entrySet()) {
                String key = row.getKey();
                printer.printRecord(layout.key() == LabelKey.FILE ? key : pseudonym.apply(key), row.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a text cannot be written to memory", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The labels by key of a table that {@link #pseudonymized} made. */
    static Map<String, String> read(ManifestBytes kept) throws LayoutException {
        return read(kept, KEY, LABEL);
    }

    private static Map<String, String> read(ManifestBytes csv, String keyColumn, String labelColumn)
            throws LayoutException {
        List<LayoutMistake> mistakes = new ArrayList<>();
        Map<String, String> labels = new LinkedHashMap<>();
        try {
            String text = csv.text();
            try (CSVParser parser = CSVParser.parse(text, ManifestReader.format(text))) {
                Rows rows = new Rows(keyColumn, labelColumn, labels, mistakes);
                parser.forEach(rows::add);
            }
        } catch (CharacterCodingException e) {
            mistakes.add(new LayoutMistake("manifest", "is not UTF-8; save it as CSV in UTF-8"));
        } catch (IOException | UncheckedIOException e) {
            mistakes.add(new LayoutMistake("manifest", "is no CSV file: a quoted cell does not end as it should"));
        }
        if (mistakes.isEmpty() && labels.isEmpty()) {
            mistakes.add(new LayoutMistake("manifest", "has no rows below its header"));
        }
        if (!mistakes.isEmpty()) {
            throw new LayoutException(mistakes);
        }
        return labels;
    }

    /** The rows read so far; the first is the header. */
    private static final class Rows {
        private final String keyColumn;
        private final String labelColumn;
        private final Map<String, String> labels;
        private final List<LayoutMistake> mistakes;
        private int width;
        private int keyPosition = -1;
        private int labelPosition = -1;

        private Rows(String keyColumn, String labelColumn, Map<String, String> labels, List<LayoutMistake> mistakes) {
            this.keyColumn = keyColumn;
            this.labelColumn = labelColumn;
            this.labels = labels;
            this.mistakes = mistakes;
        }

        private void add(CSVRecord row) {
            if (row.getRecordNumber() == 1) {
                keyPosition = position(row, keyColumn, "keyColumn");
                labelPosition = position(row, labelColumn, "labelColumn");
                width = row.size();
                return;
            }
            if (row.size() > width) {
                mistakes.add(ManifestReader.surplusCells(row));
                return;
            }
            if (keyPosition < 0 || labelPosition < 0) {
                return;
            }
            String key = cell(row, keyPosition, keyColumn);
            String label = cell(row, labelPosition, labelColumn);
            if (key.isEmpty() || label.isEmpty()) {
                return;
            }
            String earlier = labels.putIfAbsent(key, label);
            if (earlier != null && !earlier.equals(label)) {
                mistake(row, keyColumn, "has another label than an earlier row with the same key; keep one of them");
            }
        }

        private int position(CSVRecord header, String column, String purpose) {
            int found = -1;
            for (int i = 0; i < header.size(); i++) {
                if (header.get(i).strip().equals(column)) {
                    if (found >= 0) {
                        mistakes.add(new LayoutMistake("column " + (i + 1), "has the same name as another column"));
                    }
                    found = i;
                }
            }
            if (found < 0) {
                mistakes.add(new LayoutMistake(
                        "column " + column, "is not in the table's header, but " + purpose + " names it"));
            }
            return found;
        }

        private String cell(CSVRecord row, int position, String column) {
            String cell = position < row.size() ? row.get(position).strip() : "";
            if (cell.isEmpty()) {
                mistake(row, column, "is empty; every row needs a key and a label");
            }
            return cell;
        }

        private void mistake(CSVRecord row, String column, String detail) {
            mistakes.add(new LayoutMistake("row " + row.getRecordNumber() + ", column " + column, detail));
        }
    }
}
