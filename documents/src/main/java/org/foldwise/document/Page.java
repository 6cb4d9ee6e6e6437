package org.foldwise.document;

import java.util.ArrayList;
import java.util.List;
import org.foldwise.document.Block.Chart;
import org.foldwise.document.Block.Column;
import org.foldwise.document.Block.Fact;
import org.foldwise.document.Block.Facts;
import org.foldwise.document.Block.Forest;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;
import org.foldwise.document.Block.Paragraph;
import org.foldwise.document.Block.Table;

/** A document as XHTML that is HTML as well: one text for the browser and, with another head, for the PDF file. */
final class Page {
    /** The rules for both. */
    static final String STYLE =
            """
            body { font-family: 'Liberation Sans', Arial, Helvetica, sans-serif; font-size: 10pt; line-height: 1.35; color: #1a1a1a; }
            h1 { font-size: 18pt; margin: 0 0 2pt 0; }
            h2 { font-size: 13pt; margin: 16pt 0 4pt 0; border-bottom: 1pt solid #555555; page-break-after: avoid; }
            p { margin: 4pt 0; }
            p.subject { color: #444444; margin-bottom: 8pt; }
            p.caution { border: 1.5pt solid #1a1a1a; padding: 4pt 6pt; page-break-inside: avoid; }
            p.title { font-weight: bold; margin: 8pt 0 2pt 0; page-break-after: avoid; }
            p.source { font-size: 7.5pt; color: #444444; margin: 1pt 0 6pt 0; }
            table { border-collapse: collapse; width: 100%; font-size: 9pt; margin: 2pt 0; -fs-table-paginate: paginate; }
            th, td { border: 0.5pt solid #999999; padding: 2pt 4pt; text-align: left; vertical-align: top; }
            h1, h2, p, td { word-wrap: break-word; }
            th { background-color: #e4e4e4; font-weight: bold; }
            th.number, td.number { text-align: right; }
            table.fixed { table-layout: fixed; }
            td.source { font-size: 7.5pt; color: #444444; }
            a { color: inherit; text-decoration: underline; }
            tr { page-break-inside: avoid; }
            div.charts { page-break-inside: avoid; }
            div.chart { display: inline-block; width: 330px; margin: 4pt 4pt 4pt 0; vertical-align: top; }
            div.panel { display: inline-block; width: 162px; margin: 6pt 4px 0 0; vertical-align: top; }
            div.forest { page-break-inside: avoid; }
            thead { page-break-after: avoid; }
            div.short { page-break-inside: avoid; }
            """;

    /** A table of so many rows, and of so many lines, is moved to the next page rather than divided. */
    private static final int MOST_KEPT_TOGETHER = 12;

    /** Well below half a page: what nearly fills one would leave its heading alone at the end of the page before. */
    private static final int MOST_LINES_KEPT_TOGETHER = 24;

    /** Fewer signs than a line of a table as wide as the page has. */
    private static final int SIGNS_IN_A_LINE = 100;

    private static final List<Integer> WIDTHS_OF_FACTS = List.of(26, 48, 26);

    private final Markup page;
    private final Links links;
    private final boolean isPrint;
    private int charts;

    private Page(Links links, boolean isPrint) {
        this.links = links;
        this.isPrint = isPrint;
        this.page = new Markup(isPrint);
    }

    /**
     * The document's markup.
     *
     * @param links where addresses lead to
     * @param head what the head holds beside title, description and style
     * @param style the style sheet
     */
    static String of(Document document, Links links, Markup head, String style, boolean isPrint) {
        return new Page(links, isPrint).write(document, head, style);
    }

    private String write(Document document, Markup head, String style) {
        page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en", "xml:lang", "en");
        page.open("head");
        page.raw(head.finished());
        page.element("title", document.title());
        page.empty("meta", "name", "description", "content", document.subject());
        page.open("style").raw(style).close();
        page.close();
        page.open("body");
        page.element("h1", document.title());
        page.element("p", document.subject(), "class", "subject");
        for (int i = 0; i < document.sections().size(); i++) {
            section(document.sections().get(i), anchor(i));
        }
        return "<!DOCTYPE html>\n" + page.close().close().finished() + "\n";
    }

    /** The name by which a section is jumped to. */
    static String anchor(int section) {
        return "section-" + (section + 1);
    }

    private void section(Section section, String anchor) {
        page.element("h2", section.title(), "id", anchor);
        List<Block> blocks = section.blocks();
        int next = 0;
        while (next < blocks.size()) {
            if (blocks.get(next) instanceof Chart) {
                // two stand side by side, and move to the next page together
                page.open("div", "class", "charts");
                for (int i = 0; i < 2 && next < blocks.size() && blocks.get(next) instanceof Chart chart; i++) {
                    chart(chart);
                    next++;
                }
                page.close();
            } else {
                block(blocks.get(next));
                next++;
            }
        }
    }

    private void block(Block block) {
        if (block instanceof Paragraph paragraph) {
            if (paragraph.isCaution()) {
                linked("p", paragraph.text(), "class", "caution");
            } else {
                linked("p", paragraph.text());
            }
        } else if (block instanceof Facts facts) {
            facts(facts);
        } else if (block instanceof Table table) {
            table(table);
        } else if (block instanceof Panels panels) {
            panels(panels);
        } else if (block instanceof Forest forest) {
            page.open("div", "class", "forest");
            page.element("p", forest.title(), "class", "title");
            page.raw(ForestDrawing.draw(forest, isPrint));
            source(forest.source());
            page.close();
        }
    }

