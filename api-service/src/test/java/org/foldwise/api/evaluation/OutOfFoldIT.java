package org.foldwise.api.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntBinaryOperator;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Stored;
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

/** Evaluations of cross-validations by what their folds held out: whose answers count, of nested ones and of repeated ones. */
@ApiTest
class OutOfFoldIT {
    private static final int FOLDS = 3;
    private static final Decision AT_A_THRESHOLD = new Decision.AtThreshold(ThresholdChoice.fixed(0.5));

    private final Chapters chapters;
    private final Worker worker;
    private final Stored stored;
    private final UUID project;
    private final User researcher;

    OutOfFoldIT(Http http, Chapters chapters, Worker worker, Stored stored) {
        this.chapters = chapters;
        this.worker = worker;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    /** Two images of each of 15 patients; what a fold's model scores lies on a scale of its own. */
    private static ScoredImages.Binary heldOut(int fold, int turn) {
        List<ScoredCase> cases = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            boolean positive = i / 2 % 3 == 0;
            double rank = (positive ? 0.25 : 0.1) + (i * turn + 3 * fold) % 13 / 40.0;
            cases.add(new ScoredCase(
                    "fold%d/image%d".formatted(fold, i),
                    new PatientId("f%dp%d".formatted(fold, i / 2)),
                    positive,
                    0.15 * fold + rank));
        }
        return new ScoredImages.Binary(List.of("negative", "positive"), cases);
    }

