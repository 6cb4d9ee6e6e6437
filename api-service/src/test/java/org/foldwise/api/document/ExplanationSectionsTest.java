package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import org.foldwise.document.Block;
import org.foldwise.learning.metrics.Estimate;
import org.foldwise.learning.metrics.ExplanationReport;
import org.foldwise.learning.metrics.ExplanationReport.BorderFigure;
import org.foldwise.learning.metrics.ExplanationReport.Explained;
import org.foldwise.learning.metrics.ExplanationReport.MapFigure;
import org.junit.jupiter.api.Test;

class ExplanationSectionsTest {
    @Test
    void saysWhyThereIsNoFigureWhereAllMapsAreBlank() {
        Estimate none = Estimate.undefined("all maps are blank: there is one cell");
        String text = text(4, new MapFigure(0, none, null, none, none));

        assertThat(text)
                .contains("There is no figure of heat, blurring and return: all maps are blank: there is one cell.")
                .doesNotContain("In 4 maps");
    }

    @Test
    void countsBlankMapsBesideOthers() {
        Estimate some = Estimate.of(0.3);

        assertThat(text(1, new MapFigure(3, some, 0.1, some, some)))
                .contains("In 1 map no place speaks for the class")
                .doesNotContain("There is no figure");
        assertThat(text(0, new MapFigure(4, some, 0.1, some, some)))
                .doesNotContain("no place speaks")
                .doesNotContain("There is no figure");
    }

    private static String text(int blankMaps, MapFigure figure) {
        ExplanationReport report = new ExplanationReport(
                List.of(new Explained("ILL", 4, 2)),
                4,
                4,
                blankMaps,
                8,
                new BorderFigure(0.1, figure),
                null,
                figure,
                figure,
                List.of());
        return ExplanationSections.of(report, "/api/v1/explanation-checks/1").blocks().stream()
                .map(Block::toString)
                .collect(Collectors.joining("\n"));
    }
}
