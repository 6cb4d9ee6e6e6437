package org.foldwise.api.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Stored;
import org.foldwise.api.Worker;
import org.foldwise.learning.SharedFolder;
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
import tools.jackson.databind.json.JsonMapper;

/** Two models on the same images: figures against sums written out here and against the reference vectors, over HTTP. */
@ApiTest
class EvaluationComparisonIT {
    private static final Offset<Double> EXACT = within(1e-12);

    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final Stored stored;
    private final UUID project;
    private final User researcher;

    EvaluationComparisonIT(Http http, Chapters chapters, Worker worker, Stored stored) {
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.stored = stored;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    private UUID run(UUID split) {
        return chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
    }

    private UUID trained(UUID split) {
        UUID run = run(split);
        worker.train(run);
        return run;
    }

    private UUID evaluation(UUID run, String rest) {
        return Chapters.created(
                researcher.post("/api/v1/evaluations", "{\"subject\": {\"runId\": \"%s\"}, %s}".formatted(run, rest)));
    }

    private UUID validated(UUID split, List<ScoredCase> cases, double threshold) {
        UUID validation = evaluation(trained(split), "\"subset\": \"validation\"");
        worker.evaluate(validation, true, cases, threshold);
        return validation;
    }

    /** An evaluation of the test subset by a model with that threshold. */
    private UUID tested(UUID split, List<ScoredCase> cases, double threshold, String metrics) {
        UUID run = trained(split);
        worker.evaluate(evaluation(run, "\"subset\": \"validation\""), true, cases, threshold);
        UUID test = evaluation(run, "\"subset\": \"test\", \"reason\": \"final\", \"metrics\": " + metrics);
        worker.evaluate(test, false, cases, threshold);
        return test;
    }

    private static String path(UUID first, UUID second) {
        return "/api/v1/evaluations/" + first + "/comparisons/" + second;
    }

    private JsonNode compared(UUID first, UUID second) {
        Answer answer = researcher.get(path(first, second));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    /** Films of patients who have 1 to 3, some of them with and some without what is looked for. */
    private static List<ScoredCase> films(double noise) {
        SplittableRandom truth = new SplittableRandom(5);
        SplittableRandom random = new SplittableRandom(Math.round(1000 * noise));
        List<ScoredCase> films = new ArrayList<>();
        for (int patient = 0; patient < 30; patient++) {
            double own = 0.5 * truth.nextGaussian();
            for (int i = 0; i <= patient % 3; i++) {
                boolean positive = truth.nextInt(3) == 0;
                double logit = own + noise * random.nextGaussian() + (positive ? 1 : -1);
                // of two decimals, so that there are ties
                double probability = Math.rint(100 / (1 + Math.exp(-logit))) / 100;
                films.add(new ScoredCase("film" + films.size(), new PatientId("p" + patient), positive, probability));
            }
        }
        return films;
    }

    @Test
    void twoModelsAreComparedOnATestSubsetThatIsNotOpenedForIt() throws Exception {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        List<ScoredCase> one = films(0.6);
        List<ScoredCase> other = films(1.7);
        UUID first = tested(split, one, 0.5, "[\"rocAuc\", \"kappa\"]");
        UUID second = tested(split, other, 0.6, "[\"maximumCalibrationError\", \"rocAuc\"]");
        var before = stored.counts();

        JsonNode forth = compared(first, second);

        assertThat(forth.at("/first/opening/number").intValue()).isOne();
        assertThat(forth.at("/second/opening/number").intValue()).isEqualTo(2);
        assertThat(forth.at("/second/opening/reuse").booleanValue()).isTrue();
        assertThat(forth.at("/second/opening/metrics").toString())
                .isEqualTo("[\"maximumCalibrationError\",\"rocAuc\"]");
        assertThat(forth.at("/first/threshold").doubleValue()).isEqualTo(0.5);
        assertThat(forth.get("images").intValue()).isEqualTo(60);
        assertThat(forth.get("patients").intValue()).isEqualTo(30);
        assertThat(forth.get("patientsWithSeveralImages").intValue()).isEqualTo(20);
        assertThat(forth.get("cautions").toString())
                .contains("20 of the 30 patients have several images")
                .contains("The second is opening 2 of the test subset: a re-use")
                .contains("has chosen by the test images");
        assertThat(forth.get("verdict").stringValue())
                .startsWith("On the same 60 images of 30 patients the area under the ROC curve of the first")
                .contains("95 % interval", "(over patients)");
        requireFiguresAsByHand(forth, one, other);
        requireNegated(forth, compared(second, first));
        requireDocument(forth, first, second);
        // neither an opening nor anything else has come of it
        assertThat(stored.counts()).isEqualTo(before);
        // who is of another project sees neither
        assertThat(http.user(Role.ADMIN, chapters.project())
                        .get(path(first, second))
                        .status())
                .isEqualTo(404);
    }

    /** What is drawn of the pairs of a positive and a negative film, and summed over patients, once more and as plainly as can be. */
    private static void requireFiguresAsByHand(JsonNode forth, List<ScoredCase> one, List<ScoredCase> other) {
        JsonNode patients = forth.get("overPatients");
        JsonNode images = forth.get("overImages");
        double difference = area(one) - area(other);
        assertThat(patients.at("/firstRocAuc").doubleValue()).isCloseTo(area(one), EXACT);
        assertThat(patients.at("/rocAucDifference/value").doubleValue()).isCloseTo(difference, EXACT);
        assertThat(images.at("/rocAucDifference/value").doubleValue()).isCloseTo(difference, EXACT);
        double ofPatients = difference / Math.sqrt(variance(one, other, scored -> scored.patient()));
        double ofImages = difference / Math.sqrt(variance(one, other, scored -> scored.image()));
        assertThat(patients.at("/z/value").doubleValue()).isCloseTo(ofPatients, within(1e-9));
        assertThat(images.at("/z/value").doubleValue()).isCloseTo(ofImages, within(1e-9));
        assertThat(patients.at("/rocAucDifference/interval/method").stringValue())
                .isEqualTo("patientPairedDeLong");
        assertThat(images.at("/rocAucDifference/interval/method").stringValue()).isEqualTo("pairedDeLong");
        double half = 1.959963984540054 * difference / ofImages;
        assertThat(images.at("/rocAucDifference/interval/upper").doubleValue())
                .isCloseTo(difference + half, within(1e-9));

        int[] table = new int[4];
        for (int i = 0; i < one.size(); i++) {
            boolean positive = one.get(i).positive();
            boolean byFirst = positive == one.get(i).probability() >= 0.5;
            boolean bySecond = positive == other.get(i).probability() >= 0.6;
            table[(byFirst ? 2 : 0) + (bySecond ? 1 : 0)]++;
        }
        JsonNode right = images.get("rightDecisions");
        assertThat(List.of(
                        right.get("both").intValue(),
                        right.get("onlyFirst").intValue(),
                        right.get("onlySecond").intValue(),
                        right.get("neither").intValue()))
                .containsExactly(table[3], table[2], table[1], table[0]);
        int disagreements = table[1] + table[2];
        double tail = IntStream.rangeClosed(0, Math.min(table[1], table[2]))
                .mapToDouble(k -> binomial(disagreements, k))
                .sum();
        assertThat(right.get("exactPValue").doubleValue()).isCloseTo(Math.min(1, 2 * tail), EXACT);
        assertThat(right.at("/midPValue/value").doubleValue())
                .isCloseTo(Math.min(1, 2 * tail) - binomial(disagreements, Math.min(table[1], table[2])), EXACT);
        assertThat(patients.at("/accuracyDifference/value").doubleValue())
                .isCloseTo((table[2] - table[1]) / 60.0, EXACT);

        JsonNode recall = figure(forth, "recall");
        assertThat(recall.at("/difference/value").doubleValue())
                .isCloseTo(rate(one, true, 0.5) - rate(other, true, 0.6), EXACT);
        assertThat(recall.at("/difference/interval/method").stringValue()).isEqualTo("patientJackknife");
        JsonNode specificity = figure(forth, "specificity");
        assertThat(specificity.at("/first/value").doubleValue()).isCloseTo(rate(one, false, 0.5), EXACT);
        assertThat(specificity.at("/second/value").doubleValue()).isCloseTo(rate(other, false, 0.6), EXACT);
        JsonNode brier = figure(forth, "brierScore");
        assertThat(brier.at("/difference/value").doubleValue()).isCloseTo(brier(one) - brier(other), EXACT);
    }

    private static JsonNode figure(JsonNode comparison, String name) {
        return comparison
                .at("/overPatients/figures")
                .valueStream()
                .filter(figure -> figure.get("figure").stringValue().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double rate(List<ScoredCase> cases, boolean positive, double threshold) {
        return cases.stream()
                .filter(scored -> scored.positive() == positive)
                .mapToInt(scored -> scored.probability() >= threshold == positive ? 1 : 0)
                .average()
                .orElseThrow();
    }

    private static double brier(List<ScoredCase> cases) {
        return cases.stream()
                .mapToDouble(scored -> Math.pow(scored.probability() - (scored.positive() ? 1 : 0), 2))
                .average()
                .orElseThrow();
    }

    private static double binomial(int n, int k) {
        double coefficient = 1;
        for (int i = 0; i < k; i++) {
            coefficient = coefficient * (n - i) / (i + 1);
        }
        return coefficient * Math.pow(0.5, n);
    }

    private static double ordered(ScoredCase positive, ScoredCase negative) {
        return positive.probability() > negative.probability()
                ? 1
                : positive.probability() == negative.probability() ? 0.5 : 0;
    }

    private static double area(List<ScoredCase> cases) {
        return cases.stream()
                .filter(ScoredCase::positive)
                .flatMapToDouble(positive -> cases.stream()
                        .filter(scored -> !scored.positive())
                        .mapToDouble(negative -> ordered(positive, negative)))
                .average()
                .orElseThrow();
    }

    /** A case's share of the other kind that it is ordered rightly with, less the area. */
    private static double component(List<ScoredCase> cases, int index) {
        ScoredCase own = cases.get(index);
        return cases.stream()
                        .filter(scored -> scored.positive() != own.positive())
                        .mapToDouble(scored -> own.positive() ? ordered(own, scored) : ordered(scored, own))
                        .average()
                        .orElseThrow()
                - area(cases);
    }

    /** Obuchowski's variance of the difference of two areas; DeLong's where each case is its own cluster. */
    private static double variance(List<ScoredCase> one, List<ScoredCase> other, Function<ScoredCase, ?> clusterOf) {
        Map<Object, double[]> sums = new HashMap<>();
        double[] counts = new double[2];
        for (int i = 0; i < one.size(); i++) {
            int kind = one.get(i).positive() ? 0 : 1;
            double[] cluster = sums.computeIfAbsent(clusterOf.apply(one.get(i)), absent -> new double[4]);
            cluster[kind] += component(one, i) - component(other, i);
            cluster[2 + kind]++;
            counts[kind]++;
        }
        double[] squares = new double[3];
        double[] clusters = new double[2];
        for (double[] cluster : sums.values()) {
            squares[0] += cluster[0] * cluster[0];
            squares[1] += cluster[1] * cluster[1];
            squares[2] += 2 * cluster[0] * cluster[1];
            clusters[0] += cluster[2] > 0 ? 1 : 0;
            clusters[1] += cluster[3] > 0 ? 1 : 0;
        }
        double all = sums.size();
        return clusters[0] / (clusters[0] - 1) * squares[0] / (counts[0] * counts[0])
                + clusters[1] / (clusters[1] - 1) * squares[1] / (counts[1] * counts[1])
                + all / (all - 1) * squares[2] / (counts[0] * counts[1]);
    }

    private static void requireNegated(JsonNode forth, JsonNode back) {
        assertThat(back.get("first")).isEqualTo(forth.get("second"));
        for (String difference : List.of("/overPatients/rocAucDifference", "/overPatients/accuracyDifference")) {
            requireNegatedEstimate(forth.at(difference), back.at(difference));
        }
        requireNegatedEstimate(forth.at("/overImages/rocAucDifference"), back.at("/overImages/rocAucDifference"));
        JsonNode figures = forth.at("/overPatients/figures");
        for (int i = 0; i < figures.size(); i++) {
            JsonNode other = back.at("/overPatients/figures/" + i);
            requireNegatedEstimate(figures.get(i).get("difference"), other.get("difference"));
            assertThat(other.get("pValue")).isEqualTo(figures.get(i).get("pValue"));
            assertThat(other.get("second")).isEqualTo(figures.get(i).get("first"));
        }
        assertThat(back.at("/overPatients/accuracyPValue")).isEqualTo(forth.at("/overPatients/accuracyPValue"));
        assertThat(back.at("/overImages/rightDecisions/onlySecond"))
                .isEqualTo(forth.at("/overImages/rightDecisions/onlyFirst"));
        assertThat(back.at("/overImages/rightDecisions/exactPValue"))
                .isEqualTo(forth.at("/overImages/rightDecisions/exactPValue"));
    }

    private static void requireNegatedEstimate(JsonNode forth, JsonNode back) {
        assertThat(back.get("value").doubleValue())
                .isCloseTo(-forth.get("value").doubleValue(), EXACT);
        assertThat(back.at("/interval/lower").doubleValue())
                .isCloseTo(-forth.at("/interval/upper").doubleValue(), EXACT);
        assertThat(back.at("/interval/upper").doubleValue())
                .isCloseTo(-forth.at("/interval/lower").doubleValue(), EXACT);
    }

    private void requireDocument(JsonNode comparison, UUID first, UUID second) throws Exception {
        String path = path(first, second);
        JsonNode document = researcher.get(path + "/report").json();
        assertThat(document.get("sections").findValuesAsString("title"))
                .contains(
                        "Summary",
                        "Differences",
                        "Discrimination",
                        "Decisions",
                        "Openings of the test subset",
                        "Provenance of A",
                        "Provenance of B");
        JsonNode forest = block(document, "forest");
        assertThat(forest.at("/rows/0/value")).isEqualTo(comparison.at("/overPatients/rocAucDifference/value"));
        assertThat(forest.at("/rows/0/lower"))
                .isEqualTo(comparison.at("/overPatients/rocAucDifference/interval/lower"));
        assertThat(forest.get("reference").doubleValue()).isZero();
        assertThat(forest.get("source").stringValue()).isEqualTo(path);
        JsonNode chart = block(document, "chart");
        assertThat(chart.at("/layers/0/name").stringValue()).startsWith("A, area ");
        assertThat(chart.at("/layers/1/name").stringValue()).startsWith("B, area ");
        JsonNode curve = researcher.get("/api/v1/evaluations/" + second).json().at("/report/rocCurve");
        assertThat(chart.at("/layers/1/points")).hasSameSizeAs(curve);
        assertThat(chart.at("/layers/1/points/2/y")).isEqualTo(curve.at("/2/truePositiveRate"));
        assertThat(document.toString())
                .contains("a re-use, not a first test")
                .contains("Named before by both", "ROC AUC; whatever else differs was looked for afterwards")
                .contains("/api/v1/evaluations/" + first + "/report")
                .contains(comparison.at("/second/casesDigest").stringValue());

        Answer html = researcher.get(path + "/report?format=html");
        assertThat(html.text()).contains("href=\"" + path).contains("McNemar over patients");
        Answer pdf = researcher.get(path + "/report", "Accept", "application/pdf");
        assertThat(new String(pdf.response().body(), 0, 5, StandardCharsets.US_ASCII))
                .isEqualTo("%PDF-");
        Files.writeString(Path.of("target", "comparison.html"), html.text());
        Files.write(Path.of("target", "comparison.pdf"), pdf.response().body());
    }

    private static JsonNode block(JsonNode document, String kind) {
        return document.get("sections")
                .valueStream()
                .flatMap(section -> section.get("blocks").valueStream())
                .filter(block -> block.get("kind").stringValue().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    /** Of another dataset there is no opening to tell of, and which dataset it is stands in answer and document. */
    @Test
    void twoModelsAreComparedOnAnotherDataset() throws Exception {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID other = chapters.frozen(researcher, project);
        List<ScoredCase> one = films(0.6);
        List<ScoredCase> another = films(1.7);
        UUID run = trained(split);
        UUID validation = evaluation(run, "\"subset\": \"validation\"");
        worker.evaluate(validation, true, one, 0.5);
        UUID first = onOther(run, other, one, 0.5);
        UUID rival = trained(split);
        worker.evaluate(evaluation(rival, "\"subset\": \"validation\""), true, another, 0.6);
        UUID second = onOther(rival, other, another, 0.6);
        var before = stored.counts();

        JsonNode forth = compared(first, second);

        assertThat(forth.at("/first/opening").isMissingNode()).isTrue();
        assertThat(forth.at("/second/opening").isMissingNode()).isTrue();
        assertThat(forth.get("images").intValue()).isEqualTo(60);
        requireFiguresAsByHand(forth, one, another);
        requireNegated(forth, compared(second, first));
        String name =
                researcher.get("/api/v1/datasets/" + other).json().get("name").stringValue();
        Answer html = researcher.get(path(first, second) + "/report?format=html");
        assertThat(html.status()).as(html.text()).isEqualTo(200);
        assertThat(html.text()).contains(name).contains("of another dataset");
        Files.write(
                Path.of("target", "comparison-external.pdf"),
                researcher
                        .get(path(first, second) + "/report?format=pdf")
                        .response()
                        .body());
        assertThat(stored.counts()).isEqualTo(before);

        Answer fewer = researcher.get(path(first, onOther(rival, other, another.subList(0, 59), 0.6)));
        assertThat(fewer.status()).isEqualTo(409);
        assertThat(fewer.json().get("detail").stringValue())
                .contains("1 were judged by the first evaluation alone, 0 by the second alone and 59 by both");
        Answer elsewhere =
                researcher.get(path(first, onOther(rival, chapters.frozen(researcher, project), another, 0.6)));
        assertThat(elsewhere.status()).isEqualTo(409);
        assertThat(elsewhere.json().get("detail").stringValue())
                .contains("The first judged images of the dataset '" + name + "' and the second of '");
        Answer subsets = researcher.get(path(first, validation));
        assertThat(subsets.status()).isEqualTo(409);
        assertThat(subsets.json().get("detail").stringValue())
                .contains("The first judged the subset external and the second validation");
    }

    /** An evaluation on another dataset, whose patients with equal ids are left out. */
    private UUID onOther(UUID run, UUID dataset, List<ScoredCase> cases, double threshold) {
        UUID evaluation = evaluation(
                run,
                "\"subset\": \"external\", \"datasetId\": \"%s\", \"sharedPatients\": \"exclude\"".formatted(dataset));
        worker.evaluate(evaluation, false, cases, threshold);
        return evaluation;
    }

    @Test
    void aModelDoesNotDifferFromItselfAndNoIntervalHasAWidthOfNought() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        List<ScoredCase> films = films(0.8);
        UUID first = validated(split, films, 0.4);
        UUID again = validated(split, films, 0.4);

        JsonNode comparison = compared(first, again);

        List<JsonNode> differences = new ArrayList<>();
        comparison.at("/overPatients/figures").forEach(figure -> differences.add(figure.get("difference")));
        differences.add(comparison.at("/overPatients/rocAucDifference"));
        differences.add(comparison.at("/overPatients/accuracyDifference"));
        differences.add(comparison.at("/overImages/rocAucDifference"));
        assertThat(differences).hasSize(19).allSatisfy(difference -> {
            assertThat(difference.get("value").doubleValue()).isZero();
            assertThat(difference.has("interval")).isFalse();
        });
        assertThat(comparison.at("/overImages/rightDecisions/exactPValue").doubleValue())
                .isOne();
        assertThat(comparison
                        .at("/overImages/rightDecisions/midPValue/undefinedBecause")
                        .stringValue())
                .isNotBlank();
        assertThat(comparison.get("verdict").stringValue()).contains("no interval and nothing to conclude");
        assertThat(comparison.get("cautions").toString()).contains("Validation images stopped the trainings");
        assertThat(researcher.get(path(first, again) + "/report?format=html").text())
                .contains("0.000 (no interval)");
    }

    /** SciPy's and scikit-learn's numbers, through stored predictions of patients with one image each. */
    @Test
    void figuresOverImagesAreThoseOfTheReferenceVectors() throws Exception {
        Path file = SharedFolder.REFERENCE.require("statistics.json");
        JsonNode reference = JsonMapper.shared().readTree(Files.readAllBytes(file));
        JsonNode paired = reference.at("/delong_paired/medium");
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        JsonNode comparison = compared(
                validated(split, cases(paired.get("y"), paired.get("scores_a")), 0.5),
                validated(split, cases(paired.get("y"), paired.get("scores_b")), 0.5));

        JsonNode images = comparison.get("overImages");
        assertThat(comparison.at("/overPatients/firstRocAuc").doubleValue())
                .isCloseTo(paired.at("/auc/0").doubleValue(), EXACT);
        assertThat(images.at("/z/value").doubleValue())
                .isCloseTo(paired.get("z").doubleValue(), within(1e-9));
        assertThat(images.at("/pValue").doubleValue())
                .isCloseTo(paired.get("p_two_sided").doubleValue(), within(1e-9));
        assertThat(images.at("/rocAucDifference/interval/lower").doubleValue())
                .isCloseTo(paired.at("/difference_ci95/0").doubleValue(), within(1e-9));
        assertThat(comparison.get("cautions").toString()).doesNotContain("several images");

        JsonNode mcNemar = reference
                .get("mcnemar")
                .valueStream()
                .filter(json -> json.get("b").intValue() == 10 && json.get("c").intValue() == 3)
                .findFirst()
                .orElseThrow();
        JsonNode right = compared(
                        validated(split, decided(i -> i < 10 || i >= 13), 0.5),
                        validated(split, decided(i -> i >= 10), 0.5))
                .at("/overImages/rightDecisions");
        assertThat(right.get("onlyFirst").intValue()).isEqualTo(10);
        assertThat(right.get("exactPValue").doubleValue())
                .isCloseTo(mcNemar.get("p_exact").doubleValue(), EXACT);
        assertThat(right.at("/midPValue/value").doubleValue())
                .isCloseTo(mcNemar.get("p_mid").doubleValue(), EXACT);
    }

    private static List<ScoredCase> cases(JsonNode y, JsonNode scores) {
        return IntStream.range(0, y.size())
                .mapToObj(i -> new ScoredCase(
                        "film" + i,
                        new PatientId("p" + i),
                        y.get(i).intValue() == 1,
                        scores.get(i).doubleValue()))
                .toList();
    }

    /** Forty films, every other one positive, of which those are decided rightly. */
    private static List<ScoredCase> decided(IntPredicate rightly) {
        return IntStream.range(0, 40)
                .mapToObj(i -> new ScoredCase(
                        "film" + i, new PatientId("p" + i), i % 2 == 0, i % 2 == 0 == rightly.test(i) ? 0.9 : 0.1))
                .toList();
    }

    private static ScoredImages.Multilabel labels(double noise) {
        SplittableRandom random = new SplittableRandom(Math.round(100 * noise));
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            List<Boolean> truth = List.of(i % 2 == 0, i % 5 == 0);
            cases.add(new LabelledCase(
                    "film" + i,
                    new PatientId("p" + i / 2),
                    truth,
                    truth.stream()
                            .map(shown -> 1 / (1 + Math.exp(-noise * random.nextGaussian() - (shown ? 1 : -1))))
                            .toList()));
        }
        return new ScoredImages.Multilabel(List.of("Effusion", "Mass"), cases);
    }

    private static ScoredImages.Multiclass classes(double noise) {
        SplittableRandom random = new SplittableRandom(Math.round(100 * noise));
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            double[] weights = new double[3];
            for (int k = 0; k < 3; k++) {
                weights[k] = Math.exp((k == i % 3 ? 1.5 : 0) + noise * random.nextGaussian());
            }
            double sum = weights[0] + weights[1] + weights[2];
            cases.add(new ClassifiedCase(
                    "film" + i,
                    new PatientId("p" + i / 2),
                    i % 3,
                    List.of(weights[0] / sum, weights[1] / sum, 1 - weights[0] / sum - weights[1] / sum)));
        }
        return new ScoredImages.Multiclass(List.of("bcc", "mel", "nv"), cases);
    }

    private UUID validated(UUID split, ScoredImages images, Decision decision) {
        UUID run = run(split);
        worker.train(run, images);
        String threshold = images.task().isExclusive() ? "" : ", \"threshold\": {\"rule\": {\"kind\": \"youden\"}}";
        UUID validation = evaluation(run, "\"subset\": \"validation\"" + threshold);
        worker.evaluate(validation, true, images, decision);
        return validation;
    }

    @Test
    void labelsAreComparedByTheirMeanAndOneByOne() {
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        Decision halves = new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.5), ThresholdChoice.fixed(0.4)));
        UUID first = validated(split, labels(0.6), halves);
        UUID second = validated(split, labels(3), halves);

        JsonNode forth = compared(first, second);

        requireSeveral(forth, compared(second, first), first, second, "/multilabelReport");
        assertThat(forth.at("/first/labelThresholds").toString()).isEqualTo("[0.5,0.4]");
        assertThat(forth.at("/classesOverPatients/comparedDecisions").intValue())
                .isEqualTo(2);
        // the share of images with every label right is that of the table
        JsonNode right = forth.at("/overImages/rightDecisions");
        double subset = researcher
                .get("/api/v1/evaluations/" + first)
                .json()
                .at("/multilabelReport/subsetAccuracy/value")
                .doubleValue();
        assertThat((right.get("both").intValue() + right.get("onlyFirst").intValue()) / 80.0)
                .isCloseTo(subset, EXACT);
        assertThat(researcher.get(path(first, second) + "/report?format=html").text())
                .contains("Each label", "Adjusted p", "Every label right");
    }

