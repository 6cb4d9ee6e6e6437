package org.foldwise.learning.dataset.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.dataset.layout.DatasetLayout.Dicom;
import org.jspecify.annotations.Nullable;

/**
 * The labels of a tree of DICOM files: a CSV file like a manifest, with a key and labels in each row, and site and attributes where the
 * layout names columns for them. Mistakes name rows and columns, never what stands in a cell.
 */
public final class LabelTable {
    private static final String KEY = "key";
    private static final String LABEL = "label";
    private static final String SITE = "site";

    private LabelTable() {}

    /**
     * What a row says of the images with its key.
     *
     * @param labels what they show
     * @param labelCells the cells that say so, in the order of the layout's columns
     * @param site absent where nothing is said
     * @param attributes the values of the layout's attributes, in their order; empty where nothing is said
     */
    record Entry(List<String> labels, List<String> labelCells, @Nullable String site, List<String> attributes) {
        Entry {
            labels = List.copyOf(labels);
            labelCells = List.copyOf(labelCells);
            attributes = List.copyOf(attributes);
        }
    }

    /**
     * A table with the same keys, labels, sites and attributes, and nothing else, whose keys are pseudonyms. Only such a table may be kept.
     *
     * @param task what is asked of an image, by which a row has one label or may have several
     * @param pseudonym turns identifiers into what the images' metadata hold; not asked where keys are names of files
     * @throws LayoutException if it is no table, or has empty cells or keys with two labels, sites or attributes
     */
    public static byte[] pseudonymized(byte[] csv, Dicom layout, Task task, UnaryOperator<String> pseudonym)
            throws LayoutException {
        LabelCells cellsOfLabels = LabelCells.of(layout, task.isExclusive());
        List<Wanted> wanted = new ArrayList<>();
        wanted.add(new Wanted(layout.keyColumn(), "keyColumn"));
        cellsOfLabels
                .columns()
                .forEach(column ->
                        wanted.add(new Wanted(column, cellsOfLabels.isByColumn() ? "labelColumns" : "labelColumn")));
        String siteColumn = layout.siteColumn();
        if (siteColumn != null) {
            wanted.add(new Wanted(siteColumn, "siteColumn"));
        }
        layout.attributes().forEach(attribute -> wanted.add(new Wanted(attribute, "attributes")));
        Map<String, Entry> entries = read(ManifestBytes.of(csv), new ByName(wanted), cellsOfLabels, siteColumn != null);
        StringBuilder text = new StringBuilder();
        try (CSVPrinter printer = new CSVPrinter(text, CSVFormat.RFC4180)) {
            List<String> header = new ArrayList<>(List.of(KEY));
            header.addAll(cellsOfLabels.isByColumn() ? cellsOfLabels.columns() : List.of(LABEL));
            if (siteColumn != null) {
                header.add(SITE);
            }
            header.addAll(layout.attributes());
            printer.printRecord(header);
            for (Map.Entry<String, Entry> row : entries.entrySet()) {
                String key = row.getKey();
                List<String> cells = new ArrayList<>();
                cells.add(layout.key() == LabelKey.FILE ? key : pseudonym.apply(key));
                cells.addAll(row.getValue().labelCells());
                if (siteColumn != null) {
                    String site = row.getValue().site();
                    cells.add(site == null ? "" : site);
                }
                cells.addAll(row.getValue().attributes());
                printer.printRecord(cells);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a text cannot be written to memory", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** What is said by key in a table that {@link #pseudonymized} made. */
    static Map<String, Entry> read(ManifestBytes kept, Dicom layout, Task task) throws LayoutException {
        boolean hasSite = layout.siteColumn() != null;
        LabelCells labels = LabelCells.of(layout, task.isExclusive());
        int count = 1
                + labels.columns().size()
                + (hasSite ? 1 : 0)
                + layout.attributes().size();
        return read(kept, new InOrder(count), labels, hasSite);
    }

    private static Map<String, Entry> read(ManifestBytes csv, Columns columns, LabelCells labels, boolean hasSite)
            throws LayoutException {
        String otherKind = csv.fault();
        if (otherKind != null) {
            throw new LayoutException(List.of(new LayoutMistake("manifest", otherKind)));
        }
        List<LayoutMistake> mistakes = new ArrayList<>();
        Map<String, Entry> entries = new LinkedHashMap<>();
        try {
            String text = csv.text();
            try (CsvTable table = CsvTable.of(text)) {
                Rows rows = new Rows(table, columns, labels, hasSite, entries, mistakes);
                table.forEach(rows::add);
            }
        } catch (CharacterCodingException e) {
            mistakes.add(new LayoutMistake("manifest", "is not UTF-8; save it as CSV in UTF-8"));
        } catch (IOException | UncheckedIOException e) {
            mistakes.add(new LayoutMistake("manifest", "is no CSV file: a quoted cell does not end as it should"));
        }
        if (mistakes.isEmpty() && entries.isEmpty()) {
            mistakes.add(new LayoutMistake("manifest", "has no rows below its header"));
        }
        if (!mistakes.isEmpty()) {
            throw new LayoutException(mistakes);
        }
        return entries;
    }

    /**
     * A column that a layout names.
     *
     * @param purpose the layout's field that names it
     */
    private record Wanted(String column, String purpose) {}

    /** Where the columns are: that of the key, those of the labels, that of the site where there is one, and of the attributes. */
    private sealed interface Columns {}

    /** In a table as people make it, by the names in its header. */
    private record ByName(List<Wanted> wanted) implements Columns {}

    /** In a table that was kept, one after the other. */
    private record InOrder(int count) implements Columns {}

    /** The rows read so far. */
    private static final class Rows {
        private final CsvTable table;
        private final Columns columns;
        private final LabelCells labelCells;
        private final boolean hasSite;
        private final Map<String, Entry> entries;
        private final List<LayoutMistake> mistakes;
        private final List<Integer> positions = new ArrayList<>();
        private final List<String> names = new ArrayList<>();

        private Rows(
                CsvTable table,
                Columns columns,
                LabelCells labelCells,
                boolean hasSite,
                Map<String, Entry> entries,
                List<LayoutMistake> mistakes) {
            this.table = table;
            this.columns = columns;
            this.labelCells = labelCells;
            this.hasSite = hasSite;
            this.entries = entries;
            this.mistakes = mistakes;
            if (!table.header().isEmpty()) {
                header(table.header());
            }
        }

        private void add(CsvTable.Row row) {
            LayoutMistake fault = columns instanceof ByName ? table.fault(row) : null;
            if (fault != null) {
                mistakes.add(fault);
                return;
            }
            if (positions.contains(-1)) {
                return;
            }
            int before = mistakes.size();
            String key = cell(row, 0);
            if (key.isEmpty()) {
                mistake(row, 0, "is empty; every row needs a key");
            }
            requireText(row, 0);
            int firstOther = 1 + labelCells.columns().size();
            List<String> cells = cells(row, 1, firstOther);
            List<String> labels = labelCells.labels(row.number(), cells, mistakes);
            for (int i = firstOther; i < positions.size(); i++) {
                requireText(row, i);
            }
            if (mistakes.size() > before) {
                return;
            }
            String site = hasSite ? cell(row, firstOther) : "";
            Entry entry = new Entry(
                    labels,
                    cells,
                    site.isEmpty() ? null : site,
                    cells(row, firstOther + (hasSite ? 1 : 0), positions.size()));
            Entry earlier = entries.putIfAbsent(key, entry);
            if (earlier != null && !earlier.labels().equals(labels)) {
                mistake(row, 0, "has another label than an earlier row with the same key; keep one of them");
            } else if (earlier != null
                    && !(Objects.equals(earlier.site(), entry.site())
                            && earlier.attributes().equals(entry.attributes()))) {
                mistake(
                        row,
                        0,
                        "has another site or attribute than an earlier row with the same key; keep one of them, or let rows"
                                + " be about images");
            }
        }

        private List<String> cells(CsvTable.Row row, int from, int to) {
            List<String> cells = new ArrayList<>();
            for (int i = from; i < to; i++) {
                cells.add(cell(row, i));
            }
            return cells;
        }

        private void header(List<String> header) {
            if (columns instanceof ByName byName) {
                byName.wanted().forEach(wanted -> {
                    names.add(wanted.column());
                    positions.add(position(header, wanted));
                });
                return;
            }
            for (int i = 0; i < ((InOrder) columns).count(); i++) {
                names.add(i < header.size() ? header.get(i) : "");
                positions.add(i);
            }
        }

        private int position(List<String> header, Wanted wanted) {
            int found = -1;
            for (int i = 0; i < header.size(); i++) {
                if (header.get(i).equals(wanted.column())) {
                    if (found >= 0) {
                        mistakes.add(new LayoutMistake("column " + (i + 1), "has the same name as another column"));
                    }
                    found = i;
                }
            }
            if (found < 0) {
                mistakes.add(new LayoutMistake(
                        "column " + wanted.column(),
                        "is not in the table's header, but " + wanted.purpose() + " names it"));
            }
            return found;
        }

        private String cell(CsvTable.Row row, int column) {
            return row.cell(positions.get(column));
        }

        private void requireText(CsvTable.Row row, int column) {
            CsvTable.requireText(row.number(), names.get(column), cell(row, column), mistakes);
        }

        private void mistake(CsvTable.Row row, int column, String detail) {
            mistakes.add(new LayoutMistake("row " + row.number() + ", column " + names.get(column), detail));
        }
    }
}
