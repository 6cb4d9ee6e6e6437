package org.foldwise.learning.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.MulticlassReport;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.metrics.scored.TaskReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassCurvesTest {
    private static final BootstrapSpec BOOTSTRAP = new BootstrapSpec(100, 1, 0.95);
    private static final List<String> NAMES = List.of("bcc", "mel", "nv");

    private static ScoredImages.Multiclass several(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            // coarse scores, so that there are ties
            int first = random.nextInt(0, 11);
            int second = random.nextInt(0, 11 - first);
            cases.add(new ClassifiedCase(
                    "film" + i,
                    new PatientId("p" + i / 2),
                    random.nextInt(3),
                    List.of(first / 10.0, second / 10.0, (10 - first - second) / 10.0)));
        }
        return new ScoredImages.Multiclass(NAMES, cases);
    }

    /** Each class against everything else is a binary question, whose report has curves of its own. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void areThoseOfTheBinaryReportOfTheClassWhateverTheOrder(long seed) {
        ScoredImages.Multiclass images = several(seed);
        MulticlassReport report = (MulticlassReport) TaskReport.of(images, new Decision.MostProbable(), BOOTSTRAP);
        for (int k = 0; k < 3; k++) {
            List<ScoredCase> shuffled = new ArrayList<>(images.against(k));
            Collections.shuffle(shuffled, new Random(seed));

            ClassCurves curves = ClassCurves.of(NAMES.get(k), shuffled);

            EvaluationReport binary = EvaluationReport.of(images.against(k), 0.5, BOOTSTRAP);
            assertThat(curves)
                    .isEqualTo(new ClassCurves(
                            NAMES.get(k), binary.rocCurve(), binary.precisionRecallCurve(), binary.calibrationBins()));
            assertThat(curves.calibrationBins())
                    .isEqualTo(report.classes().get(k).calibrationBins());
        }
    }

    @Test
    void aLabelThatNoImageOrEveryImageShowsHasTheCurvesThatThereAre() {
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            cases.add(
                    new LabelledCase("film" + i, new PatientId("p" + i), List.of(false, true), List.of(0.1, i / 10.0)));
        }
        ScoredImages images = new ScoredImages.Multilabel(List.of("Hernia", "Film"), cases);

        ClassCurves absent = ClassCurves.of("Hernia", images.against(0));
        ClassCurves everywhere = ClassCurves.of("Film", images.against(1));

        assertThat(absent.rocCurve()).isEmpty();
        assertThat(absent.precisionRecallCurve()).isEmpty();
        assertThat(absent.calibrationBins()).hasSize(1);
        assertThat(everywhere.rocCurve()).isEmpty();
        assertThat(everywhere.precisionRecallCurve()).hasSize(11).allSatisfy(point -> assertThat(point.precision())
                .isEqualTo(1));
    }

    @Test
    void theNegativeClassOfABinaryTaskIsThePositiveOneTurnedRound() {
        ScoredImages images = new ScoredImages.Binary(
                List.of("HEALTHY", "ILL"), List.of(new ScoredCase("a", new PatientId("p"), true, 0.75)));

        assertThat(images.against(1)).containsExactly(new ScoredCase("a", new PatientId("p"), true, 0.75));
        assertThat(images.against(0)).containsExactly(new ScoredCase("a", new PatientId("p"), false, 0.25));
    }
}