    @Test
    void classesAreComparedByTheirMeanAndOneByOne() throws Exception {
        UUID split = chapters.split(researcher, chapters.frozenOfClasses(researcher, project));
        UUID first = validated(split, classes(0.5), new Decision.MostProbable());
        UUID second = validated(split, classes(2.5), new Decision.MostProbable());

        JsonNode forth = compared(first, second);

        requireSeveral(forth, compared(second, first), first, second, "/multiclassReport");
        assertThat(forth.at("/classesOverPatients/comparedDecisions").intValue())
                .isZero();
        assertThat(forth.at("/first").has("threshold")).isFalse();
        Answer html = researcher.get(path(first, second) + "/report?format=html");
        assertThat(html.text()).contains("Each class", "ROC curves of both for each class");
        Files.writeString(Path.of("target", "comparison-classes.html"), html.text());
        Files.write(
                Path.of("target", "comparison-classes.pdf"),
                researcher
                        .get(path(first, second) + "/report?format=pdf")
                        .response()
                        .body());
    }

    private void requireSeveral(JsonNode forth, JsonNode back, UUID first, UUID second, String report) {
        JsonNode one = researcher.get("/api/v1/evaluations/" + first).json().at(report);
        JsonNode other = researcher.get("/api/v1/evaluations/" + second).json().at(report);
        JsonNode patients = forth.get("classesOverPatients");
        assertThat(forth.has("overPatients")).isFalse();
        assertThat(forth.at("/overImages").has("rocAucDifference")).isFalse();
        assertThat(patients.get("figures").findValuesAsString("figure"))
                .containsExactly("meanRocAuc", "meanAveragePrecision", "meanF1", "accuracy", "balancedAccuracy");
        for (int i = 0; i < 3; i++) {
            JsonNode figure = patients.at("/figures/" + i);
            String name = figure.get("figure").stringValue();
            assertThat(figure.at("/difference/value").doubleValue())
                    .as(name)
                    .isCloseTo(
                            one.at("/" + name + "/value").doubleValue()
                                    - other.at("/" + name + "/value").doubleValue(),
                            EXACT);
            requireNegatedEstimate(
                    figure.get("difference"), back.at("/classesOverPatients/figures/" + i + "/difference"));
        }
        JsonNode classes = patients.get("classes");
        assertThat(patients.get("comparedAreas").intValue()).isEqualTo(classes.size());
        for (int k = 0; k < classes.size(); k++) {
            JsonNode ofClass = classes.get(k);
            assertThat(ofClass.get("firstRocAuc").doubleValue())
                    .isCloseTo(one.at("/classes/" + k + "/rocAuc/value").doubleValue(), EXACT);
            double raw = ofClass.at("/pValue/value").doubleValue();
            assertThat(ofClass.at("/adjustedPValue/value").doubleValue()).isBetween(raw, classes.size() * raw);
            requireNegatedEstimate(
                    ofClass.get("rocAucDifference"),
                    back.at("/classesOverPatients/classes/" + k + "/rocAucDifference"));
        }
        assertThat(forth.get("verdict").stringValue()).contains("areas of single", "adjusted for that number");
    }

