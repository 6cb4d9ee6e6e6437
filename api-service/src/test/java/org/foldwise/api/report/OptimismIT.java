package org.foldwise.api.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.User;
import org.foldwise.api.Worker;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.recalibration.RecalibrationMethod;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The optimism alarm over HTTP where a mean over labels is missing a label, or an interval. */
@ApiTest
class OptimismIT {
    private static final Decision DECISION =
            new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.5)));

    private final Chapters chapters;
    private final Worker worker;
    private final UUID project;
    private final User researcher;

    OptimismIT(Http http, Chapters chapters, Worker worker) {
        this.chapters = chapters;
        this.worker = worker;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    /**
     * One image of each patient; labels that are shown score higher by {@code gain} of a range of 1.
     *
     * @param massEvery which image shows the rarer label, none where it is more than there are
     */
    private static ScoredImages.Multilabel labels(String prefix, int images, int massEvery, double gain) {
        SplittableRandom random = new SplittableRandom(prefix.hashCode());
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 1; i <= images; i++) {
            List<Boolean> truth = List.of(i % 2 == 0, i % massEvery == 0);
            cases.add(new LabelledCase(
                    prefix + i,
                    new PatientId(prefix + i),
                    truth,
                    truth.stream()
                            .map(shown -> random.nextDouble(0, 1 - gain) + (shown ? gain : 0))
                            .toList()));
        }
        return new ScoredImages.Multilabel(List.of("Effusion", "Mass"), cases);
    }

    /** A training whose probabilities go through isotonic maps that were fitted to validation images which the network can't tell apart. */
    @Test
    void whatAnIsotonicMapMakesOfTheImagesThatItWasFittedToIsNoPromise() {
        ScoredImages.Multilabel judged = labels("w", 30, 4, 0);
        Decision decision = Decision.choose(judged, new ThresholdRule.MaximumF1(), RecalibrationMethod.ISOTONIC);
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        UUID training = chapters.experiment(researcher, split, "train");
        UUID run = chapters.runs(researcher, training).get(0);
        worker.train(run, judged);
        String body = "{\"subject\": {\"runId\": \"%s\"}, \"subset\": %s}";
        UUID validation = Chapters.created(researcher.post(
                "/api/v1/evaluations", body.formatted(run, "\"validation\", \"recalibration\": \"isotonic\"")));
        worker.evaluate(validation, true, judged, decision);
        UUID test = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                body.formatted(run, "\"test\", \"metrics\": [\"meanRocAuc\"], \"reason\": \"the plan is settled\"")));
        worker.evaluate(test, false, labels("x", 400, 4, 0), decision);
        JsonNode before = researcher.get("/api/v1/evaluations/" + test).json().get("optimism");
        assertThat(before.get("verdict").stringValue()).isEqualTo("undecided");
        assertThat(before.get("message").stringValue()).contains("the training has no summary yet");

        worker.summarise(training, judged, DECISION);

        JsonNode evaluation = researcher.get("/api/v1/evaluations/" + test).json();
        JsonNode optimism = evaluation.get("optimism");
        double flattered = researcher
                .get("/api/v1/evaluations/" + validation)
                .json()
                .at("/multilabelReport/meanRocAuc/value")
                .doubleValue();
        JsonNode own = researcher.get("/api/v1/experiments/" + training).json().at("/summary/multilabel/meanRocAuc");
        assertThat(optimism.get("expected")).isEqualTo(own);
        assertThat(flattered).isGreaterThan(own.get("value").doubleValue() + 0.03);
        JsonNode effect = evaluation.get("recalibrationEffect");
        assertThat(effect.at("/figures/3/figure").stringValue()).isEqualTo("rocAuc");
        assertThat(optimism.get("found")).isEqualTo(effect.at("/figures/3/change/before"));
        assertThat(optimism.get("found")).isNotEqualTo(evaluation.at("/multilabelReport/meanRocAuc"));
        assertThat(effect.at("/classes/0/rocAuc/after")).isEqualTo(evaluation.at("/multilabelReport/classes/0/rocAuc"));
        assertThat(optimism.get("trainingId").stringValue()).isEqualTo(training.toString());
        assertThat(optimism.get("validationId").stringValue()).isEqualTo(validation.toString());
        assertThat(optimism.get("message").stringValue())
                .contains("Both areas are of the network's own probabilities, as the isotonic map was fitted");
        assertThat(researcher
                        .get("/api/v1/evaluations/" + test + "/report?format=html")
                        .text())
                .contains("/api/v1/experiments/" + training)
                .doesNotContain("An isotonic map was fitted to the validation images.");
        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation + "/report?format=html")
                        .text())
                .contains("An isotonic map was fitted to the validation images.")
                .contains("so is every other figure here");
        assertThat(researcher
                        .get("/api/v1/experiments/" + training + "/report?format=html")
                        .text())
                .contains("An isotonic map was fitted to the validation images.");
    }

    private JsonNode optimism(double gainInDevelopment, ScoredImages found) {
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        UUID folds = chapters.experiment(researcher, split, "crossValidation");
        worker.crossValidate(
                folds,
                chapters.runs(researcher, folds),
                List.of(
                        labels("a", 40, 4, gainInDevelopment),
                        labels("b", 40, 4, gainInDevelopment),
                        labels("c", 40, 4, gainInDevelopment)),
                DECISION);
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        worker.train(run, labels("v", 40, 4, gainInDevelopment));
        String body = "{\"subject\": {\"runId\": \"%s\"}, \"subset\": %s}";
        UUID validation =
                Chapters.created(researcher.post("/api/v1/evaluations", body.formatted(run, "\"validation\"")));
        worker.evaluate(validation, true, labels("v", 40, 4, gainInDevelopment), DECISION);
        UUID test = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                body.formatted(run, "\"test\", \"metrics\": [\"meanRocAuc\"], \"reason\": \"the plan is settled\"")));
        worker.evaluate(test, false, found, DECISION);
        JsonNode evaluation = researcher.get("/api/v1/evaluations/" + test).json();
        assertThat(evaluation.at("/optimism/crossValidationId").stringValue()).isEqualTo(folds.toString());
        assertThat(researcher
                        .get("/api/v1/evaluations/" + test + "/report?format=html")
                        .text())
                .contains("Mean ROC AUC promised by development");
        return evaluation;
    }

    @Test
    void aLabelThatNoTestImageShowsIsLeftOutByNameAndTheOthersDecide() {
        JsonNode evaluation = optimism(0.45, labels("t", 80, 1000, 0.05));
        JsonNode optimism = evaluation.get("optimism");

        assertThat(optimism.get("verdict").stringValue()).isEqualTo("optimistic");
        assertThat(optimism.get("classes").toString()).isEqualTo("[\"Effusion\"]");
        assertThat(optimism.get("promisedOnly").toString()).isEqualTo("[\"Mass\"]");
        assertThat(optimism.get("foundOnly")).isEmpty();
        assertThat(optimism.at("/found/value").doubleValue())
                .isEqualTo(evaluation
                        .at("/multilabelReport/classes/0/rocAuc/value")
                        .doubleValue());
        JsonNode development = researcher
                .get("/api/v1/experiments/" + optimism.get("crossValidationId").stringValue())
                .json();
        JsonNode effusion = development.at("/summary/multilabel/classes/0/rocAuc");
        assertThat(optimism.at("/expected/value").doubleValue())
                .isCloseTo(effusion.get("value").doubleValue(), within(1e-12));
        assertThat(optimism.at("/expected/interval/lower").doubleValue())
                .isCloseTo(effusion.at("/interval/lower").doubleValue(), within(1e-12));
        assertThat(optimism.get("message").stringValue())
                .contains("Both means are over 'Effusion'")
                .contains("Left out, as these images cannot judge it: 'Mass'.");
        assertThat(development.get("optimism").get(0)).isEqualTo(optimism);
    }

    @Test
    void perfectSeparationOfEveryLabelIsHeldAgainstTheTest() {
        JsonNode optimism = optimism(0.6, labels("t", 80, 4, 0.05)).get("optimism");

        assertThat(optimism.at("/expected/value").doubleValue()).isEqualTo(1.0);
        assertThat(optimism.at("/expected/interval/lower").doubleValue()).isBetween(0.9, 1.0);
        assertThat(optimism.at("/expected/interval/method").stringValue()).isEqualTo("meanOfIntervals");
        assertThat(optimism.get("verdict").stringValue()).isEqualTo("optimistic");
        assertThat(optimism.get("classes")).hasSize(2);
        assertThat(optimism.get("promisedOnly")).isEmpty();
    }

    @Test
    void saysWhyNothingCanBeSaidWhereNoLabelIsJudgedByBoth() {
        ScoredImages.Multilabel nothingShown = labels("t", 1, 1000, 0.05);
        JsonNode optimism = optimism(0.45, nothingShown).get("optimism");

        assertThat(optimism.get("verdict").stringValue()).isEqualTo("undecided");
        assertThat(optimism.get("promisedOnly")).hasSize(2);
        assertThat(optimism.get("message").stringValue())
                .startsWith(
                        "Undecided: nothing had been promised: there is no class that development and these images both judge.")
                .contains("Left out, as these images cannot judge it: 'Effusion', 'Mass'.");
    }
}