    private void chart(Chart chart) {
        charts++;
        page.open("div", "class", "chart");
        page.element("p", chart.title(), "class", "title");
        page.raw(ChartDrawing.draw(chart, "plot-" + charts, isPrint));
        source(chart.source());
        page.close();
    }

    /** The legend goes with the first row of panels, the source with the last; pages end between rows. */
    private void panels(Panels panels) {
        List<Panel> all = panels.panels();
        for (int first = 0; first < all.size(); first += PanelDrawing.IN_A_ROW) {
            page.open("div", "class", "charts");
            if (first == 0) {
                page.element("p", panels.title(), "class", "title");
                page.element(
                        "p",
                        "To the right: " + panels.x().label() + ". Upwards: "
                                + panels.y().label() + ".");
                // none where no panel has anything to draw, as a drawing without height is an error in PDF
                if (all.stream().anyMatch(panel -> !panel.layers().isEmpty())) {
                    page.raw(PanelDrawing.legend(panels, isPrint));
                }
                page.open("div");
            }
            int end = Math.min(first + PanelDrawing.IN_A_ROW, all.size());
            for (Panel panel : all.subList(first, end)) {
                charts++;
                page.open("div", "class", "panel");
                page.raw(PanelDrawing.draw(panels, panel, "plot-" + charts, isPrint));
                page.close();
            }
            if (first == 0) {
                page.close();
            }
            if (end == all.size()) {
                source(panels.source());
            }
            page.close();
        }
    }

    private void facts(Facts facts) {
        List<List<String>> rows = facts.facts().stream()
                .map(fact -> List.of(fact.name(), fact.value(), fact.source()))
                .toList();
        page.open("div", "class", length(rows, WIDTHS_OF_FACTS));
        page.open("table", "class", "fixed").open("thead").open("tr");
        page.element("th", "What", "scope", "col", "width", WIDTHS_OF_FACTS.get(0) + "%");
        page.element("th", "Recorded", "scope", "col");
        page.element("th", "Where", "scope", "col", "width", WIDTHS_OF_FACTS.get(2) + "%");
        page.close().close().open("tbody");
        for (Fact fact : facts.facts()) {
            page.open("tr");
            page.element("td", fact.name());
            linked("td", fact.value());
            linked("td", fact.source(), "class", "source");
            page.close();
        }
        page.close().close().close();
    }

    private void table(Table table) {
        page.open("div", "class", length(table.rows(), widths(table.columns())));
        page.element("p", table.caption(), "class", "title");
        if (table.columns().stream().anyMatch(column -> column.percent() > 0)) {
            page.open("table", "class", "fixed");
        } else {
            page.open("table");
        }
        page.open("thead").open("tr");
        for (Column column : table.columns()) {
            cell("th", column.name(), column, true);
        }
        page.close().close().open("tbody");
        for (List<String> row : table.rows()) {
            page.open("tr");
            for (int i = 0; i < row.size(); i++) {
                cell("td", row.get(i), table.columns().get(i), false);
            }
            page.close();
        }
        if (table.rows().isEmpty()) {
            page.open("tr");
            page.element(
                    "td", "none", "colspan", Integer.toString(table.columns().size()));
            page.close();
        }
        page.close().close();
        source(table.source());
        page.close();
    }

    /** Whether rows are kept on one page, as a class of the style. */
    private static String length(List<List<String>> rows, List<Integer> widths) {
        if (rows.size() > MOST_KEPT_TOGETHER) {
            return "long";
        }
        int lines = 0;
        for (List<String> row : rows) {
            int tallest = 1;
            for (int i = 0; i < row.size(); i++) {
                int signs = Math.max(1, SIGNS_IN_A_LINE * widths.get(i) / 100);
                tallest = Math.max(tallest, (row.get(i).length() + signs - 1) / signs);
            }
            lines += tallest;
        }
        return lines <= MOST_LINES_KEPT_TOGETHER ? "short" : "long";
    }

    /** In percent of the table; columns that do not say theirs share what others leave. */
    private static List<Integer> widths(List<Column> columns) {
        int said = columns.stream().mapToInt(Column::percent).sum();
        int silent =
                (int) columns.stream().filter(column -> column.percent() == 0).count();
        return columns.stream()
                .map(column -> column.percent() > 0 ? column.percent() : Math.max(1, (100 - said) / silent))
                .toList();
    }

    private void cell(String element, String text, Column column, boolean isHeading) {
        List<String> attributes = new ArrayList<>();
        if (isHeading) {
            attributes.addAll(List.of("scope", "col"));
        }
        if (isHeading && column.percent() > 0) {
            attributes.addAll(List.of("width", column.percent() + "%"));
        }
        if (column.isNumeric()) {
            attributes.addAll(List.of("class", "number"));
        } else if (!isHeading && Links.areIn(text)) {
            // addresses are long, and read less than they are followed
            attributes.addAll(List.of("class", "source"));
        }
        linked(element, text, attributes.toArray(String[]::new));
    }

    private void source(String source) {
        linked("p", "From " + source, "class", "source");
    }

    /** An element with a text, in which addresses are links. */
    private void linked(String element, String text, String... attributes) {
        page.open(element, attributes);
        links.write(page, text, isPrint);
        page.close();
    }
}
