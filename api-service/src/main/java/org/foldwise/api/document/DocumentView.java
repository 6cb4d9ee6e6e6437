package org.foldwise.api.document;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.foldwise.document.Block;
import org.foldwise.document.Document;
import org.foldwise.document.Layer;
import org.foldwise.document.Section;
import org.jspecify.annotations.Nullable;

@Schema(
        name = "Document",
        description =
                "A report or a card: the same sections, tables and charts as its HTML and PDF forms. Charts carry their numbers as they are,"
                        + " tables as they are printed.")
record DocumentView(
        @Schema(example = "Evaluation report") String title,
        @Schema(description = "What the document is about.") String subject,
        List<Part> sections) {

    @Schema(name = "DocumentSection", description = "A part of a document under a heading.")
    record Part(@Schema(example = "Calibration") String title, List<Piece> blocks) {
        static Part of(Section section) {
            return new Part(
                    section.title(), section.blocks().stream().map(Piece::of).toList());
        }
    }

    @Schema(name = "DocumentBlock", description = "What a section consists of.")
    sealed interface Piece {
        static Piece of(Block block) {
            if (block instanceof Block.Paragraph paragraph) {
                return new Paragraph(paragraph.text(), paragraph.isCaution());
            }
            if (block instanceof Block.Facts facts) {
                return new Facts(facts.facts().stream()
                        .map(fact -> new Fact(fact.name(), fact.value(), fact.source()))
                        .toList());
            }
            if (block instanceof Block.Table table) {
                return new Table(
                        table.caption(),
                        table.columns().stream().map(Block.Column::name).toList(),
                        table.rows(),
                        table.source());
            }
            if (block instanceof Block.Chart chart) {
                return new Chart(
                        chart.title(),
                        chart.description(),
                        chart.x().label(),
                        chart.y().label(),
                        chart.layers().stream().map(DrawnLayer::of).toList(),
                        chart.source());
            }
            if (block instanceof Block.Panels panels) {
                return new Panels(
                        panels.title(),
                        panels.x().label(),
                        panels.y().label(),
                        panels.panels().stream()
                                .map(panel -> new Panel(
                                        panel.name(),
                                        panel.notes(),
                                        panel.description(),
                                        panel.layers().stream()
                                                .map(DrawnLayer::of)
                                                .toList()))
                                .toList(),
                        panels.source());
            }
            if (block instanceof Block.Forest forest) {
                return new Forest(
                        forest.title(),
                        forest.axis().label(),
                        forest.rows().stream()
                                .map(row ->
                                        new ForestRow(row.label(), row.value(), row.lower(), row.upper(), row.text()))
                                .toList(),
                        forest.reference(),
                        forest.source());
            }
            throw new IllegalStateException("a block without a form on the wire: " + block.getClass());
        }
    }

    @Schema(name = "ParagraphBlock", description = "Running text.")
    record Paragraph(String text, @Schema(description = "Whether the reader must not miss it.") boolean caution)
            implements Piece {}

    @Schema(name = "FactsBlock", description = "Facts, one a line.")
    record Facts(List<Fact> facts) implements Piece {}

    @Schema(name = "DocumentFact", description = "A fact and where it is recorded.")
    record Fact(
            @Schema(example = "Split (SHA-256)") String name,
            String value,
            @Schema(description = "Address of the record.") String source) {}

    @Schema(name = "TableBlock", description = "A table, its texts as they are printed.")
    record Table(
            String caption,
            List<String> columns,
            List<List<String>> rows,
            @Schema(description = "Address of the record; where rows name their own, of what lists them.")
                    String source)
            implements Piece {}

    @Schema(name = "ChartBlock", description = "A chart with two axes.")
    record Chart(
            @Schema(example = "ROC curve") String title,
            String description,
            @Schema(example = "1 - specificity") String xLabel,
            @Schema(example = "sensitivity") String yLabel,
            List<DrawnLayer> layers,
            @Schema(description = "Address of the record.") String source)
            implements Piece {}

    @Schema(name = "PanelsBlock", description = "Small charts of one kind with the same axes, one for each class.")
    record Panels(
            @Schema(example = "ROC curve of each class") String title,
            @Schema(example = "1 - specificity") String xLabel,
            @Schema(example = "sensitivity") String yLabel,
            List<Panel> panels,
            @Schema(description = "Address of the record.") String source)
            implements Piece {}

    @Schema(name = "ChartPanel", description = "One of several small charts.")
    record Panel(
            @Schema(example = "Effusion") String name,
            @Schema(description = "What stands below the name.") List<String> notes,
            String description,
            List<DrawnLayer> layers) {}

    @Schema(name = "ForestBlock", description = "Estimates below each other, each with its interval.")
    record Forest(
            String title,
            String axisLabel,
            List<ForestRow> rows,
            @Schema(description = "Where a line is drawn from top to bottom.") @Nullable Double reference,
            String source)
            implements Piece {}

    @Schema(name = "ForestRow", description = "An estimate with its interval, or why there is none.")
    record ForestRow(
            String label,
            @Nullable Double value,
            @Nullable Double lower,
            @Nullable Double upper,
            @Schema(description = "The numbers in words, or why there are none.") String text) {}

    @Schema(name = "ChartLayer", description = "Something drawn into a chart.")
    sealed interface DrawnLayer {
        static DrawnLayer of(Layer layer) {
            if (layer instanceof Layer.Curve curve) {
                return new Curve(curve.name(), points(curve.points()));
            }
            if (layer instanceof Layer.Region region) {
                return new Region(region.name(), points(region.outline()));
            }
            if (layer instanceof Layer.Marks marks) {
                return new Marks(
                        marks.name(),
                        marks.marks().stream()
                                .map(mark -> new Mark(mark.at().x(), mark.at().y(), mark.lower(), mark.upper()))
                                .toList());
            }
            if (layer instanceof Layer.Upright upright) {
                return new Upright(upright.name(), upright.x());
            }
            throw new IllegalStateException("a layer without a form on the wire: " + layer.getClass());
        }

        private static List<Point> points(List<Layer.Point> points) {
            return points.stream().map(point -> new Point(point.x(), point.y())).toList();
        }
    }

    @Schema(name = "CurveLayer", description = "Points joined by straight lines.")
    record Curve(String name, List<Point> points) implements DrawnLayer {}

    @Schema(name = "RegionLayer", description = "A shaded region by its corners.")
    record Region(String name, List<Point> outline) implements DrawnLayer {}

    @Schema(name = "MarksLayer", description = "Single marks.")
    record Marks(String name, List<Mark> marks) implements DrawnLayer {}

    @Schema(name = "UprightLayer", description = "A line from bottom to top.")
    record Upright(String name, @Schema(example = "0.43") double x) implements DrawnLayer {}

    @Schema(name = "ChartPoint", description = "A point in the units of the axes.")
    record Point(@Schema(example = "0.1") double x, @Schema(example = "0.8") double y) {}

    @Schema(name = "ChartMark", description = "A mark, with the ends of an interval upwards where there is one.")
    record Mark(
            @Schema(example = "0.1") double x,
            @Schema(example = "0.8") double y,
            @Nullable Double lower,
            @Nullable Double upper) {}

    static DocumentView of(Document document) {
        return new DocumentView(
                document.title(),
                document.subject(),
                document.sections().stream().map(Part::of).toList());
    }
}
