package org.foldwise.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a section consists of. */
public sealed interface Block {

    /**
     * Running text.
     *
     * @param text of one paragraph
     * @param isCaution whether the reader must not miss it; it is framed, so that it stands out without colours
     */
    record Paragraph(String text, boolean isCaution) implements Block {}

    /**
     * Facts, one a line.
     *
     * @param facts in order
     */
    record Facts(List<Fact> facts) implements Block {
        public Facts {
            facts = List.copyOf(facts);
        }
    }

    /**
     * A fact and where it is recorded.
     *
     * @param name what it is
     * @param value the fact
     * @param source the address or name of the record it was read from
     */
    record Fact(String name, String value, String source) {}

    /**
     * A table.
     *
     * @param caption what it shows
     * @param columns at least one
     * @param rows each with a text for every column
     * @param source the address or name of the record that the rows were read from; where every row names its own, of what lists them
     */
    record Table(String caption, List<Column> columns, List<List<String>> rows, String source) implements Block {
        public Table {
            columns = List.copyOf(columns);
            rows = rows.stream().map(List::copyOf).toList();
            for (List<String> row : rows) {
                if (row.size() != columns.size()) {
                    throw new IllegalArgumentException("a row of '" + caption + "' must have " + columns.size()
                            + " texts, one for each column, had " + row.size());
                }
            }
        }
    }

    /**
     * A column of a table.
     *
     * @param name its heading
     * @param isNumeric whether its texts stand at the right
     * @param percent of the table's width; 0 where the texts decide
     */
    record Column(String name, boolean isNumeric, int percent) {
        public Column {
            if (percent < 0 || percent > 100) {
                throw new IllegalArgumentException("percent must be 0 to 100, was " + percent);
            }
        }

        /** A column of words. */
        public static Column text(String name) {
            return new Column(name, false, 0);
        }

        /** A column of numbers. */
        public static Column number(String name) {
            return new Column(name, true, 0);
        }

        /** The same, as wide as that; for tables whose texts are long. */
        public Column percent(int width) {
            return new Column(name, isNumeric, width);
        }
    }

    /**
     * A chart with two axes.
     *
     * @param title above it
     * @param description what it shows, in words, for who cannot see it
     * @param x the axis to the right
     * @param y the axis upwards
     * @param layers drawn in order, each named in the legend
     * @param source the address or name of the record that the numbers were read or computed from
     */
    record Chart(String title, String description, Axis x, Axis y, List<Layer> layers, String source) implements Block {
        public Chart {
            layers = List.copyOf(layers);
        }
    }

    /**
     * Small charts of one kind beside and below each other, with the same axes and one legend: one for each of several classes, say.
     *
     * @param title above them
     * @param x the axis to the right of each
     * @param y the axis upwards of each
     * @param panels at least one; layers of the same name are of the same kind
     * @param source the address or name of the record that the numbers were read or computed from
     */
    record Panels(String title, Axis x, Axis y, List<Panel> panels, String source) implements Block {
        public Panels {
            panels = List.copyOf(panels);
            if (panels.isEmpty()) {
                throw new IllegalArgumentException("panels of '" + title + "' must be 1 or more, were none");
            }
        }
    }

    /**
     * One of {@link Panels}.
     *
     * @param name above it
     * @param notes at most two short lines below the name
     * @param description what it shows, in words, for who cannot see it
     * @param layers drawn in order
     */
    record Panel(String name, List<String> notes, String description, List<Layer> layers) {
        public Panel {
            notes = List.copyOf(notes);
            layers = List.copyOf(layers);
            if (notes.size() > 2) {
                throw new IllegalArgumentException("notes of '" + name + "' must be at most 2, were " + notes.size());
            }
        }
    }

    /**
     * Estimates below each other, each with its interval.
     *
     * @param title above it
     * @param description what it shows, in words, for who cannot see it
     * @param axis of the estimates
     * @param rows from top to bottom
     * @param reference where a line is drawn from top to bottom; absent for none
     * @param source the address or name of the record that the numbers were read from
     */
    record Forest(
            String title, String description, Axis axis, List<Row> rows, @Nullable Double reference, String source)
            implements Block {
        public Forest {
            rows = List.copyOf(rows);
        }
    }

    /**
     * A line of a {@link Forest}.
     *
     * @param label what is estimated
     * @param value the estimate; absent where it is undefined
     * @param lower the lower end of its interval; absent without interval
     * @param upper the upper end; absent without interval
     * @param text the numbers in words, or why there are none
     */
    record Row(String label, @Nullable Double value, @Nullable Double lower, @Nullable Double upper, String text) {
        public Row {
            if ((lower == null) != (upper == null)) {
                throw new IllegalArgumentException("an interval has two ends, had " + lower + " and " + upper);
            }
            if (value == null && lower != null) {
                throw new IllegalArgumentException("an undefined estimate has no interval");
            }
        }
    }
}
