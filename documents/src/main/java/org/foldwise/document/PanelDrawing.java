package org.foldwise.document;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;

/** Draws the panels of {@link Panels} as SVG, each by itself, and the legend that they share. */
final class PanelDrawing {
    /** So many stand beside each other on a page. */
    static final int IN_A_ROW = 4;

    static final int WIDTH = 160;
    static final int PLOT_LEFT = 24;
    static final int PLOT_TOP = 40;
    static final int PLOT_SIZE = 126;

    private static final Plot.Frame FRAME = new Plot.Frame(PLOT_LEFT, PLOT_TOP, PLOT_SIZE, PLOT_SIZE);
    private static final int HEIGHT = PLOT_TOP + PLOT_SIZE + 18;
    private static final int LEGEND_WIDTH = 640;
    private static final int LONGEST_NAME = 28;
    private static final int LONGEST_NOTE = 36;
    private static final double NOTE_LINE = 11;

    private PanelDrawing() {}

    /** A panel; see {@link ChartDrawing#draw}. */
    static String draw(Panels panels, Panel panel, String id, boolean isPrint) {
        Markup svg = new Markup(isPrint);
        Svg.begin(svg, WIDTH, HEIGHT, panel.description(), isPrint);
        Svg.label(svg, Svg.shortened(panel.name(), LONGEST_NAME), 0, 10, "start");
        svg.open("g", "font-size", "9");
        for (int i = 0; i < panel.notes().size(); i++) {
            Svg.label(svg, Svg.shortened(panel.notes().get(i), LONGEST_NOTE), 0, 21 + i * NOTE_LINE, "start");
        }
        new Plot(svg, panels.x(), panels.y(), FRAME, id).draw(panel.layers());
        return svg.close().close().finished();
    }

    /** How each kind of layer is drawn in all panels. */
    static String legend(Panels panels, boolean isPrint) {
        Collection<Layer> kinds = kinds(panels.panels());
        Markup svg = new Markup(isPrint);
        String description = "Legend of '" + panels.title() + "': "
                + String.join("; ", kinds.stream().map(Layer::name).toList()) + ".";
        Svg.begin(svg, LEGEND_WIDTH, Plot.LEGEND_LINE * kinds.size(), description, isPrint);
        int top = 0;
        for (Layer layer : kinds) {
            Plot.legend(svg, layer, 0, top);
            top += Plot.LEGEND_LINE;
        }
        return svg.close().finished();
    }

    /** One layer of each name, in the order in which they are drawn. */
    private static Collection<Layer> kinds(List<Panel> panels) {
        Map<String, Layer> kinds = new LinkedHashMap<>();
        for (Panel panel : panels) {
            panel.layers().forEach(layer -> kinds.putIfAbsent(layer.name(), layer));
        }
        return kinds.values();
    }
}
