package org.foldwise.api.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Worker;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.registry.access.Role;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class ComparisonIT {
    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final UUID project;
    private final User researcher;

    ComparisonIT(Http http, Chapters chapters, Worker worker) {
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    private UUID crossValidated(UUID split) {
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        worker.crossValidate(experiment, chapters.runs(researcher, experiment));
        return experiment;
    }

    private Answer compare(User user, UUID first, UUID second) {
        return user.get("/api/v1/experiments/" + first + "/comparisons/" + second);
    }

    @Test
    void comparesTwoCrossValidationsOnTheSameSplit() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID first = crossValidated(split);
        UUID second = crossValidated(split);

        Answer answer = compare(researcher, first, second);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode comparison = answer.json();
        assertThat(comparison.get("folds").size()).isEqualTo(3);
        assertThat(comparison.get("testToTrain").doubleValue()).isBetween(0.3, 2.0);
        // both play the same scores
        assertThat(comparison.get("overFolds").get("pValue").get("value").doubleValue())
                .isEqualTo(1);
        assertThat(comparison.get("overPatients").get("pValue").doubleValue()).isEqualTo(1);
        assertThat(comparison.get("overPatients").get("figures").size()).isEqualTo(16);
        assertThat(comparison.at("/overImages/rightDecisions/onlyFirst").intValue())
                .isZero();
        assertThat(comparison.get("verdict").stringValue()).contains("no interval and nothing to conclude");
        JsonNode report = researcher
                .get("/api/v1/experiments/" + first + "/comparisons/" + second + "/report")
                .json();
        assertThat(report.get("sections").findValuesAsString("title"))
                .startsWith("Summary", "Folds", "Differences")
                .contains("Decisions", "Openings of the test subset", "Provenance of A", "Provenance of B");
        assertThat(compare(http.user(Role.ADMIN, chapters.project()), first, second)
                        .status())
                .isEqualTo(404);
    }

    /**
     * Figures over folds are the means of what the folds' own resource has, their differences have the corrected interval, and p values are
     * adjusted by hand.
     *
     * @param inFolds what each figure is called there
     */
    private void requireDifferencesOfFolds(JsonNode comparison, UUID first, UUID second, Map<String, String> inFolds) {
        Map<String, JsonNode> figures = new HashMap<>();
        comparison
                .get("figuresOverFolds")
                .forEach(one -> figures.put(one.get("figure").stringValue(), one));
        double correction = comparison.get("testToTrain").doubleValue();
        inFolds.forEach((figure, inFold) -> {
            List<Double> ofFirst = folds(first, inFold);
            List<Double> ofSecond = folds(second, inFold);
            int count = ofFirst.size();
            assertThat(count).as(figure).isEqualTo(3);
            double[] differences = IntStream.range(0, count)
                    .mapToDouble(i -> ofFirst.get(i) - ofSecond.get(i))
                    .toArray();
            double mean = Arrays.stream(differences).average().orElseThrow();
            double variance = Arrays.stream(differences)
                            .map(one -> (one - mean) * (one - mean))
                            .sum()
                    / (count - 1);
            JsonNode found = figures.get(figure);
            assertThat(found.at("/first/value").doubleValue())
                    .isCloseTo(
                            ofFirst.stream().mapToDouble(one -> one).average().orElseThrow(), within(1e-12));
            assertThat(found.at("/difference/value").doubleValue()).as(figure).isCloseTo(mean, within(1e-12));
            if (variance > 1e-20) {
                assertThat(found.at("/t/value").doubleValue())
                        .as(figure)
                        .isCloseTo(mean / Math.sqrt((1.0 / count + correction) * variance), within(1e-6));
            }
        });
        List<Double> raw = new ArrayList<>();
        figures.values().forEach(one -> raw.add(one.at("/pValue/value").doubleValue()));
        for (JsonNode one : figures.values()) {
            double pValue = one.at("/pValue/value").doubleValue();
            // Holm: the largest over the p values up to this one of the p value times how many are not below it
            double adjusted = raw.stream()
                    .filter(other -> other <= pValue)
                    .mapToDouble(other -> Math.min(
                            1,
                            other * raw.stream().filter(third -> third >= other).count()))
                    .max()
                    .orElseThrow();
            assertThat(one.at("/adjustedPValue/value").doubleValue()).isCloseTo(adjusted, within(1e-12));
        }
    }

    private List<Double> folds(UUID experiment, String figure) {
        List<Double> values = new ArrayList<>();
        for (JsonNode row : researcher
                .get("/api/v1/experiments/" + experiment + "/folds")
                .json()
                .get("rows")) {
            if (row.get("figure").stringValue().equals(figure)) {
                values.add(row.at("/estimate/value").doubleValue());
            }
        }
        return values;
    }

    /** Images of two classes, scored with that much noise. */
    private static ScoredImages.Binary binary(String part, double noise) {
        SplittableRandom random = new SplittableRandom(part.hashCode() + Math.round(100 * noise));
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            boolean positive = i % 3 == 0;
            cases.add(new ScoredCase(
                    part + i,
                    new PatientId(part + i / 2),
                    positive,
                    1 / (1 + Math.exp(-noise * random.nextGaussian() - (positive ? 1 : -1)))));
        }
        return new ScoredImages.Binary(List.of("bronze", "jade"), cases);
    }

    private UUID crossValidatedBinary(UUID split, double noise) {
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        worker.crossValidate(
                experiment,
                chapters.runs(researcher, experiment),
                List.of(binary("a", noise), binary("b", noise), binary("c", noise)),
                new Decision.AtThreshold(ThresholdChoice.fixed(0.5)));
        return experiment;
    }

    @Test
    void comparesEveryFigureOfTheFoldsOfABinaryTask() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID first = crossValidatedBinary(split, 0.6);
        UUID second = crossValidatedBinary(split, 3);

        JsonNode comparison = compare(researcher, first, second).json();

        assertThat(comparison.get("figuresOverFolds").findValuesAsString("figure"))
                .containsExactly(
                        "rocAuc",
                        "averagePrecision",
                        "f1",
                        "accuracy",
                        "balancedAccuracy",
                        "recall",
                        "specificity",
                        "precision",
                        "negativePredictiveValue",
                        "matthewsCorrelation",
                        "kappa",
                        "brierScore",
                        "logLoss",
                        "expectedCalibrationError");
        assertThat(comparison.get("primaryFigure").stringValue()).isEqualTo("rocAuc");
        assertThat(comparison.at("/figuresOverFolds/0/pValue")).isEqualTo(comparison.at("/overFolds/pValue"));
        Map<String, String> inFolds = new HashMap<>();
        for (String figure : List.of(
                "rocAuc",
                "averagePrecision",
                "f1",
                "accuracy",
                "balancedAccuracy",
                "recall",
                "specificity",
                "brierScore")) {
            inFolds.put(figure, figure);
        }
        requireDifferencesOfFolds(comparison, first, second, inFolds);
        assertThat(comparison.at("/figuresOverFolds/12/difference/value").doubleValue())
                .as("log loss")
                .isNegative();
        String report = researcher
                .get("/api/v1/experiments/" + first + "/comparisons/" + second + "/report?format=html")
                .text();
        assertThat(report).contains("Expected calibration error", "adjusted for 14 figures (Holm 1979)");
    }

    /** Images of three exclusive classes, scored with that much noise. */
    private static ScoredImages.Multiclass classes(String part, double noise) {
        SplittableRandom random = new SplittableRandom(part.hashCode() + Math.round(100 * noise));
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 45; i++) {
            int truth = i % 3;
            double[] odds = IntStream.range(0, 3)
                    .mapToDouble(k -> Math.exp(noise * random.nextGaussian() + (k == truth ? 2 : 0)))
                    .toArray();
            double sum = Arrays.stream(odds).sum();
            cases.add(new ClassifiedCase(
                    part + i,
                    new PatientId(part + i / 2),
                    truth,
                    Arrays.stream(odds).mapToObj(one -> one / sum).toList()));
        }
        return new ScoredImages.Multiclass(List.of("bcc", "mel", "nv"), cases);
    }

    private UUID crossValidatedClasses(UUID split, double noise) {
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        worker.crossValidate(
                experiment,
                chapters.runs(researcher, experiment),
                List.of(classes("a", noise), classes("b", noise), classes("c", noise)),
                new Decision.MostProbable());
        return experiment;
    }

    @Test
    void comparesEveryFigureOfTheFoldsOfSeveralClasses() {
        UUID split = chapters.split(researcher, chapters.frozenOfClasses(researcher, project));
        UUID first = crossValidatedClasses(split, 0.6);
        UUID second = crossValidatedClasses(split, 3);

        JsonNode comparison = compare(researcher, first, second).json();

        assertThat(comparison.get("figuresOverFolds").findValuesAsString("figure"))
                .containsExactly(
                        "meanRocAuc",
                        "meanAveragePrecision",
                        "meanF1",
                        "accuracy",
                        "balancedAccuracy",
                        "meanRecall",
                        "meanSpecificity",
                        "matthewsCorrelation",
                        "kappa",
                        "meanBrierScore",
                        "logLoss");
        requireDifferencesOfFolds(
                comparison,
                first,
                second,
                Map.of(
                        "meanRocAuc", "rocAuc",
                        "meanAveragePrecision", "averagePrecision",
                        "meanF1", "f1",
                        "accuracy", "accuracy",
                        "balancedAccuracy", "recall",
                        "meanRecall", "recall",
                        "meanSpecificity", "specificity",
                        "meanBrierScore", "brierScore"));
    }

    private UUID outOfFold(UUID experiment) {
        UUID evaluation = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                "{\"subject\": {\"experimentId\": \"%s\"}, \"subset\": \"outOfFold\"}".formatted(experiment)));
        worker.evaluate(evaluation, false);
        return evaluation;
    }

    @Test
    void heldOutImagesOfTwoCrossValidationsAreComparedAsTwoEvaluations() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID first = outOfFold(crossValidated(split));

        Answer answer =
                researcher.get("/api/v1/evaluations/" + first + "/comparisons/" + outOfFold(crossValidated(split)));

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("subset").stringValue()).isEqualTo("outOfFold");
        assertThat(answer.json().get("first").has("runId")).isFalse();
        assertThat(answer.json().get("cautions").toString()).contains("thresholds of both were chosen on these same");
    }

    /** Two labels whose scores are off by that much, with patients of their own in each part. */
    private static ScoredImages.Multilabel labels(String part, double noise) {
        SplittableRandom random = new SplittableRandom(part.hashCode() + Math.round(100 * noise));
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<Boolean> truth = List.of(i % 2 == 0, i % 5 == 0);
            cases.add(new LabelledCase(
                    part + i,
                    new PatientId(part + i / 2),
                    truth,
                    truth.stream()
                            .map(shown -> 1 / (1 + Math.exp(-noise * random.nextGaussian() - (shown ? 1 : -1))))
                            .toList()));
        }
        return new ScoredImages.Multilabel(List.of("Effusion", "Mass"), cases);
    }

    private UUID crossValidatedLabels(UUID split, double noise) {
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        worker.crossValidate(
                experiment,
                chapters.runs(researcher, experiment),
                List.of(labels("a", noise), labels("b", noise), labels("c", noise)),
                new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.5))));
        return experiment;
    }

    @Test
    void comparesLabelsByTheirMeanAndOneByOne() {
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        UUID first = crossValidatedLabels(split, 0.6);
        UUID second = crossValidatedLabels(split, 4);

        Answer answer = compare(researcher, first, second);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode comparison = answer.json();
        JsonNode folds = researcher.get("/api/v1/experiments/" + first).json().at("/summary/foldAverages");
        for (int i = 0; i < 3; i++) {
            assertThat(comparison.at("/folds/" + i + "/first")).isEqualTo(folds.at("/" + i + "/rocAuc"));
        }
        assertThat(comparison.get("figuresOverFolds").findValuesAsString("figure"))
                .containsExactly(
                        "meanRocAuc",
                        "meanAveragePrecision",
                        "meanF1",
                        "accuracy",
                        "balancedAccuracy",
                        "meanRecall",
                        "meanSpecificity",
                        "meanBrierScore",
                        "logLoss");
        assertThat(comparison.get("primaryFigure").stringValue()).isEqualTo("meanRocAuc");
        requireDifferencesOfFolds(
                comparison,
                first,
                second,
                Map.of(
                        "meanRocAuc", "rocAuc",
                        "meanAveragePrecision", "averagePrecision",
                        "meanF1", "f1",
                        "accuracy", "subsetAccuracy",
                        "meanRecall", "recall",
                        "meanSpecificity", "specificity",
                        "meanBrierScore", "brierScore"));
        assertThat(comparison.at("/figuresOverFolds/0/difference")).isEqualTo(comparison.at("/overFolds/difference"));
        assertThat(comparison.has("overPatients")).isFalse();
        JsonNode patients = comparison.get("classesOverPatients");
        assertThat(patients.get("comparedAreas").intValue()).isEqualTo(2);
        assertThat(patients.get("comparedDecisions").intValue()).isEqualTo(2);
        assertThat(patients.at("/figures/0/difference/value").doubleValue()).isPositive();
        assertThat(patients.at("/figures/0/difference/interval/method").stringValue())
                .isEqualTo("patientMeanPairedDeLong");
        assertThat(patients.at("/figures/1/difference/interval/method").stringValue())
                .isEqualTo("patientJackknife");
        for (JsonNode label : patients.get("classes")) {
            double raw = label.at("/pValue/value").doubleValue();
            assertThat(label.at("/adjustedPValue/value").doubleValue()).isBetween(raw, 2 * raw);
            assertThat(label.at("/accuracyPValue/value").doubleValue()).isBetween(0.0, 1.0);
        }
        assertThat(comparison.get("verdict").stringValue())
                .contains("over all labels")
                .contains("2 areas of single labels were compared");
        assertThat(researcher
                        .get("/api/v1/experiments/" + first + "/comparisons/" + second + "/report?format=html")
                        .text())
                .contains("Corrected resampled t-test of the folds", "Each label", "ROC curves of both for each label");
        assertThat(researcher
                        .get("/api/v1/experiments/" + first)
                        .json()
                        .at("/summary/meanRocAuc/interval/method")
                        .stringValue())
                .isEqualTo("correctedResampledT");
    }

    @Test
    void refusesWhatCannotBeCompared() {
        UUID dataset = chapters.frozen(researcher, project);
        UUID split = chapters.split(researcher, dataset);
        UUID other = Chapters.created(
                researcher.post(
                        "/api/v1/datasets/" + dataset + "/splits",
                        """
                {"name": "other", "seed": 8, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
                """));
        UUID first = chapters.experiment(researcher, split, "crossValidation");

        Answer otherSplit = compare(researcher, first, chapters.experiment(researcher, other, "crossValidation"));
        assertThat(otherSplit.status()).isEqualTo(409);
        assertThat(otherSplit.json().get("detail").stringValue()).contains("different splits");

        Answer unfinished = compare(researcher, first, chapters.experiment(researcher, split, "train"));
        assertThat(unfinished.status()).isEqualTo(409);
        assertThat(unfinished.json().get("detail").stringValue()).contains("queued");
    }
}
