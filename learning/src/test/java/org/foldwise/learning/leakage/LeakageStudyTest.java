package org.foldwise.learning.leakage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToDoubleBiFunction;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.split.InfeasibleSplitException;
import org.foldwise.learning.split.PatientTies;
import org.foldwise.learning.split.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeakageStudyTest {
    private static final TexturedCohort TEXTURED = new TexturedCohort(11, 24, 3);
    private static final Cohort COHORT = TEXTURED.cohort();

    private static LeakageStudy study(long seed) {
        return LeakageStudy.of(COHORT, Set.of(), PatientTies.NONE, 4, seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void bothWaysHoldEveryImageOutOnceAndOnlyFoldsOfImagesPartPatients(long seed) {
        LeakageStudy study = study(seed);

        assertThat(study.parts()).hasSize(8);
        Map<FoldLevel, List<String>> heldOut = new HashMap<>();
        int parted = 0;
        for (LeakageFold part : study.parts()) {
            part.images(Role.HELD_OUT)
                    .forEach(image -> heldOut.computeIfAbsent(part.level(), level -> new ArrayList<>())
                            .add(image.name()));
            Set<PatientId> onBothSides = new HashSet<>(part.patients(Role.HELD_OUT));
            onBothSides.retainAll(part.patients(Role.TRAIN, Role.VALIDATION));
            if (part.level() == FoldLevel.PATIENT) {
                assertThat(onBothSides).isEmpty();
                assertThat(part.cohort()).isEqualTo(COHORT);
            } else {
                parted += onBothSides.size();
                assertThat(part.cohort().digest())
                        .as("what cannot be stored as a split of the dataset")
                        .isNotEqualTo(COHORT.digest());
            }
            assertThat(part.images(Role.TRAIN).size()
                            + part.images(Role.VALIDATION).size()
                            + part.images(Role.HELD_OUT).size())
                    .isEqualTo(72);
        }
        List<String> names = COHORT.images().stream().map(ImageRecord::name).toList();
        assertThat(heldOut.get(FoldLevel.IMAGE)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(heldOut.get(FoldLevel.PATIENT)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(parted).as("held-out patients who were also learned from").isGreaterThan(40);
    }

    @Test
    void theSameSeedGivesTheSameFoldsAndAnotherOthers() {
        for (int i = 0; i < 8; i++) {
            assertThat(study(3).parts().get(i).fold())
                    .isEqualTo(study(3).parts().get(i).fold());
        }
        assertThat(study(3).parts().get(0).fold())
                .isNotEqualTo(study(4).parts().get(0).fold());
    }

    @Test
    void patientsWhoAreLockedAwayOrTiedAreLeftOutOrKeptTogether() {
        PatientId one = new PatientId("p001");
        PatientId other = new PatientId("p002");
        PatientId locked = new PatientId("p003");
        LeakageStudy study = LeakageStudy.of(
                COHORT,
                Set.of(locked, new PatientId("of another dataset")),
                new PatientTies(List.of(new TreeSet<>(Set.of(one, other, locked)))),
                4,
                5);

        assertThat(study.withheldPatients()).isEqualTo(1);
        assertThat(study.cohort().images()).hasSize(69).noneMatch(image -> image.patient()
                .equals(locked));
        for (LeakageFold part : study.parts()) {
            assertThat(part.images(Role.TRAIN, Role.VALIDATION, Role.HELD_OUT)).hasSize(69);
            if (part.level() == FoldLevel.PATIENT) {
                assertThat(part.fold().roles().get(one))
                        .isEqualTo(part.fold().roles().get(other));
            }
        }
    }

    @Test
    void refusesWhatWouldSayNothing() {
        assertThatThrownBy(
                        () -> LeakageStudy.of(new TexturedCohort(1, 24, 1).cohort(), Set.of(), PatientTies.NONE, 4, 1))
                .isInstanceOf(InfeasibleSplitException.class)
                .hasMessageContaining("no patient has several images");
        Set<PatientId> ill = new HashSet<>();
        COHORT.images().stream().filter(COHORT::isPositive).forEach(image -> ill.add(image.patient()));
        assertThatThrownBy(() -> LeakageStudy.of(COHORT, ill, PatientTies.NONE, 4, 1))
                .isInstanceOf(InfeasibleSplitException.class)
                .hasMessageContaining("class 'ill' has no patient who is not locked away");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeakageStudy.of(COHORT, Set.of(), PatientTies.NONE, 11, 1))
                .withMessage("folds must be 2 to 10, was 11");
    }

    /** The figures are those that can be counted by hand from answers that are made up. */
    @Test
    void comparesAnswersOverAllImagesAndFoldByFold() {
        LeakageStudy study = study(1);
        List<LeakageScores> scores = new ArrayList<>();
        for (LeakageFold part : study.parts()) {
            List<LeakageScores.Answer> answers = new ArrayList<>();
            for (ImageRecord image : part.images(Role.HELD_OUT)) {
                // by image always right; by patient right for one image in three and undecided for the others
                boolean known = part.level() == FoldLevel.IMAGE || image.name().endsWith("0.png");
                double right = COHORT.isPositive(image) ? 0.9 : 0.1;
                answers.add(new LeakageScores.Answer(image.name(), List.of(known ? right : 0.5)));
            }
            scores.add(new LeakageScores(part.level(), part.fold().index(), 3, 1, answers));
        }

        LeakageCost cost = LeakageCost.of(study, scores);

        LeakageCost.ClassCost ill = cost.classes().get(0);
        assertThat(cost.classes()).hasSize(1);
        assertThat(ill.name()).isEqualTo("ill");
        assertThat(ill.imageLevel().value()).isEqualTo(1.0);
        // 36 positives and 36 negatives, 12 and 12 of them known: 1 - (24 * 24 / 2) / (36 * 36)
        assertThat(ill.patientLevel().valueOr(0)).isCloseTo(1 - 288.0 / 1296, within(1e-12));
        assertThat(ill.difference().valueOr(0)).isCloseTo(288.0 / 1296, within(1e-12));
        assertThat(ill.imageLevelMean().value()).isEqualTo(1.0);
        assertThat(cost.verdict())
                .as("every patient differs alike")
                .isIn(LeakageCost.Verdict.INFLATED, LeakageCost.Verdict.UNDEFINED);
        assertThat(cost.imageLevel()).hasSize(4).allSatisfy(fold -> {
            assertThat(fold.patientsOnBothSides()).isPositive();
            assertThat(fold.rocAuc().get(0).value()).isEqualTo(1.0);
            assertThat(fold.bestEpoch()).isEqualTo(1);
        });
        assertThat(cost.patientLevel()).hasSize(4).allSatisfy(fold -> assertThat(fold.patientsOnBothSides())
                .isZero());
        assertThat(cost.imagesOfKnownPatients()).isBetween(1, 72);
        assertThat(ReportJson.read(LeakageCost.class, ReportJson.write(cost))).isEqualTo(cost);
        for (LeakageScores ofFold : scores) {
            assertThat(ReportJson.read(LeakageScores.class, ReportJson.write(ofFold)))
                    .isEqualTo(ofFold);
        }
    }

    /** Every fold tells its images apart, but what one calls likely is unlikely to the next. */
    @Test
    void foldsThatAnswerOnDifferentScalesHideNoLeakage() {
        LeakageStudy study = LeakageStudy.of(new TexturedCohort(3, 40, 3).cohort(), Set.of(), PatientTies.NONE, 3, 1);
        SplittableRandom random = new SplittableRandom(1);
        List<LeakageScores> scores = scores(study, (part, image) -> {
            double signal = part.level() == FoldLevel.IMAGE ? 1.7 : 0.3;
            return 4 * (part.fold().index() - 1) + signal * (image.shows("ill") ? 1 : 0) + random.nextGaussian();
        });

        LeakageCost cost = LeakageCost.of(study, scores);

        LeakageCost.ClassCost ill = cost.classes().get(0);
        LeakageCost.WithinFolds withinFolds = ill.withinFolds();
        assertThat(withinFolds).isNotNull();
        assertThat(ill.imageLevel().valueOr(0)).as("pooled").isLessThan(0.7);
        assertThat(ill.difference().interval()).isNotNull();
        assertThat(ill.difference().interval().lower()).as("pooled").isNegative();
        assertThat(withinFolds.imageLevel().valueOr(0)).isBetween(0.82, 0.95);
        assertThat(withinFolds.imageLevel().valueOr(0))
                .isCloseTo(ill.imageLevelMean().valueOr(0), within(0.02));
        assertThat(withinFolds.imageLevel().interval()).isNotNull();
        assertThat(cost.verdict()).as(cost.summary()).isEqualTo(LeakageCost.Verdict.INFLATED);
        assertThat(cost.summary()).contains("ROC AUC within folds 0.").contains("Pooled over folds the areas are 0.");
        assertThat(ReportJson.read(LeakageCost.class, ReportJson.write(cost))).isEqualTo(cost);
        // as reports were before there were pairs within folds
        String before = ReportJson.write(cost).replaceAll("\"withinFolds\":\\{.*?\"pValue\":[^}]*},?", "");
        assertThat(before).doesNotContain("withinFolds");
        assertThat(ReportJson.read(LeakageCost.class, before.replace(",}", "}"))
                        .classes()
                        .get(0)
                        .withinFolds())
                .isNull();
    }

    /** Trainings that learned nothing but the share of the ill, which is the higher the fewer of them are held out. */
    @Test
    void nothingIsShownWhereThereIsNothingToLearn() {
        int wrong = 0;
        double pooled = 0;
        double within = 0;
        int draws = 200;
        SplittableRandom random = new SplittableRandom(2);
        for (int draw = 0; draw < draws; draw++) {
            LeakageStudy study = LeakageStudy.of(
                    new TexturedCohort(draw, 14, 1 + draw % 3 + 1).cohort(), Set.of(), PatientTies.NONE, 5, draw);
            Map<LeakageFold, Double> shares = new HashMap<>();
            LeakageCost cost = LeakageCost.of(study, scores(study, (part, image) -> {
                double share = shares.computeIfAbsent(part, any -> part.images(Role.TRAIN).stream()
                        .mapToDouble(one -> one.shows("ill") ? 1 : 0)
                        .average()
                        .orElseThrow());
                return Math.log(share / (1 - share)) + 0.3 * random.nextGaussian();
            }));
            LeakageCost.ClassCost ill = cost.classes().get(0);
            pooled += ill.patientLevel().valueOr(0) / draws;
            assertThat(ill.withinFolds()).isNotNull();
            within += ill.withinFolds().patientLevel().valueOr(0) / draws;
            wrong += cost.verdict() == LeakageCost.Verdict.INFLATED || cost.verdict() == LeakageCost.Verdict.DEFLATED
                    ? 1
                    : 0;
        }
        System.out.printf(
                "by patient: pooled %.3f, within folds %.3f; %d of %d verdicts wrong%n", pooled, within, wrong, draws);
        assertThat(pooled).isLessThan(0.47);
        assertThat(within).isBetween(0.47, 0.53);
        // 5 % were allowed; 18 of 200 are 2.6 standard errors more
        assertThat(wrong).isLessThanOrEqualTo(18);
    }

    private static List<LeakageScores> scores(LeakageStudy study, ToDoubleBiFunction<LeakageFold, ImageRecord> logit) {
        List<LeakageScores> scores = new ArrayList<>();
        for (LeakageFold part : study.parts()) {
            scores.add(new LeakageScores(
                    part.level(),
                    part.fold().index(),
                    1,
                    0,
                    part.images(Role.HELD_OUT).stream()
                            .map(image -> new LeakageScores.Answer(
                                    image.name(), List.of(1 / (1 + Math.exp(-logit.applyAsDouble(part, image))))))
                            .toList()));
        }
        return scores;
    }

    @Test
    void takesNoScoresOfOtherImagesOrFolds() {
        LeakageStudy study = study(1);
        List<LeakageScores> scores = new ArrayList<>();
        for (LeakageFold part : study.parts()) {
            scores.add(new LeakageScores(
                    part.level(),
                    part.fold().index(),
                    1,
                    0,
                    part.images(Role.HELD_OUT).stream()
                            .map(image -> new LeakageScores.Answer(image.name(), List.of(0.5)))
                            .toList()));
        }
        assertThat(LeakageCost.of(study, scores).verdict()).isEqualTo(LeakageCost.Verdict.UNDEFINED);

        List<LeakageScores> twice = new ArrayList<>(scores);
        twice.set(1, scores.get(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeakageCost.of(study, twice))
                .withMessageContaining("no scores of fold 0 of PATIENT");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeakageCost.of(study(2), scores))
                .withMessageContaining("or of others");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LeakageCost.of(study, scores.subList(0, 7)))
                .withMessageContaining("8 trainings");
    }
}