    private static ScoredImages.Multilabel ofLabels(int fold, int turn) {
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            List<Boolean> truth = List.of(i % 3 == 0, i % 4 == 1);
            double scale = 0.1 + 0.2 * fold;
            int place = i;
            cases.add(new LabelledCase(
                    "fold%d/image%d".formatted(fold, i),
                    new PatientId("f%dp%d".formatted(fold, i / 2)),
                    truth,
                    truth.stream()
                            .map(shown -> scale + (shown ? 0.2 : 0.05) + (place * turn) % 13 / 40.0)
                            .toList()));
        }
        return new ScoredImages.Multilabel(List.of("Effusion", "Mass"), cases);
    }

    /** The area under the ROC curve by hand: over all pairs. */
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

    private static double meanConcordance(ScoredImages images) {
        return (concordance(images.against(0)) + concordance(images.against(1))) / 2;
    }

    private UUID nested(UUID split) {
        return Chapters.created(researcher.post(
                "/api/v1/experiments",
                """
                {"name": "a search", "splitId": "%s", "plan": {"epochs": 3}, "procedure": {"kind": "nestedCrossValidation", "search":
                 {"kind": "grid", "inner": {"folds": 2, "validation": 0.3}, "seed": 1,
                  "space": [{"kind": "values", "pointer": "/head/dropout", "values": [0.1, 0.4]}]}}}"""
                        .formatted(split)));
    }

    /**
     * Plays the search.
     *
     * @param best the candidate that is chosen, by its fold and the number of candidates
     * @return the outer runs, in the order of the folds
     */
    private List<UUID> searched(UUID experiment, IntBinaryOperator best) {
        for (JsonNode run : runs(experiment)) {
            int fold = run.get("fold").intValue();
            boolean isBest = run.get("candidate").intValue() == best.applyAsInt(fold, 2);
            worker.trainInner(id(run), isBest ? 0.95 : 0.8);
        }
        return runs(experiment).stream()
                .filter(run -> !run.has("innerFold"))
                .map(OutOfFoldIT::id)
                .toList();
    }

    private List<JsonNode> runs(UUID experiment) {
        List<JsonNode> runs = new ArrayList<>();
        researcher.get(path(experiment) + "/runs").json().get("runs").forEach(runs::add);
        return runs;
    }

    private static UUID id(JsonNode run) {
        return UUID.fromString(run.get("id").stringValue());
    }

    private static String path(UUID experiment) {
        return "/api/v1/experiments/" + experiment;
    }

    private Answer evaluate(UUID experiment) {
        return researcher.post(
                "/api/v1/evaluations",
                "{\"subject\": {\"experimentId\": \"%s\"}, \"subset\": \"outOfFold\"}".formatted(experiment));
    }

    private String evaluated(UUID experiment, int repeats) {
        UUID evaluation = Chapters.created(evaluate(experiment));
        worker.evaluateOutOfFold(evaluation, repeats);
        return "/api/v1/evaluations/" + evaluation;
    }

    private static JsonNode section(JsonNode document, String title) {
        for (JsonNode section : document.get("sections")) {
            if (section.get("title").stringValue().equals(title)) {
                return section;
            }
        }
        throw new AssertionError("no section " + title);
    }

    private static List<JsonNode> rows(JsonNode section, String caption) {
        for (JsonNode block : section.get("blocks")) {
            String name =
                    block.path("caption").asString("") + block.path("title").asString("");
            if (name.startsWith(caption)) {
                List<JsonNode> rows = new ArrayList<>();
                block.get("rows").forEach(rows::add);
                return rows;
            }
        }
        throw new AssertionError("nothing is called " + caption);
    }

    private void requireUnfinished(UUID experiment) {
        Map<String, Long> before = stored.counts();
        Answer refused = evaluate(experiment);
        assertThat(refused.status()).as(refused.text()).isEqualTo(409);
        assertThat(refused.json().get("detail").stringValue())
                .startsWith("The nested cross-validation has not succeeded: an evaluation is of its outer folds")
                .contains("/search tells how far it is");
        assertThat(stored.counts()).isEqualTo(before);
    }

    /** A search promises what its folds come to one by one, since their scores need not be on one scale. */
    private void requirePromise(UUID split, UUID experiment, JsonNode mean) {
        String plan = "{\"epochs\": 3, \"head\": {\"dropout\": 0.1}}";
        UUID training = Chapters.created(researcher.post(
                "/api/v1/experiments", Chapters.experimentBody(split, "train").replace("{\"epochs\": 3}", plan)));
        UUID run = chapters.runs(researcher, training).get(0);
        worker.train(run);
        String ofRun = "{\"subject\": {\"runId\": \"%s\"}, \"subset\": %s}";
        worker.evaluate(
                Chapters.created(researcher.post("/api/v1/evaluations", ofRun.formatted(run, "\"validation\""))), true);
        UUID test = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                ofRun.formatted(run, "\"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"the plan is settled\"")));
        worker.evaluate(test, false);

        JsonNode optimism = researcher.get("/api/v1/evaluations/" + test).json().get("optimism");
        assertThat(optimism.get("crossValidationId").stringValue()).isEqualTo(experiment.toString());
        assertThat(mean.has("interval")).isTrue();
        assertThat(optimism.get("expected")).isEqualTo(mean);
        assertThat(optimism.get("message").stringValue()).doesNotContain("held-out images of the search together");
    }

    @Test
    void aNestedCrossValidationIsJudgedByWhatItsOuterFoldsHeldOutAndNotByInnerOnes() throws IOException {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID experiment = nested(split);
        requireUnfinished(experiment);
        List<UUID> outer = searched(experiment, (fold, candidates) -> fold % candidates);
        assertThat(outer).hasSize(FOLDS);
        requireUnfinished(experiment);
        List<ScoredImages> heldOut = List.of(heldOut(0, 5), heldOut(1, 5), heldOut(2, 5));
        worker.crossValidate(experiment, outer, heldOut, AT_A_THRESHOLD);

        String evaluation = evaluated(experiment, 1);

        List<ScoredCase> pooled = ScoredImages.together(heldOut).against(1);
        double mean = 0;
        for (ScoredImages fold : heldOut) {
            mean += concordance(fold.against(1)) / FOLDS;
        }
        JsonNode found = researcher.get(evaluation).json();
        JsonNode report = found.get("report");
        JsonNode summary = researcher.get(path(experiment)).json().get("summary");
        assertThat(report.get("images").intValue()).isEqualTo(90);
        assertThat(report.get("patients").intValue()).isEqualTo(45);
        assertThat(report.at("/rocAuc/value").doubleValue()).isCloseTo(concordance(pooled), within(1e-12));
        assertThat(report.get("rocAuc")).isEqualTo(summary.at("/pooled/rocAuc"));
        assertThat(summary.at("/meanRocAuc/value").doubleValue()).isCloseTo(mean, within(1e-12));
        assertThat(mean - concordance(pooled)).as("the folds' scales differ").isGreaterThan(0.05);
        double threshold = report.at("/threshold/threshold").doubleValue();
        assertThat(report.at("/confusion/truePositives").longValue())
                .isEqualTo(pooled.stream()
                        .filter(one -> one.positive() && one.probability() >= threshold)
                        .count());
        requireCases(evaluation, pooled, threshold);
        assertThat(found.at("/errorReview/worst/0/image").stringValue()).startsWith("fold");
        assertThat(found.at("/errorReview/doubts").isObject()).isTrue();
        assertThat(found.at("/subgroups/attributes/0/name").stringValue()).isEqualTo("site");
        for (String rows : List.of("/curves", "/subgroups", "/predictive-values?prevalence=0.02")) {
            assertThat(researcher.get(evaluation + rows).status()).as(rows).isEqualTo(200);
        }
        for (String inquiry : List.of("/neighbourhoods", "/explanation-checks")) {
            assertThat(researcher.post(evaluation + inquiry, "{}").status())
                    .as(inquiry)
                    .isEqualTo(202);
        }
        assertThat(researcher
                        .get("/api/v1/evaluations?experimentId=" + experiment)
                        .json()
                        .get("items"))
                .hasSize(1);
        requireDocuments(experiment, evaluation, outer);
        requirePromise(split, experiment, summary.get("meanRocAuc"));
        requireComparison(split, experiment, heldOut);
    }

    /** Those of the outer folds, each once, and nobody whom an inner training scored. */
    private void requireCases(String evaluation, List<ScoredCase> expected, double threshold) {
        Map<String, Double> probabilities = new TreeMap<>();
        for (JsonNode one : researcher.get(evaluation + "/cases").json().get("cases")) {
            Double other = probabilities.put(
                    one.get("image").stringValue(), one.get("probability").doubleValue());
            assertThat(other).as("judged before").isNull();
            assertThat(one.get("calledPositive").booleanValue())
                    .isEqualTo(one.get("probability").doubleValue() >= threshold);
        }
        Map<String, Double> byHand = new TreeMap<>();
        expected.forEach(one -> byHand.put(one.image(), one.probability()));
        assertThat(probabilities).isEqualTo(byHand);
        assertThat(researcher
                        .get(evaluation + "/cases", "Accept", "text/csv")
                        .text()
                        .lines())
                .hasSize(1 + expected.size());
    }

    private void requireDocuments(UUID experiment, String evaluation, List<UUID> outer) throws IOException {
        JsonNode document = researcher.get(evaluation + "/report").json();
        JsonNode folds = section(document, "Folds");
        List<JsonNode> chosen = rows(folds, "The plan that the search chose in each outer fold");
        for (int fold = 0; fold < FOLDS; fold++) {
            assertThat(chosen.get(fold).get(0).stringValue()).isEqualTo(Integer.toString(fold));
            assertThat(chosen.get(fold).get(1).stringValue()).isEqualTo(Integer.toString(fold % 2));
            assertThat(chosen.get(fold).get(2).stringValue())
                    .isEqualTo("/head/dropout " + (fold % 2 == 0 ? "0.1" : "0.4"));
            assertThat(chosen.get(fold).get(4).stringValue()).isEqualTo("/api/v1/runs/" + outer.get(fold));
        }
        assertThat(folds.toString())
                .contains("models of 2 different plans, which need not score on one scale")
                .contains("all held-out images together")
                .contains("mean of folds, corrected interval");
        assertThat(document.toString()).contains("the nested cross-validation 'a search'");
        assertThat(rows(section(document, "Provenance"), "Trainings")).hasSize(FOLDS);
        assertThat(researcher.get(evaluation + "/report?format=html").text())
                .contains("which need not score on one scale")
                .contains("/api/v1/runs/" + outer.get(1))
                .contains("Worst cases")
                .contains("Groups by site");
        Answer pdf = researcher.get(evaluation + "/report", "Accept", "application/pdf");
        assertThat(pdf.header("Content-Type")).contains("application/pdf");
        Files.write(
                Path.of("target", "out-of-fold-of-search.pdf"), pdf.response().body());
        Files.write(
                Path.of("target", "search-report.pdf"),
                researcher
                        .get(path(experiment) + "/report?format=pdf")
                        .response()
                        .body());
        JsonNode whole = researcher.get(path(experiment) + "/report").json();
        assertThat(section(whole, "Subgroups").toString()).contains(evaluation);
        assertThat(section(whole, "What the search chose").toString()).contains("which need not score on one scale");
    }

    /** Fold by fold, against one plan that was cross-validated on the same folds. */
    private void requireComparison(UUID split, UUID nested, List<ScoredImages> ofNested) {
        UUID plain = chapters.experiment(researcher, split, "crossValidation");
        List<ScoredImages> ofPlain = List.of(heldOut(0, 7), heldOut(1, 3), heldOut(2, 11));
        worker.crossValidate(plain, chapters.runs(researcher, plain), ofPlain, AT_A_THRESHOLD);

        Answer answer = researcher.get(path(nested) + "/comparisons/" + plain);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonNode comparison = answer.json();
        double difference = 0;
        for (int fold = 0; fold < FOLDS; fold++) {
            double first = concordance(ofNested.get(fold).against(1));
            double second = concordance(ofPlain.get(fold).against(1));
            difference += (first - second) / FOLDS;
            JsonNode pair = comparison.at("/folds/" + fold);
            assertThat(pair.at("/first/value").doubleValue()).isCloseTo(first, within(1e-12));
            assertThat(pair.at("/second/value").doubleValue()).isCloseTo(second, within(1e-12));
        }
        assertThat(comparison.at("/overFolds/difference/value").doubleValue()).isCloseTo(difference, within(1e-12));
        assertThat(comparison.at("/overFolds/difference/interval").isObject()).isTrue();
        assertThat(comparison.at("/overPatients/firstRocAuc").doubleValue())
                .isCloseTo(concordance(ScoredImages.together(ofNested).against(1)), within(1e-12));
        assertThat(comparison.get("verdict").stringValue())
                .contains("In 'a search' every fold has the plan that a search among its own patients chose")
                .contains("held against one plan that is fixed");
        Answer unfinished = researcher.get(path(plain) + "/comparisons/" + nested(split));
        assertThat(unfinished.status()).isEqualTo(409);
        assertThat(unfinished.json().get("detail").stringValue()).contains("is nestedCrossValidation and queued");
    }

    @Test
    void aSearchForLabelsIsJudgedByTheMeanOverThem() {
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        UUID experiment = nested(split);
        List<UUID> outer = searched(experiment, (fold, candidates) -> 1);
        List<ScoredImages> heldOut = List.of(ofLabels(0, 5), ofLabels(1, 5), ofLabels(2, 7));
        Decision halves = new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.5)));
        worker.crossValidate(experiment, outer, heldOut, halves);

        String evaluation = evaluated(experiment, 1);

        JsonNode found = researcher.get(evaluation).json();
        ScoredImages pooled = ScoredImages.together(heldOut);
        assertThat(found.at("/multilabelReport/images").intValue()).isEqualTo(90);
        assertThat(found.at("/multilabelReport/meanRocAuc/value").doubleValue())
                .isCloseTo(meanConcordance(pooled), within(1e-12));
        assertThat(found.at("/classErrorReview/classes/1/doubts").isObject()).isTrue();
        assertThat(found.at("/classSubgroups/attributes").isEmpty()).isFalse();
        assertThat(researcher.get(evaluation + "/cases").json().get("cases")).hasSize(90);
        assertThat(researcher.get(evaluation + "/curves").json().get("classes")).hasSize(2);
        JsonNode folds = section(researcher.get(evaluation + "/report").json(), "Folds");
        assertThat(folds.toString()).contains("All these folds chose one plan");
        List<JsonNode> areas = rows(folds, "Mean area under the ROC curve of each fold");
        assertThat(areas.get(1).get("value").doubleValue()).isCloseTo(meanConcordance(heldOut.get(1)), within(1e-12));
        assertThat(areas.get(4).get("label").stringValue()).isEqualTo("all held-out images together");
        assertThat(areas.get(4).get("value").doubleValue()).isCloseTo(meanConcordance(pooled), within(1e-12));

        UUID plain = chapters.experiment(researcher, split, "crossValidation");
        worker.crossValidate(plain, chapters.runs(researcher, plain), heldOut, halves);
        JsonNode comparison =
                researcher.get(path(plain) + "/comparisons/" + experiment).json();
        assertThat(comparison.at("/overFolds/difference/value").doubleValue()).isZero();
        assertThat(comparison.get("figuresOverFolds")).hasSize(9);
        assertThat(comparison.get("primaryFigure").stringValue()).isEqualTo("meanRocAuc");
        assertThat(comparison.get("verdict").stringValue()).contains("a search among its own patients chose");
    }

    /** Where a fold cannot judge a label, the mean of the folds is over other labels: the pooled area is promised, and called so. */
    @Test
    void aSearchOfWhichAFoldCannotJudgeALabelPromisesTheAreaAcrossPlans() {
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        UUID experiment = nested(split);
        List<UUID> outer = searched(experiment, (fold, candidates) -> 1);
        List<LabelledCase> withoutMass = new ArrayList<>();
        for (LabelledCase one : ofLabels(2, 7).cases()) {
            withoutMass.add(new LabelledCase(
                    one.image(), one.patient(), List.of(one.truth().get(0), false), one.probabilities()));
        }
        List<ScoredImages> heldOut = List.of(
                ofLabels(0, 5), ofLabels(1, 5), new ScoredImages.Multilabel(List.of("Effusion", "Mass"), withoutMass));
        Decision halves = new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.5)));
        worker.crossValidate(experiment, outer, heldOut, halves);
        UUID training = Chapters.created(researcher.post(
                "/api/v1/experiments",
                Chapters.experimentBody(split, "train")
                        .replace("{\"epochs\": 3}", "{\"epochs\": 3, \"head\": {\"dropout\": 0.1}}")));
        UUID run = chapters.runs(researcher, training).get(0);
        worker.train(run, ofLabels(0, 7));
        String ofRun = "{\"subject\": {\"runId\": \"%s\"}, \"subset\": %s}";
        UUID validation =
                Chapters.created(researcher.post("/api/v1/evaluations", ofRun.formatted(run, "\"validation\"")));
        worker.evaluate(validation, true, ofLabels(0, 7), halves);
        UUID test = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                ofRun.formatted(run, "\"test\", \"metrics\": [\"meanRocAuc\"], \"reason\": \"the plan is settled\"")));
        worker.evaluate(test, false, ofLabels(1, 3), halves);

        JsonNode optimism = researcher.get("/api/v1/evaluations/" + test).json().get("optimism");

        assertThat(optimism.get("crossValidationId").stringValue()).isEqualTo(experiment.toString());
        assertThat(optimism.at("/expected/value").doubleValue())
                .isCloseTo(meanConcordance(ScoredImages.together(heldOut)), within(1e-12));
        assertThat(optimism.get("message").stringValue())
                .contains("What was promised is the area of all held-out images of the search together");
    }

    private static ScoredImages.Multiclass ofClasses(int fold, int turn) {
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            int truth = i / 2 % 3;
            double right = 0.25 + 0.15 * fold + (i * turn) % 13 / 40.0;
            double[] probabilities = {(1 - right) * 0.55, (1 - right) * 0.45, 0};
            probabilities[2] = probabilities[truth];
            probabilities[truth] = right;
            cases.add(new ClassifiedCase(
                    "fold%d/image%d".formatted(fold, i),
                    new PatientId("f%dp%d".formatted(fold, i / 2)),
                    truth,
                    List.of(probabilities[0], probabilities[1], probabilities[2])));
        }
        return new ScoredImages.Multiclass(List.of("bcc", "mel", "nv"), cases);
    }

    private static double meanOverClasses(ScoredImages images) {
        return (concordance(images.against(0)) + concordance(images.against(1)) + concordance(images.against(2))) / 3;
    }

    @Test
    void aSearchAmongPlansForSeveralClassesEndsWithItsReport() throws IOException {
        UUID split = chapters.split(researcher, chapters.frozenOfClasses(researcher, project));
        UUID experiment = nested(split);
        requireUnfinished(experiment);
        List<UUID> outer = searched(experiment, (fold, candidates) -> fold % candidates);
        List<ScoredImages> heldOut = List.of(ofClasses(0, 5), ofClasses(1, 5), ofClasses(2, 7));
        worker.crossValidate(experiment, outer, heldOut, new Decision.MostProbable());

        JsonNode summary = researcher.get(path(experiment)).json().get("summary");
        ScoredImages pooled = ScoredImages.together(heldOut);
        double mean = heldOut.stream()
                .mapToDouble(OutOfFoldIT::meanOverClasses)
                .average()
                .orElseThrow();
        assertThat(summary.at("/meanRocAuc/value").doubleValue()).isCloseTo(mean, within(1e-12));
        assertThat(summary.at("/multiclass/meanRocAuc/value").doubleValue())
                .isCloseTo(meanOverClasses(pooled), within(1e-12));
        assertThat(summary.get("foldAverages")).hasSize(FOLDS);
        assertThat(summary.get("figures").findValuesAsString("figure"))
                .containsExactly("rocAuc", "averagePrecision", "f1", "accuracy", "recall", "specificity", "brierScore");
        JsonNode search = researcher.get(path(experiment) + "/search").json();
        assertThat(search.at("/meanRocAuc/value").doubleValue()).isCloseTo(mean, within(1e-12));

        JsonNode document = researcher.get(path(experiment) + "/report").json();
        List<JsonNode> areas = rows(section(document, "Folds"), "Mean area under the ROC curve of each fold");
        for (int fold = 0; fold < FOLDS; fold++) {
            assertThat(areas.get(fold).get("value").doubleValue())
                    .isCloseTo(meanOverClasses(heldOut.get(fold)), within(1e-12));
        }
        assertThat(rows(section(document, "Folds"), "Means over the folds")).hasSize(7);
        assertThat(section(document, "What the search chose").toString()).contains("/head/dropout 0.4");
        assertThat(rows(section(document, "Discrimination"), "Area under the ROC curve of each class").stream()
                        .map(row -> row.get("label").stringValue()))
                .containsExactly("bcc", "mel", "nv", "mean");
        assertThat(section(document, "CLAIM 2024").toString()).contains("held out once by 3 folds in turn");
        Answer html = researcher.get(path(experiment) + "/report?format=html");
        assertThat(html.text()).contains("each image shows one").contains("Balanced accuracy");
        Answer pdf = researcher.get(path(experiment) + "/report?format=pdf");
        assertThat(pdf.status()).isEqualTo(200);
        Files.write(Path.of("target", "search-of-classes.pdf"), pdf.response().body());

        String evaluation = evaluated(experiment, 1);
        JsonNode found = researcher.get(evaluation).json();
        assertThat(found.at("/multiclassReport/images").intValue()).isEqualTo(108);
        assertThat(found.at("/multiclassReport/meanRocAuc/value"))
                .isEqualTo(summary.at("/multiclass/meanRocAuc/value"));
        assertThat(found.at("/classErrorReview/doubts/counts")).hasSize(3);
        assertThat(researcher.get(evaluation + "/cases").json().get("cases")).hasSize(108);
        assertThat(researcher.get(evaluation + "/curves").json().get("classes")).hasSize(3);
        assertThat(section(researcher.get(evaluation + "/report").json(), "Folds")
                        .toString())
                .contains("models of 2 different plans");
    }

    /** Each image was held out twice and counts once, so the trainings of the other repeat have no part in it. */
    @Test
    void aRepeatedCrossValidationShowsTheTrainingsOfTheRepeatThatIsJudged() {
        UUID split = Chapters.created(
                researcher.post(
                        "/api/v1/datasets/" + chapters.frozen(researcher, project) + "/splits",
                        """
                {"name": "twice two", "seed": 7,
                 "spec": {"kind": "kFold", "folds": 2, "repeats": 2, "test": 0.2, "validation": 0.25}}"""));
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        List<UUID> folds = chapters.runs(researcher, experiment);
        List<ScoredImages> heldOut = List.of(heldOut(0, 5), heldOut(1, 5), heldOut(1, 7), heldOut(0, 7));
        worker.crossValidate(experiment, folds, heldOut, 2, AT_A_THRESHOLD);

        String evaluation = evaluated(experiment, 2);

        assertThat(researcher.get(evaluation).json().at("/report/rocAuc/value").doubleValue())
                .isCloseTo(
                        concordance(ScoredImages.together(heldOut.subList(0, 2)).against(1)), within(1e-12));
        JsonNode document = researcher.get(evaluation + "/report").json();
        assertThat(section(document, "Folds").toString())
                .contains("Every patient was held out 2 times. This evaluation is of the first repeat, folds 0 to 1");
        assertThat(rows(section(document, "Provenance"), "Trainings").stream()
                        .map(row -> row.get(1).stringValue()))
                .containsExactly("/api/v1/runs/" + folds.get(0), "/api/v1/runs/" + folds.get(1));
    }
}
