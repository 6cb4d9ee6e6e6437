package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.document.Block.Panel;
import org.foldwise.document.Block.Panels;
import org.foldwise.document.Layer;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.junit.jupiter.api.Test;

class PatientCurvesTest {
    private static final List<String> LABELS = List.of("Effusion", "Mass", "Hernia", "Film");

    private static List<Panel> roc(ScoredImages images, Map<PatientId, List<String>> shown) {
        List<PatientAggregation> all = List.of(PatientAggregation.values());
        return new PatientCurves(images, shown, all, 0.95, "/api/v1/evaluations/x")
                .blocks().stream()
                        .filter(Panels.class::isInstance)
                        .map(Panels.class::cast)
                        .filter(panels -> panels.title().equals("ROC curve of patients"))
                        .findFirst()
                        .orElseThrow()
                        .panels();
    }

    /** Of 60 patients 30 show the first label and 6 the second, none the third and all the fourth. */
    @Test
    void rareLabelsAreCalledFewAndThoseOfNobodyOrOfAllHaveNoCurve() {
        List<LabelledCase> cases = new ArrayList<>();
        Map<PatientId, List<String>> shown = new HashMap<>();
        for (int i = 0; i < 120; i++) {
            int patient = i / 2;
            PatientId id = new PatientId("p" + patient);
            List<Boolean> truth = List.of(patient % 2 == 0, patient % 10 == 0, false, true);
            double score = (i * 37 % 120) / 120.0;
            cases.add(new LabelledCase("i" + i, id, truth, List.of(score, score, score, score)));
            List<String> labels = new ArrayList<>(List.of("Film"));
            if (truth.get(0)) {
                labels.add("Effusion");
            }
            if (truth.get(1)) {
                labels.add("Mass");
            }
            shown.put(id, labels);
        }

        List<Panel> panels = roc(new ScoredImages.Multilabel(LABELS, cases), shown);

        assertThat(panels.get(0).notes()).containsExactly("30 of 60 patients show it");
        assertThat(panels.get(0).layers().stream().map(Layer::name)).containsExactly("Highest", "Mean", "Noisy or");
        assertThat(panels.get(1).notes()).containsExactly("few: 6 of 60 patients show it");
        assertThat(panels.get(2).notes()).containsExactly("no curve:", "no patient shows it");
        assertThat(panels.get(2).layers()).isEmpty();
        assertThat(panels.get(3).notes()).containsExactly("no curve:", "every patient shows it");
        assertThat(panels.get(3).layers()).isEmpty();
    }

    @Test
    void aBinaryTaskHasAPanelForEachAggregationWithItsInterval() {
        List<ScoredCase> cases = new ArrayList<>();
        Map<PatientId, List<String>> shown = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            PatientId id = new PatientId("p" + i / 2);
            boolean positive = i / 2 % 2 == 0;
            cases.add(new ScoredCase("i" + i, id, positive, (i * 37 % 100) / 100.0));
            shown.put(id, List.of(positive ? "ill" : "well"));
        }

        List<Panel> panels = roc(new ScoredImages.Binary(List.of("well", "ill"), cases), shown);

        assertThat(panels).extracting(Panel::name).containsExactly("Highest", "Mean", "Noisy or");
        assertThat(panels).allSatisfy(panel -> {
            assertThat(panel.notes()).containsExactly("25 of 50 patients show it");
            assertThat(panel.layers().stream().map(Layer::name))
                    .containsExactly("95 % interval, pointwise", "ROC curve");
        });
        shown.replaceAll((id, classes) -> List.of("well"));
        assertThat(roc(new ScoredImages.Binary(List.of("well", "ill"), cases), shown))
                .allSatisfy(panel -> assertThat(panel.notes()).containsExactly("no curve:", "no patient shows it"));
    }
}
