package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.foldwise.document.Axis;
import org.foldwise.document.Block;
import org.foldwise.document.Document;
import org.foldwise.document.Layer;
import org.foldwise.document.Section;
import org.junit.jupiter.api.Test;

class DocumentViewTest {
    private static final Layer.Point POINT = new Layer.Point(0.25, 0.75);
    private static final List<Layer> LAYERS = List.of(
            new Layer.Curve("a", Layer.Stroke.SOLID, List.of(POINT)),
            new Layer.Region("b", List.of(POINT)),
            new Layer.Marks("c", List.of(new Layer.Mark(POINT, 0.5, 0.9))),
            new Layer.Upright("d", 0.4));
    private static final List<Block> BLOCKS = List.of(
            new Block.Paragraph("p", true),
            new Block.Facts(List.of(new Block.Fact("n", "v", null))),
            new Block.Table("t", List.of(Block.Column.number("c")), List.of(List.of("1")), "s"),
            new Block.Chart("t", "d", Axis.share("x"), Axis.share("y"), LAYERS, "s"),
            new Block.Panels(
                    "t",
                    Axis.share("x"),
                    Axis.share("y"),
                    List.of(new Block.Panel("p", List.of("n"), "d", LAYERS)),
                    "s"),
            new Block.Forest("t", "d", Axis.share("x"), List.of(new Block.Row("r", 0.5, null, null, "w")), 0.5, "s"));

    private static Set<String> names(Class<?> choice) {
        return Arrays.stream(choice.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .collect(Collectors.toSet());
    }

    private static Set<String> namesOf(List<?> values) {
        return values.stream().map(value -> value.getClass().getSimpleName()).collect(Collectors.toSet());
    }

    @Test
    void everyBlockAndEveryLayerHasAFormOnTheWireOfTheSameName() {
        assertThat(namesOf(BLOCKS)).isEqualTo(names(Block.class)).isEqualTo(names(DocumentView.Piece.class));
        assertThat(namesOf(LAYERS)).isEqualTo(names(Layer.class)).isEqualTo(names(DocumentView.DrawnLayer.class));
    }

    @Test
    void theWireFormHasTheSameNumbers() {
        DocumentView view = DocumentView.of(new Document("t", "s", List.of(new Section("a", BLOCKS))));

        List<DocumentView.Piece> pieces = view.sections().get(0).blocks();
        assertThat(namesOf(pieces)).isEqualTo(namesOf(BLOCKS));
        DocumentView.Chart chart = (DocumentView.Chart) pieces.get(3);
        assertThat(((DocumentView.Curve) chart.layers().get(0)).points())
                .containsExactly(new DocumentView.Point(0.25, 0.75));
        assertThat(((DocumentView.Marks) chart.layers().get(2)).marks())
                .containsExactly(new DocumentView.Mark(0.25, 0.75, 0.5, 0.9));
        assertThat(((DocumentView.Upright) chart.layers().get(3)).x()).isEqualTo(0.4);
        assertThat(((DocumentView.Table) pieces.get(2)).rows()).containsExactly(List.of("1"));
    }
}