    @Test
    void whatWasNotJudgedByBothIsRefusedWithWhatToChange() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        List<ScoredCase> films = films(0.8);
        UUID first = validated(split, films, 0.4);
        UUID fewer = validated(split, films.subList(3, 60), 0.4);
        UUID test = tested(split, films, 0.4, "[\"rocAuc\"]");
        UUID waiting = evaluation(trained(split), "\"subset\": \"validation\"");
        UUID elsewhere = validated(
                chapters.split(researcher, chapters.frozenOfClasses(researcher, project)),
                classes(0.5),
                new Decision.MostProbable());

        assertThat(refusal(first, fewer))
                .contains("3 were judged by the first evaluation alone, 0 by the second alone and 57 by both")
                .contains("Evaluate both models on the same subset of one split");
        assertThat(refusal(first, test))
                .contains(
                        "The first judged the subset validation and the second test: compare evaluations of one subset");
        assertThat(refusal(first, waiting)).contains(waiting + " is queued; only one that succeeded");
        assertThat(refusal(first, elsewhere))
                .contains("images of the dataset", "only models of one task can be compared");
        assertThat(researcher.get(path(first, UUID.randomUUID())).status()).isEqualTo(404);
    }

    private String refusal(UUID first, UUID second) {
        Answer answer = researcher.get(path(first, second));
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(researcher.get(path(first, second) + "/report").status()).isEqualTo(409);
        return answer.json().get("detail").stringValue();
    }
}
