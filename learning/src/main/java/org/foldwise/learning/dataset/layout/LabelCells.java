package org.foldwise.learning.dataset.layout;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.foldwise.learning.dataset.Spelling;
import org.jspecify.annotations.Nullable;

/**
 * How the cells of a row say what an image shows: in one column, or in one for each label that holds 1 or 0. Mistakes name rows and
 * columns, never what stands in a cell.
 *
 * @param columns the one column, or those named like the labels
 * @param isByColumn whether each label has a column
 * @param separator what stands between labels in a cell; absent: {@value #SEPARATOR}
 * @param emptyLabel the word that stands for no label; absent: an empty cell does
 * @param isExclusive whether each image has one label
 */
record LabelCells(
        List<String> columns,
        boolean isByColumn,
        @Nullable String separator,
        @Nullable String emptyLabel,
        boolean isExclusive) {
    private static final String SEPARATOR = "|";
    /** Spreadsheets and tables of other programs write whole numbers as they like. */
    private static final Set<String> YES = Set.of("1", "1.0");

    private static final Set<String> NO = Set.of("0", "0.0");

    LabelCells {
        columns = List.copyOf(columns);
    }

    static LabelCells of(DatasetLayout.Manifest layout, boolean isExclusive) {
        String label = layout.columns().label();
        return of(label, layout.columns().labels(), layout.separator(), layout.emptyLabel(), isExclusive);
    }

    static LabelCells of(DatasetLayout.Dicom layout, boolean isExclusive) {
        return of(layout.labelColumn(), layout.labelColumns(), layout.separator(), layout.emptyLabel(), isExclusive);
    }

    private static LabelCells of(
            @Nullable String column,
            List<String> columns,
            @Nullable String separator,
            @Nullable String emptyLabel,
            boolean isExclusive) {
        return new LabelCells(
                column == null ? columns : List.of(column), column == null, separator, emptyLabel, isExclusive);
    }

    /**
     * The labels of a row; where there is a mistake, what could be read.
     *
     * @param row number for people, the header being 1
     * @param cells those of {@link #columns}, without blanks around them
     */
    List<String> labels(long row, List<String> cells, List<LayoutMistake> mistakes) {
        if (isByColumn) {
            return fromColumns(row, cells, mistakes);
        }
        return isExclusive ? one(row, cells.get(0), mistakes) : several(row, cells.get(0), mistakes);
    }

    private List<String> one(long row, String cell, List<LayoutMistake> mistakes) {
        if (cell.isEmpty()) {
            mistakes.add(mistake(row, 0, "is empty; every image needs a label"));
            return List.of();
        }
        CsvTable.requireText(row, columns.get(0), cell, mistakes);
        return List.of(cell);
    }

    private List<String> several(long row, String cell, List<LayoutMistake> mistakes) {
        if (cell.isEmpty()) {
            if (emptyLabel != null) {
                mistakes.add(mistake(row, 0, "is empty; write '" + emptyLabel + "' where an image shows nothing"));
            }
            return List.of();
        }
        Set<String> labels = new TreeSet<>();
        for (String part : cell.split(Pattern.quote(separator == null ? SEPARATOR : separator), -1)) {
            String label = Spelling.stripped(part);
            if (label.isEmpty()) {
                mistakes.add(mistake(row, 0, "has a separator beside which no label stands"));
                return List.of();
            }
            labels.add(label);
        }
        if (emptyLabel != null && labels.remove(emptyLabel) && !labels.isEmpty()) {
            mistakes.add(mistake(row, 0, "has labels beside '" + emptyLabel + "', which says that there are none"));
        }
        // after the cut: what stands between labels may be a line break
        CsvTable.requireText(row, columns.get(0), String.join("", labels), mistakes);
        return List.copyOf(labels);
    }

    private List<String> fromColumns(long row, List<String> cells, List<LayoutMistake> mistakes) {
        List<String> labels = new ArrayList<>();
        int before = mistakes.size();
        for (int i = 0; i < columns.size(); i++) {
            if (YES.contains(cells.get(i))) {
                labels.add(columns.get(i));
            } else if (!NO.contains(cells.get(i))) {
                mistakes.add(mistake(row, i, "must be 1 or 0: decide what is uncertain before you upload it"));
            }
        }
        if (isExclusive && labels.size() != 1 && mistakes.size() == before) {
            mistakes.add(new LayoutMistake(
                    "row " + row,
                    "has a 1 in " + labels.size()
                            + " of the columns of labels; classes exclude each other, so one is needed"));
        }
        return labels;
    }

    private LayoutMistake mistake(long row, int column, String detail) {
        return new LayoutMistake("row " + row + ", column " + columns.get(column), detail);
    }
}
