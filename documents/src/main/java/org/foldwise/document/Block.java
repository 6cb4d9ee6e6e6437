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
     * @param source the address or name of the record it was read from; absent where nothing records it
     */
    record Fact(String name, String value, @Nullable String source) {}

    /**
     * A table.
     *
     * @param caption what it shows
     * @param columns at least one
     * @param rows each with a text for every column
     * @param source the address or name of the record that the rows were read from; absent where every row names its own
     */
    record Table(String caption, List<Column> columns, List<List<String>> rows, @Nullable String source)
            implements Block {
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
     */
    record Column(String name, boolean isNumeric) {
        /** A column of words. */
        public static Column text(String name) {
            return new Column(name, false);
        }

        /** A column of numbers. */
        public static Column number(String name) {
            return new Column(name, true);
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
