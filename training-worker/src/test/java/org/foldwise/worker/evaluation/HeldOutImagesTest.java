package org.foldwise.worker.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.learning.split.SplitSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HeldOutImagesTest {
    private static final int FOLDS = 3;
    private static final int PATIENTS = 24;
    private static final List<String> CLASSES = List.of("a", "b", "c");

    /** Twice three folds, the second time of other patients; the last six patients are locked away. */
    private static Split split() {
        List<Fold> folds = new ArrayList<>();
        for (int fold = Fold.DEVELOPMENT; fold < 2 * FOLDS; fold++) {
            TreeMap<PatientId, Role> roles = new TreeMap<>();
            for (int i = 0; i < PATIENTS; i++) {
                roles.put(patient(i), role(i, fold));
            }
            folds.add(new Fold(fold, roles));
        }
        return new Split(
                new SplitSpec.KFold(FOLDS, 2, 0.25, 0.25),
                42,
                Digest.of("dataset"),
                folds.get(0),
                folds.subList(1, folds.size()));
    }

    private static Role role(int patient, int fold) {
        if (patient >= 18) {
            return Role.TEST;
        }
        if (fold != Fold.DEVELOPMENT && (fold < FOLDS ? patient % FOLDS == fold : patient / 6 == fold - FOLDS)) {
            return Role.HELD_OUT;
        }
        return patient % 4 == 3 ? Role.VALIDATION : Role.TRAIN;
    }

    private static PatientId patient(int number) {
        return new PatientId("p%02d".formatted(number));
    }

    /** Two images of each patient; folds of different plans score on scales of their own. */
    private static List<ScoredCase> cases(int fold, IntPredicate whose) {
        List<ScoredCase> cases = new ArrayList<>();
        IntStream.range(0, PATIENTS).filter(whose).forEach(i -> {
            boolean positive = i % 2 == 0;
            for (int image = 0; image < 2; image++) {
                double rank = (positive ? 0.3 : 0) + (i * 5 + image * 3) % 11 / 20.0;
                cases.add(new ScoredCase(
                        "p%02d_%d".formatted(i, image),
                        patient(i),
                        positive,
                        fold % FOLDS == 1 ? rank / 4 : 0.1 + rank));
            }
        });
        return cases;
    }

    private static IntPredicate heldOutIn(int fold) {
        return i -> role(i, fold) == Role.HELD_OUT;
    }

    private static ScoredImages binary(List<ScoredCase> cases) {
        return new ScoredImages.Binary(List.of("negative", "positive"), cases);
    }

    private static ScoredImages multiclass(List<ScoredCase> cases) {
        return new ScoredImages.Multiclass(
                CLASSES,
                cases.stream()
                        .map(one -> new ClassifiedCase(
                                one.image(),
                                one.patient(),
                                one.positive() ? 1 : 2,
                                List.of(0.0, one.probability(), 1 - one.probability())))
                        .toList());
    }

    private static ScoredImages multilabel(List<ScoredCase> cases) {
        return new ScoredImages.Multilabel(
                CLASSES,
                cases.stream()
                        .map(one -> new LabelledCase(
                                one.image(),
                                one.patient(),
                                List.of(one.positive(), true, false),
                                List.of(one.probability(), 0.5, 1 - one.probability())))
                        .toList());
    }

    static Stream<Function<List<ScoredCase>, ScoredImages>> tasks() {
        return Stream.of(HeldOutImagesTest::binary, HeldOutImagesTest::multiclass, HeldOutImagesTest::multilabel);
    }

    @ParameterizedTest
    @MethodSource("tasks")
    void countEachImageOnceAsItsFoldAnsweredIt(Function<List<ScoredCase>, ScoredImages> task) {
        for (int repeat = 0; repeat < 2; repeat++) {
            HeldOutImages images = new HeldOutImages(split());
            List<ScoredCase> expected = new ArrayList<>();
            for (int fold = repeat * FOLDS; fold < (repeat + 1) * FOLDS; fold++) {
                List<ScoredCase> ofFold = cases(fold, heldOutIn(fold));
                images.add(fold, task.apply(ofFold));
                expected.addAll(ofFold);
            }

            assertThat(images.together()).isEqualTo(task.apply(expected));
            assertThat(expected).extracting(ScoredCase::image).hasSize(36).doesNotHaveDuplicates();
        }
    }

    /** Scores of all folds are compared as they are, whatever plans they come from; by hand over all pairs. */
    @Test
    void pooledAreaIsThatOfAllPairsAcrossFolds() {
        HeldOutImages images = new HeldOutImages(split());
        List<ScoredCase> all = new ArrayList<>();
        double mean = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            List<ScoredCase> ofFold = cases(fold, heldOutIn(fold));
            images.add(fold, binary(ofFold));
            all.addAll(ofFold);
            mean += concordance(ofFold) / FOLDS;
        }

        List<ScoredCase> pooled = ((ScoredImages.Binary) images.together()).cases();
        double area = EvaluationReport.of(pooled, 0.5, new BootstrapSpec(100, 1, 0.95))
                .rocAuc()
                .value();

        assertThat(area).isCloseTo(concordance(all), within(1e-12));
        assertThat(Math.abs(area - mean)).as("scales matter here").isGreaterThan(0.02);
    }

    private static double concordance(List<ScoredCase> cases) {
        double above = 0;
        long pairs = 0;
        for (ScoredCase ill : cases) {
            for (ScoredCase well : cases) {
                if (ill.positive() && !well.positive()) {
                    above += (Math.signum(ill.probability() - well.probability()) + 1) / 2;
                    pairs++;
                }
            }
        }
        return above / pairs;
    }

    /** A search's inner folds score patients from whom the outer fold learns. */
    @Test
    void predictionsOfInnerFoldsAreRefused() {
        HeldOutImages images = new HeldOutImages(split());
        IntPredicate inner = i -> i < 18 && role(i, 0) != Role.HELD_OUT && i % 2 == 0;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> images.add(0, binary(cases(0, inner))))
                .withMessage(
                        "the predictions of fold 0 must be of the 6 patients whom it held out: they lack 6 of them,"
                                + " and have 6 others");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> images.add(0, binary(cases(0, i -> heldOutIn(0).test(i) || i == 20))))
                .withMessageContaining("lack 0 of them, and have 1 others");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> images.add(0, binary(cases(0, i -> heldOutIn(0).test(i) && i > 0))))
                .withMessageContaining("lack 1 of them, and have 0 others");
        assertThatIllegalStateException().isThrownBy(images::together);
    }

    @Test
    void foldsOfTwoRepeatsDoNotGoTogether() {
        HeldOutImages images = new HeldOutImages(split());
        images.add(0, binary(cases(0, heldOutIn(0))));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> images.add(FOLDS, binary(cases(FOLDS, heldOutIn(FOLDS)))))
                .withMessage("2 patients whom fold 3 held out were held out in another fold as well");
    }
}
