package org.foldwise.document;

import org.foldwise.document.Block.Chart;

/** Draws a {@link Chart} as SVG with the attributes of presentation only, so that no style sheet has to be let in. */
final class ChartDrawing {
    static final int WIDTH = 330;
    static final int PLOT_LEFT = 46;
    static final int PLOT_TOP = 8;
    static final int PLOT_WIDTH = 272;
    static final int PLOT_HEIGHT = 216;

    private static final Plot.Frame FRAME = new Plot.Frame(PLOT_LEFT, PLOT_TOP, PLOT_WIDTH, PLOT_HEIGHT);
    private static final int LEGEND_TOP = PLOT_TOP + PLOT_HEIGHT + 38;

    private ChartDrawing() {}

    /**
     * The chart as an {@code svg} element.
     *
     * @param id unique within the document, a name in XML's sense
     * @param isPrint whether it is for {@link PdfFile}, which reads the description from another attribute
     */
    static String draw(Chart chart, String id, boolean isPrint) {
        Markup svg = new Markup(isPrint);
        int height = LEGEND_TOP + Plot.LEGEND_LINE * chart.layers().size();
        Svg.begin(svg, WIDTH, height, chart.description(), isPrint);
        new Plot(svg, chart.x(), chart.y(), FRAME, id).draw(chart.layers());
        Svg.label(svg, chart.x().label(), PLOT_LEFT + PLOT_WIDTH / 2.0, FRAME.bottom() + 29, "middle");
        svg.element(
                "text",
                chart.y().label(),
                "transform",
                "translate(11 " + Svg.number(PLOT_TOP + PLOT_HEIGHT / 2.0) + ") rotate(-90)",
                "text-anchor",
                "middle");
        for (int i = 0; i < chart.layers().size(); i++) {
            Plot.legend(svg, chart.layers().get(i), PLOT_LEFT, LEGEND_TOP + i * Plot.LEGEND_LINE);
        }
        return svg.close().finished();
    }
}
