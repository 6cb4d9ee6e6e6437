package org.foldwise.api.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import javax.xml.parsers.DocumentBuilderFactory;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Worker;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.Interval;
import org.foldwise.learning.metrics.PatientAggregation;
import org.foldwise.learning.metrics.Proportion;
import org.foldwise.learning.metrics.RocCurve;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.ThresholdRule;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.jobs.FencingToken;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;

/** Reports, cards and downloads over HTTP. */
@ApiTest
class DocumentsIT {
    private static final String HOSTILE_REASON = "</td></table><script>alert(1)</script> & \\\"final\\\"";

    private final Http http;
    private final Chapters chapters;
    private final Worker worker;
    private final UUID project;
    private final User researcher;

    DocumentsIT(Http http, Chapters chapters, Worker worker) {
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    private UUID evaluation(UUID run, String rest) {
        return Chapters.created(
                researcher.post("/api/v1/evaluations", "{\"subject\": {\"runId\": \"%s\"}, %s}".formatted(run, rest)));
    }

    /** A run that was validated and whose split's test subset was opened so many times. */
    private record Judged(UUID experiment, UUID run, UUID validation, List<UUID> tests) {}

    private Judged judged(int openings) {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID experiment = chapters.experiment(researcher, split, "train");
        UUID run = chapters.runs(researcher, experiment).get(0);
        FencingToken token = worker.start(run);
        worker.epoch(token, 0);
        worker.epoch(token, 1);
        worker.succeed(token);
        UUID validation = evaluation(run, "\"subset\": \"validation\"");
        worker.evaluate(validation, true);
        List<UUID> tests = new ArrayList<>();
        for (int i = 0; i < openings; i++) {
            UUID test = evaluation(
                    run,
                    "\"subset\": \"test\", \"metrics\": [\"recall\", \"rocAuc\"], \"reason\": \"" + HOSTILE_REASON
                            + "\"");
            worker.evaluate(test, false);
            tests.add(test);
        }
        return new Judged(experiment, run, validation, tests);
    }

    private static org.w3c.dom.Document parsed(Answer page) throws Exception {
        assertThat(page.status()).as(page.text()).isEqualTo(200);
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page.text())));
    }

    private static List<String> titles(JsonNode document) {
        return document.get("sections")
                .valueStream()
                .map(section -> section.get("title").stringValue())
                .toList();
    }

    private static String words(JsonNode document, String section) {
        return document.get("sections")
                .valueStream()
                .filter(part -> part.get("title").stringValue().equals(section))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no section " + section))
                .get("blocks")
                .toString();
    }

    private static JsonNode block(JsonNode document, String section, String kind) {
        for (JsonNode part : document.get("sections")) {
            if (part.get("title").stringValue().equals(section)) {
                for (JsonNode block : part.get("blocks")) {
                    if (block.get("kind").stringValue().equals(kind)) {
                        return block;
                    }
                }
            }
        }
        throw new AssertionError("no " + kind + " in " + section);
    }

    @Test
    void theReportOfAnEvaluationComesInThreeFormsOfTheSameNumbers() throws Exception {
        Judged judged = judged(1);
        String path = "/api/v1/evaluations/" + judged.tests().get(0);
        JsonNode stored = researcher.get(path).json().get("report");

        Answer json = researcher.get(path + "/report");
        assertThat(json.status()).as(json.text()).isEqualTo(200);
        assertThat(json.header("Content-Type").orElse("")).startsWith("application/json");
        JsonNode curve =
                block(json.json(), "Discrimination", "chart").get("layers").get(1);
        JsonNode storedCurve = stored.get("rocCurve");
        assertThat(curve.get("kind").stringValue()).isEqualTo("curve");
        assertThat(curve.get("points").size()).isEqualTo(storedCurve.size());
        for (int i = 0; i < storedCurve.size(); i++) {
            JsonNode point = curve.get("points").get(i);
            assertThat(point.get("x").doubleValue())
                    .isEqualTo(storedCurve.get(i).get("falsePositiveRate").doubleValue());
            assertThat(point.get("y").doubleValue())
                    .isEqualTo(storedCurve.get(i).get("truePositiveRate").doubleValue());
        }

        JsonNode coverages = block(json.json(), "Prediction sets", "forest").get("rows");
        JsonNode storedClasses = researcher.get(path).json().at("/predictionSets/classes");
        for (int k = 0; k < 2; k++) {
            assertThat(coverages.get(k).get("label"))
                    .isEqualTo(storedClasses.get(k).get("name"));
            assertThat(coverages.get(k).get("value")).isEqualTo(storedClasses.at("/" + k + "/covered/value"));
            assertThat(coverages.get(k).get("lower")).isEqualTo(storedClasses.at("/" + k + "/covered/interval/lower"));
        }

        Answer html = researcher.get(path + "/report", "Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        assertThat(html.header("Content-Type").orElse("")).startsWith("text/html");
        assertThat(html.header("Content-Security-Policy").orElse("")).contains("default-src 'none'");
        org.w3c.dom.Document page = parsed(html);
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(page.getElementsByTagName("svg").getLength()).isGreaterThan(4);
        assertThat(html.text())
                .contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;final&quot;")
                .contains(Words.number(stored.get("rocAuc").get("value").doubleValue()))
                .contains(judged.run().toString())
                .contains("opened once");
        Files.writeString(Path.of("target", "evaluation-report.html"), html.text());

        Answer pdf = researcher.get(path + "/report?format=pdf", "Accept", "text/html");
        assertThat(pdf.status()).as(pdf.text()).isEqualTo(200);
        assertThat(pdf.header("Content-Type")).contains("application/pdf");
        assertThat(new String(pdf.response().body(), 0, 5, StandardCharsets.US_ASCII))
                .isEqualTo("%PDF-");
        Files.write(Path.of("target", "evaluation-report.pdf"), pdf.response().body());
        assertThat(researcher.get(path + "/report?format=pdf").response().body())
                .as("the same report, printed later")
                .isEqualTo(pdf.response().body());
    }

    @Test
    void theReportDoubtsItsFiguresByGroupAndByWhatWasPromised() {
        Judged judged = judged(1);
        String path = "/api/v1/evaluations/" + judged.tests().get(0);
        JsonNode stored = researcher.get(path).json();
        JsonNode sites = stored.get("subgroups").get("attributes").get(0);

        JsonNode document = researcher.get(path + "/report").json();

        JsonNode rows = block(document, "Subgroups", "forest").get("rows");
        assertThat(rows.size()).isEqualTo(sites.get("groups").size());
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).get("label").stringValue())
                    .isEqualTo(sites.get("groups").get(i).get("name").stringValue());
        }
        JsonNode facts = block(document, "Promised and found", "facts").get("facts");
        assertThat(facts.get(0).get("value").stringValue())
                .contains(Words.number(
                        stored.get("optimism").get("expected").get("value").doubleValue()));
        assertThat(facts.get(0).get("source").stringValue()).isEqualTo("/api/v1/evaluations/" + judged.validation());
    }

    @Test
    void aSecondOpeningOfTheTestSubsetIsCalledWhatItIs() {
        Judged judged = judged(2);

        String first = researcher
                .get("/api/v1/evaluations/" + judged.tests().get(0) + "/report?format=html")
                .text();
        String second = researcher
                .get("/api/v1/evaluations/" + judged.tests().get(1) + "/report?format=html")
                .text();

        assertThat(first).contains("opened 2 times").doesNotContain("a re-use, not a first test");
        assertThat(second).contains("This is opening 2 of the test subset: a re-use, not a first test");
    }

    @Test
    void theReportOfACrossValidationShowsEveryFoldAndTheChecklists() throws Exception {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        List<UUID> folds = chapters.runs(researcher, experiment);
        String path = "/api/v1/experiments/" + experiment;

        Answer early = researcher.get(path + "/report");
        assertThat(early.status()).isEqualTo(409);
        assertThat(early.json().get("detail").stringValue()).contains("queued");

        worker.crossValidate(experiment, folds);
        Answer html = researcher.get(path + "/report?format=html");
        requireLinks(html);
        List<String> titles = new ArrayList<>(OF_EVERY_PROCEDURE);
        titles.add(1, "Folds");
        JsonNode before = researcher.get(path + "/report").json();
        assertThat(titles(before)).isEqualTo(titles);
        assertThat(words(before, "Subgroups")).contains("outOfFold").contains(experiment.toString());
        // doubts are about held-out predictions, which are there without any evaluation
        assertThat(block(before, "Doubted labels", "table").at("/rows/0/0").stringValue())
                .isEqualTo("ILL");
        assertThat(html.text())
                .contains("CLAIM 2024")
                .contains("TRIPOD+AI")
                .contains("Mean with corrected interval")
                .contains("has never been opened");
        folds.forEach(fold -> assertThat(html.text()).contains("/api/v1/runs/" + fold));
        JsonNode forest = block(researcher.get(path + "/report").json(), "Folds", "forest");
        JsonNode stored = researcher.get(path).json().get("summary").get("folds");
        for (int i = 0; i < stored.size(); i++) {
            assertThat(forest.get("rows").get(i).get("value"))
                    .isEqualTo(stored.get(i).get("rocAuc").get("value"));
        }
        UUID outOfFold = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                "{\"subject\": {\"experimentId\": \"%s\"}, \"subset\": \"outOfFold\"}".formatted(experiment)));
        worker.evaluate(outOfFold, false);
        JsonNode pooled =
                researcher.get("/api/v1/evaluations/" + outOfFold + "/report").json();
        assertThat(titles(pooled))
                .startsWith("Summary", "Folds", "Discrimination")
                .contains("Doubted labels");
        assertThat(block(pooled, "Folds", "forest").get("rows")).isEqualTo(forest.get("rows"));
        assertThat(block(pooled, "Folds", "forest").get("source").stringValue()).isEqualTo(path);
        assertThat(block(researcher.get(path + "/report").json(), "Subgroups", "forest")
                        .get("source")
                        .stringValue())
                .isEqualTo("/api/v1/evaluations/" + outOfFold);
        Answer pdf = researcher.get(path + "/report", "Accept", "application/pdf");
        assertThat(pdf.header("Content-Type")).contains("application/pdf");
        Files.writeString(Path.of("target", "experiment-report.html"), html.text());
        Files.write(Path.of("target", "experiment-report.pdf"), pdf.response().body());
    }

    /** What a journal wants to see of any study, whatever was trained; where nobody has asked for it, the request that makes it. */
    private static final List<String> OF_EVERY_PROCEDURE = List.of(
            "Summary",
            "Discrimination",
            "Decisions",
            "Calibration",
            "Clinical usefulness",
            "Prediction sets",
            "Promised and found",
            "Subgroups",
            "Worst cases",
            "Doubted labels",
            "Evaluations",
            "Openings of the test subset",
            "Findings",
            "Data and split",
            "Plan",
            "Learning curves",
            "Provenance",
            "CLAIM 2024",
            "TRIPOD+AI");

    @Test
    void theReportOfATrainingHasItsCurvesAndWhatEveryEvaluationFound() throws Exception {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID experiment = chapters.experiment(researcher, split, "train");
        UUID run = chapters.runs(researcher, experiment).get(0);
        worker.train(run);
        worker.judge(experiment);
        String path = "/api/v1/experiments/" + experiment;

        JsonNode early = researcher.get(path + "/report").json();

        assertThat(titles(early)).isEqualTo(OF_EVERY_PROCEDURE);
        assertThat(block(early, "Clinical usefulness", "chart").get("layers")).isNotEmpty();
        assertThat(words(early, "Subgroups"))
                .contains("POST /api/v1/evaluations with the subject {\\\"runId\\\": \\\"" + run)
                .contains("validation");
        assertThat(words(early, "Prediction sets")).contains("No threshold of this model is frozen yet");
        assertThat(words(early, "Promised and found")).contains("No test has been held against");
        assertThat(words(early, "Doubted labels")).contains("POST /api/v1/experiments with the procedure");

        UUID validation = evaluation(run, "\"subset\": \"validation\", \"coverage\": 0.8");
        worker.evaluate(validation, true);
        JsonNode validated = researcher.get(path + "/report").json();
        // the validation images are those that the summary is of
        JsonNode stored =
                researcher.get("/api/v1/evaluations/" + validation).json().at("/report/rocCurve");
        JsonNode curve = block(early, "Discrimination", "chart").at("/layers/1/points");
        assertThat(curve).hasSameSizeAs(stored);
        assertThat(curve.get(1).get("y")).isEqualTo(stored.at("/1/truePositiveRate"));
        assertThat(words(validated, "Subgroups"))
                .contains("/api/v1/evaluations/" + validation)
                .contains("The figures flatter the model");
        assertThat(words(validated, "Prediction sets")).contains("never looked at");

        UUID test =
                evaluation(run, "\"subset\": \"test\", \"metrics\": [\"rocAuc\"], \"reason\": \"the only opening\"");
        worker.evaluate(test, false);
        JsonNode tested = researcher.get(path + "/report").json();
        assertThat(titles(tested)).isEqualTo(OF_EVERY_PROCEDURE);
        JsonNode groups = researcher.get("/api/v1/evaluations/" + test).json().at("/subgroups/attributes/0/groups");
        JsonNode forest = block(tested, "Subgroups", "forest");
        assertThat(forest.get("source").stringValue()).isEqualTo("/api/v1/evaluations/" + test);
        assertThat(forest.get("rows").findValuesAsString("label")).isEqualTo(groups.findValuesAsString("name"));
        assertThat(block(tested, "Promised and found", "facts")
                        .at("/facts/1/source")
                        .stringValue())
                .isEqualTo("/api/v1/evaluations/" + test);
        assertThat(words(tested, "Prediction sets")).contains("Coverage found, by class");
        assertThat(words(tested, "CLAIM 2024"))
                .contains("figures of groups by site; promised by development less found");

        Answer html = researcher.get(path + "/report?format=html");
        requireLinks(html);
        Answer pdf = researcher.get(path + "/report?format=pdf");
        Files.writeString(Path.of("target", "training-report.html"), html.text());
        Files.write(Path.of("target", "training-report.pdf"), pdf.response().body());
    }

    /** Every address that stands in a page is a link, but for those of requests, and every link is to where it says and can be read. */
    private void requireLinks(Answer html) throws Exception {
        org.w3c.dom.NodeList links = parsed(html).getElementsByTagName("a");
        Set<String> followed = new HashSet<>();
        for (int i = 0; i < links.getLength(); i++) {
            org.w3c.dom.Element link = (org.w3c.dom.Element) links.item(i);
            assertThat(link.getAttribute("href"))
                    .isEqualTo(link.getTextContent())
                    .startsWith("/api/v1/");
            if (followed.add(link.getTextContent())) {
                assertThat(researcher.get(link.getTextContent()).status())
                        .as(link.getTextContent())
                        .isEqualTo(200);
            }
        }
        String without = html.text()
                .replaceAll("<a href=\"([^\"]*)\">\\1</a>", "")
                .replaceAll("<title>.*?</title>", "")
                .replaceAll("POST /api/v1/[a-z]+", "");
        assertThat(without).doesNotContain("/api/v1/");
        assertThat(links.getLength()).isGreaterThan(50);
    }

    @Test
    void theCardOfAModelVersionSaysWhatIsRecordedAndWhatPeopleMustWrite() throws Exception {
        Judged judged = judged(1);
        String name = chapters.freshName("model");
        Chapters.created(researcher.post(
                "/api/v1/models", "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(name, project)));
        Answer registered =
                researcher.post("/api/v1/models/" + name + "/versions", "{\"runId\": \"%s\"}".formatted(judged.run()));
        String path = "/api/v1/models/" + name + "/versions/1/card";

        Answer html = researcher.get(path, "Accept", "text/html");
        requireLinks(html);
        assertThat(html.text())
                .contains("People must write")
                .contains("Not a medical device")
                .contains("never judged on another dataset")
                .contains("Coverage found, by class")
                .contains("Groups of the newest evaluation that has them, of the subset test")
                .contains("Promised and found")
                .contains("Blocking findings in spite of which the experiment was started")
                .contains(registered.json().get("sha256").stringValue())
                .contains("/api/v1/evaluations/" + judged.validation())
                .contains("/api/v1/evaluations/" + judged.tests().get(0));
        Answer pdf = researcher.get(path + "?format=pdf");
        assertThat(pdf.header("Content-Type")).contains("application/pdf");
        Files.writeString(Path.of("target", "card.html"), html.text());
        Files.write(Path.of("target", "card.pdf"), pdf.response().body());
    }

    /** How far another dataset is another one stands in the report, with what was set aside about both. */
    @Test
    void theReportOfAnotherDatasetSaysWhatItHasInCommonAndWhatWasFoundAboutBoth() {
        Judged judged = judged(0);
        UUID draft = chapters.draft(researcher, project);
        UUID other = chapters.frozen(researcher, draft, Images.classFolders(30, 5000));
        UUID external = evaluation(
                judged.run(),
                "\"subset\": \"external\", \"datasetId\": \"%s\", \"sharedPatients\": \"distinctPatients\", \"reason\": \"another hospital\""
                        .formatted(other));
        worker.evaluate(external, false);

        JsonNode document =
                researcher.get("/api/v1/evaluations/" + external + "/report").json();

        assertThat(words(document, "Summary"))
                .contains("30 equal patient ids, 0 byte-identical images; equal ids were taken for different people")
                .contains("another hospital");
        JsonNode findings = block(document, "Findings", "table");
        String training = researcher
                .get("/api/v1/experiments/" + judged.experiment())
                .json()
                .get("splitId")
                .stringValue();
        String dataset = researcher
                .get("/api/v1/splits/" + training)
                .json()
                .get("datasetId")
                .stringValue();
        assertThat(findings.get("source").stringValue())
                .isEqualTo("/api/v1/datasets/" + dataset + " /api/v1/datasets/" + other + " /api/v1/experiments/"
                        + judged.experiment());
    }

    @Test
    void casesAndCurvesCanBeDownloadedAsJsonAndCsv() {
        Judged judged = judged(0);
        String path = "/api/v1/evaluations/" + judged.validation();
        JsonNode report = researcher.get(path).json().get("report");

        JsonNode cases = researcher.get(path + "/cases").json();
        assertThat(cases.get("cases").size()).isEqualTo(report.get("images").intValue());
        Answer table = researcher.get(path + "/cases", "Accept", "text/csv");
        assertThat(table.header("Content-Type").orElse("")).startsWith("text/csv");
        List<String> lines = table.text().lines().toList();
        assertThat(lines.get(0)).isEqualTo("image,patient,positive,probability,calledPositive,predictionSet,abstains");
        JsonNode first = cases.get("cases").get(0);
        assertThat(lines.get(1))
                .isEqualTo(first.get("image").stringValue() + ","
                        + first.get("patient").stringValue() + ","
                        + first.get("positive").booleanValue() + ","
                        + first.get("probability").doubleValue() + ","
                        + first.get("calledPositive").booleanValue() + ","
                        + String.join(
                                "|",
                                first.at("/predictionSet/classes")
                                        .valueStream()
                                        .map(JsonNode::stringValue)
                                        .toList())
                        + "," + first.at("/predictionSet/abstains").booleanValue());
        JsonNode limits = researcher.get(path).json().at("/frozenThreshold/predictionSets/limits");
        assertThat(cases.get("coverage").doubleValue()).isEqualTo(0.9);
        for (JsonNode one : cases.get("cases")) {
            double probability = one.get("probability").doubleValue();
            List<String> set = new ArrayList<>();
            if (1 - (1 - probability) <= limits.at("/0/score").doubleValue()) {
                set.add("HEALTHY");
            }
            if (1 - probability <= limits.at("/1/score").doubleValue()) {
                set.add("ILL");
            }
            assertThat(one.at("/predictionSet/classes").valueStream().map(JsonNode::stringValue))
                    .containsExactlyElementsOf(set);
            assertThat(one.at("/predictionSet/abstains").booleanValue()).isEqualTo(set.size() != 1);
        }

        JsonNode curves = researcher.get(path + "/curves").json();
        JsonNode group = researcher.get(path).json().at("/subgroups/attributes/0/groups/0");
        JsonNode figure = researcher.get(path + "/subgroups").json().at("/rows/1");
        assertThat(figure.get("figure").stringValue()).isEqualTo("rocAuc");
        assertThat(figure.get("estimate")).isEqualTo(group.get("rocAuc"));
        assertThat(curves.get("rocCurve")).isEqualTo(report.get("rocCurve"));
        // the hundredths, and the scores, of which some are no hundredth
        List<Double> thresholds = curves.get("thresholdCurve")
                .valueStream()
                .map(point -> point.get("threshold").doubleValue())
                .toList();
        assertThat(thresholds)
                .doesNotHaveDuplicates()
                .isSortedAccordingTo(Comparator.reverseOrder())
                .contains(0.0, 0.5, 1.0)
                .containsAll(cases.get("cases")
                        .valueStream()
                        .map(one -> one.get("probability").doubleValue())
                        .toList());
        JsonNode chosen = curves.get("thresholdCurve")
                .valueStream()
                .filter(point -> point.get("threshold").equals(report.at("/threshold/threshold")))
                .findFirst()
                .orElseThrow();
        assertThat(chosen.at("/negativePredictiveValue/value")).isEqualTo(report.at("/negativePredictiveValue/value"));
        assertThat(chosen.at("/matthewsCorrelation/value")).isEqualTo(report.at("/matthewsCorrelation/value"));
        Answer numbers = researcher.get(path + "/curves", "Accept", "text/csv");
        assertThat(numbers.text().lines().filter(line -> line.startsWith("roc,")))
                .hasSize(report.get("rocCurve").size());
        assertThat(numbers.text().lines().filter(line -> line.startsWith("decision,")))
                .hasSize(198);
    }

    /** Of a binary task at the prevalences asked for; at that of the images they are the report's. */
    @Test
    void predictiveValuesAreToldAtAnyPrevalence() {
        Judged judged = judged(0);
        String path = "/api/v1/evaluations/" + judged.validation();
        JsonNode report = researcher.get(path).json().get("report");

        JsonNode table = researcher.get(path + "/predictive-values").json().at("/classes/0");
        JsonNode asked = researcher
                .get(path + "/predictive-values?prevalence=0.02&prevalence=0.35")
                .json()
                .at("/classes/0/predictiveValues");

        assertThat(table.get("name").stringValue()).isEqualTo("ILL");
        assertThat(table.get("predictiveValues")).isEqualTo(report.get("predictiveValues"));
        JsonNode found = table.get("predictiveValues")
                .valueStream()
                .filter(at -> at.get("prevalence").equals(report.at("/prevalence/value")))
                .findFirst()
                .orElseThrow();
        assertThat(found.at("/positive/value").doubleValue())
                .isCloseTo(report.at("/precision/value").doubleValue(), within(1e-12));
        assertThat(asked.findValuesAsString("prevalence")).containsExactly("0.02", "0.35");
        assertThat(asked.at("/0/positive/interval/lower").doubleValue())
                .isLessThan(asked.at("/1/positive/interval/lower").doubleValue());
        assertThat(researcher
                        .get(path + "/predictive-values?prevalence=0.02", "Accept", "text/csv")
                        .text()
                        .lines())
                .hasSize(3)
                .startsWith("class,prevalence,figure,value,lower,upper,undefinedBecause");
        Answer refused = researcher.get(path + "/predictive-values?prevalence=0&prevalence=1.5&prevalence=5e-324"
                + "&prevalence=1e-300&prevalence=0.0000009&prevalence=NaN&prevalence=0.02");
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("errors").findValuesAsString("detail"))
                .hasSize(6)
                .allSatisfy(detail -> assertThat(detail).startsWith("must be from 0.000001 to 0.999999, was "));
        for (JsonNode extreme : researcher
                .get(path + "/predictive-values?prevalence=0.000001&prevalence=0.999999")
                .json()
                .at("/classes/0/predictiveValues")) {
            for (String figure : List.of("/positive", "/negative")) {
                assertThat(extreme.at(figure + "/interval/lower").doubleValue())
                        .isLessThan(extreme.at(figure + "/interval/upper").doubleValue());
            }
        }
        assertThat(block(researcher.get(path + "/report").json(), "Per patient", "table")
                        .at("/rows/1/0")
                        .stringValue())
                .isEqualTo("Area under the ROC curve");
    }

    /** Two images of each patient of a dataset, of which one is said to show more than the other. */
    @Test
    void patientsHaveFiguresAndScoresOfTheirOwn() {
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            int patient = i / 2;
            List<Boolean> truth = List.of(patient % 2 == 1, patient % 4 > 1);
            double first = (i * 37 % 80) / 160.0;
            cases.add(new LabelledCase(
                    "image" + i,
                    new PatientId("p%03d".formatted(patient)),
                    truth,
                    List.of(first + (truth.get(0) ? 0.3 : 0), first + (truth.get(1) ? 0.4 : 0))));
        }
        ScoredImages.Multilabel images = new ScoredImages.Multilabel(List.of("Effusion", "Mass"), cases);
        Decision decision = Decision.choose(images, new ThresholdRule.Youden());
        worker.train(run, images);
        UUID validation =
                evaluation(run, "\"subset\": \"validation\", \"threshold\": {\"rule\": {\"kind\": \"youden\"}}");
        worker.evaluate(validation, true, images, decision);
        String path = "/api/v1/evaluations/" + validation;

        JsonNode report = researcher.get(path).json().get("patientReport");
        JsonNode scores = researcher.get(path + "/patients").json();

        assertThat(report.get("patients").intValue()).isEqualTo(40);
        assertThat(report.get("aggregations").findValuesAsString("aggregation"))
                .containsExactly("max", "mean", "noisyOr");
        assertThat(report.at("/aggregations/2/multilabel/images").intValue()).isEqualTo(40);
        // 40 patients, 2 labels, 3 aggregations
        assertThat(scores.get("rows")).hasSize(240);
        JsonNode row = scores.at("/rows/0");
        assertThat(row.get("patient").stringValue()).isEqualTo("p000");
        assertThat(row.get("images").intValue()).isEqualTo(2);
        assertThat(row.get("probability").doubleValue()).isEqualTo(37 / 160.0);
        double threshold = report.at("/aggregations/0/multilabel/classes/0/threshold/threshold")
                .doubleValue();
        long called = scores.get("rows")
                .valueStream()
                .filter(one -> one.get("aggregation").stringValue().equals("max"))
                .filter(one -> one.get("name").stringValue().equals("Effusion"))
                .peek(one -> assertThat(one.get("called").booleanValue())
                        .isEqualTo(one.get("probability").doubleValue() >= threshold))
                .filter(one -> one.get("called").booleanValue())
                .count();
        JsonNode confusion = report.at("/aggregations/0/multilabel/classes/0/confusion");
        assertThat(called)
                .isEqualTo(confusion.get("truePositives").longValue()
                        + confusion.get("falsePositives").longValue());
        JsonNode shares = researcher.get(path + "/proportions").json();
        // of all labels and 6 of each, by 3 methods, of images and of patients by 3 aggregations
        assertThat(shares.get("rows")).hasSize(13 * 3 * 4);
        assertThat(shares.get("imagesAreIndependent").booleanValue()).isFalse();
        assertThat(shares.at("/rows/0/figure").stringValue()).isEqualTo("subsetAccuracy");
        assertThat(shares.at("/rows/0/share"))
                .isEqualTo(researcher.get(path).json().at("/multilabelReport/subsetAccuracy"));
        assertThat(researcher
                        .get(path + "/patients", "Accept", "text/csv")
                        .text()
                        .lines())
                .hasSize(241)
                .startsWith("patient,images,class,shown,aggregation,probability,called");
        JsonNode document = researcher.get(path + "/report").json();
        assertThat(block(document, "Per patient", "table").get("rows")).hasSize(6);
        assertThat(section(document, "Per patient").get("blocks").findValuesAsString("title"))
                .containsSubsequence("ROC curve of patients", "Precision-recall curve of patients");
        JsonNode stored = researcher.get(path + "/cases").json().get("cases");
        for (PatientAggregation aggregation : PatientAggregation.values()) {
            String word = WireNames.of(aggregation);
            JsonNode curves =
                    researcher.get(path + "/curves?aggregation=" + word).json();
            assertThat(curves.get("aggregation").stringValue()).isEqualTo(word);
            requireCurvesOfPatients(stored, scores.get("rows"), 1, false, "Mass", curves.at("/classes/1"), aggregation);
        }
        assertThat(researcher.get(path + "/curves").json().path("aggregation").isMissingNode())
                .isTrue();
        assertThat(researcher
                        .get(path + "/curves?aggregation=noisyOr", "Accept", "text/csv")
                        .text()
                        .lines())
                .anyMatch(line -> line.startsWith("Mass,roc,"));
        assertThat(researcher.get(path + "/curves?aggregation=median").status()).isEqualTo(422);
    }

    /** Two or three images of each patient of a binary task. */
    @Test
    void patientsOfABinaryTaskHaveCurvesOfTheirOwn() {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        SplittableRandom random = new SplittableRandom(8);
        List<ScoredCase> cases = new ArrayList<>();
        for (int patient = 0; patient < 30; patient++) {
            boolean positive = patient % 3 == 0;
            for (int image = 0; image < 2 + patient % 2; image++) {
                cases.add(new ScoredCase(
                        "image%d-%d".formatted(patient, image),
                        new PatientId("p%03d".formatted(patient)),
                        positive,
                        random.nextInt(60) / 100.0 + (positive ? 0.3 : 0)));
            }
        }
        worker.train(run, new ScoredImages.Binary(List.of("HEALTHY", "ILL"), cases));
        UUID validation =
                evaluation(run, "\"subset\": \"validation\", \"threshold\": {\"rule\": {\"kind\": \"youden\"}}");
        worker.evaluate(validation, true, cases, 0.42);
        String path = "/api/v1/evaluations/" + validation;

        JsonNode stored = researcher.get(path + "/cases").json().get("cases");
        JsonNode scores = researcher.get(path + "/patients").json().get("rows");
        JsonNode report = researcher.get(path).json().get("patientReport");
        for (PatientAggregation aggregation : PatientAggregation.values()) {
            JsonNode curves = researcher
                    .get(path + "/curves?aggregation=" + WireNames.of(aggregation))
                    .json();
            requireCurvesOfPatients(stored, scores, 0, false, "ILL", curves, aggregation);
            assertThat(area(curves.get("rocCurve")))
                    .isCloseTo(
                            report.get("aggregations")
                                    .valueStream()
                                    .filter(one ->
                                            one.get("aggregation").stringValue().equals(WireNames.of(aggregation)))
                                    .findFirst()
                                    .orElseThrow()
                                    .at("/binary/rocAuc/value")
                                    .doubleValue(),
                            within(1e-12));
            assertThat(curves.get("classes")).isEmpty();
        }
        assertThat(researcher
                        .get(path + "/curves?aggregation=mean", "Accept", "text/csv")
                        .text()
                        .lines())
                .anyMatch(line -> line.startsWith("precisionRecall,"));
    }

    /** Two images of each patient of exclusive classes: a patient's scores are scaled to a sum of 1 before they are compared. */
    @Test
    void patientsOfSeveralClassesHaveCurvesOfTheirOwn() {
        List<String> classes = List.of("bcc", "mel", "nv");
        UUID split = chapters.split(researcher, chapters.frozenOfClasses(researcher, project));
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        SplittableRandom random = new SplittableRandom(9);
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < 72; i++) {
            int truth = i / 2 % 3;
            double[] odds = new double[3];
            for (int k = 0; k < 3; k++) {
                odds[k] = random.nextDouble(0.1, 1) + (k == truth ? 0.3 : 0);
            }
            double sum = odds[0] + odds[1] + odds[2];
            cases.add(new ClassifiedCase(
                    "image" + i,
                    new PatientId("p%03d".formatted(i / 2)),
                    truth,
                    List.of(odds[0] / sum, odds[1] / sum, odds[2] / sum)));
        }
        ScoredImages.Multiclass images = new ScoredImages.Multiclass(classes, cases);
        Decision decision = new Decision.MostProbable();
        worker.train(run, images);
        UUID validation = evaluation(run, "\"subset\": \"validation\"");
        worker.evaluate(validation, true, images, decision);
        String path = "/api/v1/evaluations/" + validation;

        JsonNode stored = researcher.get(path + "/cases").json().get("cases");
        JsonNode scores = researcher.get(path + "/patients").json().get("rows");
        for (PatientAggregation aggregation : PatientAggregation.values()) {
            JsonNode curves = researcher
                    .get(path + "/curves?aggregation=" + WireNames.of(aggregation))
                    .json();
            for (int k = 0; k < 3; k++) {
                assertThat(curves.at("/classes/" + k + "/name").stringValue()).isEqualTo(classes.get(k));
                requireCurvesOfPatients(
                        stored, scores, k, true, classes.get(k), curves.at("/classes/" + k), aggregation);
            }
        }
    }

    /** Probabilities of as many classes for so many images, each of a patient of its own. */
    private static ScoredImages.Multiclass ofClasses(String prefix, List<String> classes, int images) {
        SplittableRandom random = new SplittableRandom(prefix.hashCode());
        List<ClassifiedCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            double right = random.nextDouble(0.2, 0.8);
            double[] probabilities = new double[] {(1 - right) * 0.6, (1 - right) * 0.4, 0};
            int truth = i % 3;
            probabilities[2] = probabilities[truth];
            probabilities[truth] = right;
            cases.add(new ClassifiedCase(
                    prefix + i,
                    new PatientId(prefix + i),
                    truth,
                    List.of(probabilities[0], probabilities[1], probabilities[2])));
        }
        return new ScoredImages.Multiclass(classes, cases);
    }

    private static ScoredImages.Multilabel ofLabels(String prefix, int images) {
        SplittableRandom random = new SplittableRandom(prefix.hashCode());
        List<LabelledCase> cases = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            List<Boolean> truth = List.of(i % 2 == 0, i % 7 == 0);
            cases.add(new LabelledCase(
                    prefix + i,
                    new PatientId(prefix + i),
                    truth,
                    truth.stream()
                            .map(shown -> random.nextDouble(0, 0.7) + (shown ? 0.3 : 0))
                            .toList()));
        }
        return new ScoredImages.Multilabel(List.of("Effusion", "Mass"), cases);
    }

    @Test
    void severalClassesHaveReportCurvesCasesAndCardAsTwoHave() throws Exception {
        List<String> classes = List.of("bcc", "mel", "nv");
        UUID split = chapters.split(researcher, chapters.frozenOfClasses(researcher, project));
        UUID experiment = chapters.experiment(researcher, split, "train");
        UUID run = chapters.runs(researcher, experiment).get(0);
        Decision decision = new Decision.MostProbable(new Recalibration.Temperature(1.5), new PredictionSets.None());
        worker.train(run, ofClasses("validation", classes, 30));
        worker.summarise(experiment, ofClasses("validation", classes, 30), decision);
        UUID validation = evaluation(run, "\"subset\": \"validation\", \"recalibration\": \"temperature\"");
        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation + "/curves")
                        .status())
                .isEqualTo(409);
        worker.evaluate(validation, true, ofClasses("validation", classes, 30), decision);
        UUID test = evaluation(
                run, "\"subset\": \"test\", \"metrics\": [\"meanRocAuc\"], \"reason\": \"the only opening\"");
        ScoredImages.Multiclass raw = ofClasses("test", classes, 45);
        worker.evaluate(test, false, raw, decision);
        ScoredImages images = decision.recalibrated(raw);
        String path = "/api/v1/evaluations/" + test;

        JsonNode stored = researcher.get(path).json().get("multiclassReport");
        JsonNode curves = researcher.get(path + "/curves").json();
        assertThat(curves.get("rocCurve")).isEmpty();
        assertThat(curves.get("classes").findValuesAsString("name")).isEqualTo(classes);
        for (int k = 0; k < 3; k++) {
            JsonNode ofClass = curves.get("classes").get(k);
            List<RocCurve.Point> expected =
                    RocCurve.withoutCollinearPoints(images.against(k)).points();
            assertThat(ofClass.get("rocCurve")).hasSize(expected.size());
            for (int i = 0; i < expected.size(); i++) {
                assertThat(ofClass.at("/rocCurve/" + i + "/truePositiveRate").doubleValue())
                        .isEqualTo(expected.get(i).truePositiveRate());
            }
            assertThat(ofClass.get("calibrationBins")).isEqualTo(stored.at("/classes/" + k + "/calibrationBins"));
            assertThat(ofClass.get("thresholdCurve")).hasSizeBetween(101 + 40, 101 + 45);
        }
        List<String> numbers = researcher
                .get(path + "/curves", "Accept", "text/csv")
                .text()
                .lines()
                .toList();
        assertThat(numbers.get(0)).startsWith("class,curve,threshold,figure,");
        assertThat(numbers.stream().filter(line -> line.startsWith("mel,roc,")))
                .hasSize(curves.at("/classes/1/rocCurve").size());

        JsonNode first = researcher.get(path + "/cases").json().at("/cases/0");
        assertThat(first.get("shown").get(0).stringValue()).isEqualTo("bcc");
        assertThat(first.get("probabilities")).hasSize(3);
        assertThat(first.get("called")).hasSize(1);
        assertThat(researcher.get(path + "/cases", "Accept", "text/csv").text().lines())
                .hasSize(1 + 45 * 3)
                .startsWith("image,patient,class,shown,probability,called,predictionSet,abstains");

        JsonNode averages = stored.get("averages");
        assertThat(averages.at("/recall/macro")).isEqualTo(stored.get("balancedAccuracy"));
        assertThat(averages.at("/f1/micro")).isEqualTo(stored.get("accuracy"));
        assertThat(stored.at("/oneVersusOneRocAuc/value").doubleValue()).isBetween(0.0, 1.0);
        assertThat(stored.at("/classes/0/kappa/interval")).isNotEmpty();
        groupsAndDoubts(path, classes);
        JsonNode effect = researcher.get(path).json().get("recalibrationEffect");
        assertThat(researcher.get(path).json().has("recalibration")).isFalse();
        assertThat(researcher.get("/api/v1/evaluations/" + validation).json().has("recalibration"))
                .isTrue();
        assertThat(effect.get("figures").findValuesAsString("figure"))
                .containsExactly(
                        "logLoss", "brierScore", "calibrationError", "topCalibrationError", "accuracy", "rocAuc");
        assertThat(effect.get("classes").findValuesAsString("name")).isEqualTo(classes);
        assertThat(block(researcher.get(path + "/report").json(), "Recalibration", "table")
                        .at("/rows/0/1")
                        .stringValue())
                .startsWith(
                        Words.number(effect.at("/figures/0/change/before/value").doubleValue()));
        assertThat(researcher
                        .get("/api/v1/evaluations/" + validation)
                        .json()
                        .at("/frozenThreshold/recalibration/temperature")
                        .doubleValue())
                .isEqualTo(1.5);

        Answer html = researcher.get(path + "/report?format=html");
        parsed(html);
        assertThat(block(researcher.get(path + "/report").json(), "Prediction sets", "forest")
                        .get("rows")
                        .findValuesAsString("label"))
                .containsExactly("bcc", "mel", "nv", "all");
        assertThat(html.text())
                .contains("ROC curve of each class")
                .contains("the most probable class")
                .contains("opened once");
        assertThat(block(researcher.get(path + "/report").json(), "Calibration", "panels")
                        .get("panels")
                        .findValuesAsString("name"))
                .containsAll(classes);
        Answer report = researcher.get("/api/v1/experiments/" + experiment + "/report?format=html");
        parsed(report);
        assertThat(report.text()).contains("Balanced accuracy").contains("each image shows one");

        String name = chapters.freshName("model");
        Chapters.created(researcher.post(
                "/api/v1/models", "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(name, project)));
        assertThat(checklist(experiment, "TRIPOD+AI", "22").get(2).stringValue())
                .contains("no model version was made of them");
        Chapters.created(researcher.post("/api/v1/models/" + name + "/versions", "{\"runId\": \"%s\"}".formatted(run)));
        assertThat(checklist(experiment, "TRIPOD+AI", "22").get(2).stringValue())
                .contains("in the bundle of '" + name + "' version 1");
        assertThat(checklist(experiment, "TRIPOD+AI", "22").get(3).stringValue())
                .isEqualTo("/api/v1/models/" + name + "/versions/1");
        Answer card = researcher.get("/api/v1/models/" + name + "/versions/1/card?format=html");
        parsed(card);
        assertThat(card.text())
                .contains(
                        "the most probable class (probabilities recalibrated: logits divided by the temperature 1.5), frozen on")
                .contains("Before and after recalibration")
                .contains("Of each class against everything else");
    }

    /** What is stored beside a report of several classes stands in the answer, in the download and in the document. */
    private void groupsAndDoubts(String path, List<String> classes) {
        JsonNode stored = researcher.get(path).json();
        assertThat(stored.has("subgroups")).isFalse();
        assertThat(stored.has("errorReview")).isFalse();
        JsonNode view = stored.at("/classSubgroups/attributes/1");
        assertThat(view.get("name").stringValue()).isEqualTo("view");
        JsonNode all = view.at("/groups/0");
        assertThat(all.get("measuredClasses").intValue()).isEqualTo(3);
        // everybody is in that group
        assertThat(all.at("/meanRocAuc/value")).isEqualTo(stored.at("/multiclassReport/meanRocAuc/value"));
        assertThat(all.get("accuracy")).isEqualTo(stored.at("/multiclassReport/accuracy"));
        assertThat(all.at("/classes/2/rocAuc")).isEqualTo(stored.at("/multiclassReport/classes/2/rocAuc"));
        JsonNode small = stored.at("/classSubgroups/attributes/0/groups/1");
        assertThat(small.at("/meanRocAuc/undefinedBecause").stringValue()).startsWith("too small");
        JsonNode review = stored.get("classErrorReview");
        assertThat(review.get("classes").findValuesAsString("name")).isEqualTo(classes);
        assertThat(review.at("/doubts/joint")).hasSize(3);
        JsonNode worst = review.at("/worst/0");
        assertThat(worst.get("called").stringValue())
                .isNotEqualTo(worst.get("name").stringValue());

        JsonNode figures = researcher.get(path + "/subgroups").json().get("rows");
        // 3 figures of each of 3 groups, and 4 of each class in each
        assertThat(figures).hasSize(3 * 3 + 3 * 3 * 4);
        List<String> lines = researcher
                .get(path + "/subgroups", "Accept", "text/csv")
                .text()
                .lines()
                .toList();
        assertThat(lines).hasSize(1 + figures.size());
        assertThat(lines.get(0)).startsWith("attribute,group,class,images,positivePatients,");
        assertThat(lines)
                .anyMatch(line -> line.startsWith("view,PA,mel,15,15,30,rocAuc,"
                        + stored.at("/multiclassReport/classes/1/rocAuc/value").doubleValue()));

        assertThat(stored.at("/optimism/found")).isEqualTo(stored.at("/multiclassReport/meanRocAuc"));
        assertThat(stored.at("/optimism/expected/value").isNumber()).isTrue();
        assertThat(stored.at("/optimism/difference/interval").isObject()).isTrue();
        JsonNode document = researcher.get(path + "/report").json();
        assertThat(block(document, "Promised and found", "facts")
                        .at("/facts/1/name")
                        .stringValue())
                .isEqualTo("Mean ROC AUC of the test patients");
        JsonNode rows = block(document, "Subgroups", "forest").get("rows");
        assertThat(rows.findValuesAsString("label")).containsExactly("A", "B");
        assertThat(block(document, "Doubted classes", "table").get("rows")).hasSize(3);
    }

    /** An item's row: its number, what it asks for, what is recorded, and where. */
    private JsonNode checklist(UUID experiment, String guideline, String number) {
        JsonNode document =
                researcher.get("/api/v1/experiments/" + experiment + "/report").json();
        for (JsonNode row : block(document, guideline, "table").get("rows")) {
            if (row.get(0).stringValue().equals(number)) {
                return row;
            }
        }
        throw new AssertionError("no item " + number + " of " + guideline);
    }

    /** A dataset whose table names days and sites: the checklists have them, in years, and count the patients of all folds. */
    @Test
    void checklistsOfACrossValidationSayWhatIsKnownOfItsImagesAndCountAllFolds() {
        String draft =
                """
                {"name": "%s", "projectId": "%s", "task": "binary", "positiveLabel": "ill", "layout": {"kind": "manifest",
                 "columns": {"file": "file", "patientId": "patient", "label": "label", "date": "day", "site": "site"}}}
                """
                        .formatted(chapters.freshName("dataset"), project);
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("file,patient,label,day,site\n");
        for (int patient = 0; patient < 30; patient++) {
            files.put("p%03d.png".formatted(patient), Images.png(patient));
            table.append("p%03d.png,p%03d,%s,%s,%s%n"
                    .formatted(
                            patient,
                            patient,
                            patient % 3 == 0 ? "ill" : "well",
                            patient % 5 == 0 ? "" : (2011 + patient % 4) + "-03-1" + patient % 9,
                            patient % 2 == 0 ? "North" : "South"));
        }
        files.put("manifest.csv", table.toString().getBytes(StandardCharsets.UTF_8));
        UUID dataset = chapters.frozen(researcher, Chapters.created(researcher.post("/api/v1/datasets", draft)), files);
        UUID experiment = chapters.experiment(researcher, chapters.split(researcher, dataset), "crossValidation");
        worker.crossValidate(experiment, chapters.runs(researcher, experiment));

        assertThat(checklist(experiment, "TRIPOD+AI", "5b").get(2).stringValue())
                .startsWith("images acquired from 2011 to 2014, by the days that are known of 24 of 30 images");
        assertThat(checklist(experiment, "CLAIM 2024", "36").get(2).stringValue())
                .startsWith("held out once by 3 folds in turn: 24 patients, 24 images ('well' 16 images of 16 patients,"
                        + " 'ill' 8 images of 8 patients); of each fold train 11 to 12 patients (11 to 12 images)");
        assertThat(checklist(experiment, "TRIPOD+AI", "21").get(2).stringValue())
                .startsWith("held out once by 3 folds in turn: 24 patients");
        assertThat(checklist(experiment, "CLAIM 2024", "11").get(2).stringValue())
                .isEqualTo("people must write this");
    }

    private static JsonNode table(JsonNode document, String section, String caption) {
        for (JsonNode part : document.get("sections")) {
            for (JsonNode block : part.get("blocks")) {
                if (part.get("title").stringValue().equals(section)
                        && block.path("caption").asString("").equals(caption)) {
                    return block;
                }
            }
        }
        throw new AssertionError("no table " + caption + " in " + section);
    }

    /** Not the area alone: every figure that the folds have, its mean, its spread, and an interval that says how it was made. */
    @Test
    void everyFigureOfTheFoldsHasItsMeanItsSpreadAndItsInterval() throws Exception {
        UUID split = chapters.split(researcher, chapters.frozen(researcher, project));
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        worker.crossValidate(experiment, chapters.runs(researcher, experiment));
        String path = "/api/v1/experiments/" + experiment;

        JsonNode summary = researcher.get(path).json().get("summary");
        JsonNode document = researcher.get(path + "/report").json();
        Answer html = researcher.get(path + "/report?format=html");
        parsed(html);

        List<String> names = List.of(
                "rocAuc",
                "averagePrecision",
                "f1",
                "accuracy",
                "balancedAccuracy",
                "recall",
                "specificity",
                "brierScore");
        assertThat(summary.get("figures").findValuesAsString("figure")).isEqualTo(names);
        JsonNode rows = table(document, "Folds", "Means over the folds").get("rows");
        for (int i = 0; i < names.size(); i++) {
            double mean = 0;
            for (int fold = 0; fold < 3; fold++) {
                mean += summary.at("/folds/" + fold + "/" + names.get(i) + "/value")
                                .doubleValue()
                        / 3;
            }
            JsonNode figure = summary.at("/figures/" + i);
            assertThat(figure.at("/mean/value").doubleValue()).as(names.get(i)).isCloseTo(mean, within(1e-12));
            assertThat(figure.get("standardDeviation").has("value")).isTrue();
            assertThat(rows.get(i).get(1).stringValue())
                    .startsWith(Words.number(figure.at("/mean/value").doubleValue()));
        }
        assertThat(summary.at("/figures/0/mean")).isEqualTo(summary.get("meanRocAuc"));
        JsonNode folds = researcher.get(path + "/folds").json();
        assertThat(folds.get("overFolds")).isEqualTo(summary.get("figures"));
        assertThat(folds.get("rows")).hasSize(3 * 8);
        assertThat(folds.at("/rows/9/fold").intValue()).isOne();
        assertThat(folds.at("/rows/9/figure").stringValue()).isEqualTo("averagePrecision");
        assertThat(folds.at("/rows/9/estimate")).isEqualTo(summary.at("/folds/1/averagePrecision"));
        List<String> csv = researcher
                .get(path + "/folds", "Accept", "text/csv")
                .text()
                .lines()
                .toList();
        assertThat(csv).hasSize(1 + 3 * 8 + 2 * 8);
        assertThat(csv.get(0)).isEqualTo("over,fold,images,patients,figure,value,lower,upper,method,undefinedBecause");
        assertThat(csv.get(1))
                .startsWith("fold,0,40,20,rocAuc,"
                        + summary.at("/folds/0/rocAuc/value").doubleValue());
        assertThat(csv.get(25))
                .startsWith("mean,,,,rocAuc," + summary.at("/meanRocAuc/value").doubleValue());
        Answer noFolds = researcher.get("/api/v1/experiments/" + judged(0).experiment() + "/folds");
        assertThat(noFolds.status()).isEqualTo(409);
        assertThat(noFolds.json().get("detail").stringValue()).contains("has no folds");
        assertThat(html.text())
                .contains("Decisions and probabilities of the folds")
                .contains("which was chosen on these held-out images and flatters a little")
                .contains("it is no standard error");
    }

    /** Every step of the figures over thresholds, also of scores between two hundredths, and both classes' F1. */
    @Test
    void theReportOfABinaryTaskDrawsItsScoresAndJudgesPatients() throws Exception {
        Judged judged = judged(0);
        String path = "/api/v1/evaluations/" + judged.validation();

        JsonNode stored = researcher.get(path).json();
        JsonNode document = researcher.get(path + "/report").json();

        JsonNode f1 = stored.at("/report/f1Averages");
        assertThat(f1.get("micro")).isEqualTo(stored.at("/report/accuracy"));
        assertThat(f1.at("/macro/value").doubleValue()).isBetween(0.0, 1.0);
        assertThat(words(document, "Summary")).contains("Macro F1, both classes alike");
        JsonNode decisions = section(document, "Decisions");
        List<String> titles = decisions.get("blocks").findValuesAsString("title");
        assertThat(titles)
                .containsSubsequence(
                        "Rates and F1 over thresholds", "Predictive values and Matthews correlation over thresholds");
        JsonNode confusion =
                table(document, "Per patient", "Confusion matrix, patients").get("rows");
        JsonNode ofHighest = stored.at("/patientReport/aggregations/0/binary/confusion");
        assertThat(confusion).hasSize(3);
        assertThat(confusion.at("/0/1").stringValue())
                .isEqualTo(Long.toString(ofHighest.get("truePositives").longValue()));
        assertThat(confusion.at("/0/2").stringValue())
                .isEqualTo(Long.toString(ofHighest.get("falseNegatives").longValue()));
        assertThat(words(document, "Per patient"))
                .contains("Cohen's kappa")
                .contains("Log loss")
                .contains("Macro F1, both classes alike")
                .contains("Weighted F1, classes by their patients");
        JsonNode ofPatients = stored.at("/patientReport/aggregations/1/binary");
        assertThat(stored.at("/patientReport/aggregations/1/f1Averages/micro")).isEqualTo(ofPatients.get("accuracy"));
    }

    private static double area(JsonNode rocCurve) {
        double area = 0;
        for (int i = 1; i < rocCurve.size(); i++) {
            JsonNode before = rocCurve.get(i - 1);
            JsonNode point = rocCurve.get(i);
            area += (point.get("falsePositiveRate").doubleValue()
                            - before.get("falsePositiveRate").doubleValue())
                    * (point.get("truePositiveRate").doubleValue()
                            + before.get("truePositiveRate").doubleValue())
                    / 2;
        }
        return area;
    }

    /**
     * By the downloads of cases and patients: each patient's images made one score, and every share counted anew.
     *
     * @param index of the class; of a binary task 0, as cases have one probability
     * @param exclusive whether the scores of a patient's classes are scaled to a sum of 1
     */
    private static void requireCurvesOfPatients(
            JsonNode cases,
            JsonNode patients,
            int index,
            boolean exclusive,
            String name,
            JsonNode curves,
            PatientAggregation aggregation) {
        Map<String, Boolean> shows = new TreeMap<>();
        for (JsonNode row : patients) {
            if (row.get("name").stringValue().equals(name)) {
                shows.put(row.get("patient").stringValue(), row.get("shown").booleanValue());
            }
        }
        Map<String, Double> anew = combined(cases, index, exclusive, aggregation);
        Map<String, Double> combined = new TreeMap<>();
        for (JsonNode row : patients) {
            if (row.get("name").stringValue().equals(name)
                    && row.get("aggregation").stringValue().equals(WireNames.of(aggregation))) {
                String patient = row.get("patient").stringValue();
                assertThat(row.get("probability").doubleValue()).isCloseTo(anew.get(patient), within(1e-12));
                // a score may lie on a threshold, so that its last bit decides
                combined.put(patient, row.get("probability").doubleValue());
            }
        }
        assertThat(combined.keySet()).isEqualTo(shows.keySet()).isEqualTo(anew.keySet());
        double positives = shows.values().stream().filter(shown -> shown).count();
        double negatives = shows.size() - positives;
        assertThat(Math.min(positives, negatives)).isPositive();
        assertThat(curves.get("thresholdCurve").size()).isGreaterThan(101);
        for (JsonNode point : curves.get("thresholdCurve")) {
            double threshold = point.get("threshold").doubleValue();
            double hits = called(combined, shows, true, threshold);
            double alarms = called(combined, shows, false, threshold);
            assertThat(point.at("/recall/value").doubleValue()).isCloseTo(hits / positives, within(1e-12));
            assertThat(point.at("/specificity/value").doubleValue()).isCloseTo(1 - alarms / negatives, within(1e-12));
        }
        assertThat(curves.get("rocCurve").size()).isGreaterThan(2);
        for (JsonNode point : curves.get("rocCurve")) {
            if (point.path("threshold").isNumber()) {
                double threshold = point.get("threshold").doubleValue();
                assertThat(point.get("truePositiveRate").doubleValue())
                        .isCloseTo(called(combined, shows, true, threshold) / positives, within(1e-12));
                assertThat(point.get("falsePositiveRate").doubleValue())
                        .isCloseTo(called(combined, shows, false, threshold) / negatives, within(1e-12));
            }
        }
        int withThreshold = 0;
        for (JsonNode point : curves.get("precisionRecallCurve")) {
            if (point.path("threshold").isNumber()) {
                double threshold = point.get("threshold").doubleValue();
                double hits = called(combined, shows, true, threshold);
                double all = hits + called(combined, shows, false, threshold);
                assertThat(point.get("recall").doubleValue()).isCloseTo(hits / positives, within(1e-12));
                assertThat(point.get("precision").doubleValue()).isCloseTo(hits / all, within(1e-12));
                withThreshold++;
            }
        }
        assertThat(withThreshold).isGreaterThan(5);
        for (JsonNode point : curves.get("decisionCurve")) {
            double threshold = point.get("threshold").doubleValue();
            double benefit = (called(combined, shows, true, threshold)
                            - called(combined, shows, false, threshold) * threshold / (1 - threshold))
                    / shows.size();
            assertThat(point.at("/model/value").doubleValue()).isCloseTo(benefit, within(1e-12));
        }
        double area = 0;
        for (String one : shows.keySet()) {
            for (String other : shows.keySet()) {
                if (shows.get(one) && !shows.get(other)) {
                    int order = Double.compare(combined.get(one), combined.get(other));
                    area += order > 0 ? 1 : order == 0 ? 0.5 : 0;
                }
            }
        }
        assertThat(area(curves.get("rocCurve"))).isCloseTo(area / positives / negatives, within(1e-12));
    }

    /** Of each patient the score of a class, of the probabilities of all of the patient's images. */
    private static Map<String, Double> combined(
            JsonNode cases, int index, boolean exclusive, PatientAggregation aggregation) {
        Map<String, List<List<Double>>> scores = new TreeMap<>();
        for (JsonNode one : cases) {
            List<Double> probabilities = one.has("probability")
                    ? List.of(one.get("probability").doubleValue())
                    : one.get("probabilities")
                            .valueStream()
                            .map(JsonNode::doubleValue)
                            .toList();
            scores.computeIfAbsent(one.get("patient").stringValue(), absent -> new ArrayList<>())
                    .add(probabilities);
        }
        Map<String, Double> combined = new TreeMap<>();
        scores.forEach((patient, images) -> {
            List<Double> ofClasses = new ArrayList<>();
            for (int k = 0; k < images.get(0).size(); k++) {
                int of = k;
                ofClasses.add(
                        combined(images.stream().map(image -> image.get(of)).toList(), aggregation));
            }
            double sum = ofClasses.stream().mapToDouble(one -> one).sum();
            combined.put(patient, ofClasses.get(index) / (exclusive ? sum : 1));
        });
        return combined;
    }

    /** In the words of docs/statistics.md, of numbers in rising order so that sums and products round alike. */
    private static double combined(List<Double> images, PatientAggregation aggregation) {
        List<Double> rising = images.stream().sorted().toList();
        double without = 1;
        double sum = 0;
        for (double one : rising) {
            without *= 1 - one;
            sum += one;
        }
        return switch (aggregation) {
            case MAX -> rising.get(rising.size() - 1);
            case MEAN -> sum / rising.size();
            case NOISY_OR -> 1 - without;
        };
    }

    private static double called(
            Map<String, Double> scores, Map<String, Boolean> shows, boolean showing, double threshold) {
        return scores.entrySet().stream()
                .filter(one -> shows.get(one.getKey()) == showing && one.getValue() >= threshold)
                .count();
    }

    /** The report's own interval over patients beside those that take images for independent, of images and of patients. */
    @Test
    void sharesComeByEveryMethodWithTheCountsThatTheyAreOf() {
        Judged judged = judged(0);
        String path = "/api/v1/evaluations/" + judged.validation();

        JsonNode stored = researcher.get(path).json();
        JsonNode shares = researcher.get(path + "/proportions").json();

        boolean areIndependent = stored.at("/report/images").intValue()
                == stored.at("/report/patients").intValue();
        assertThat(shares.get("imagesAreIndependent").booleanValue()).isEqualTo(areIndependent);
        // 6 shares by 3 methods, of images and of patients by 3 aggregations
        assertThat(shares.get("rows")).hasSize(6 * 3 * 4);
        for (JsonNode row : shares.get("rows")) {
            if (row.at("/share/interval").isObject()) {
                assertThat(row.get("method")).isEqualTo(row.at("/share/interval/method"));
            }
        }
        JsonNode clustered = share(shares, "images", "recall", "patientClusteredWilson");
        assertThat(clustered.get("share")).isEqualTo(stored.at("/report/recall"));
        Proportion counts = new Proportion(
                stored.at("/report/confusion/truePositives").longValue(),
                stored.at("/report/positives").longValue());
        JsonNode exact = share(shares, "images", "recall", "clopperPearson");
        assertThat(exact.get("count").longValue()).isEqualTo(counts.count());
        assertThat(exact.get("of").longValue()).isEqualTo(counts.of());
        Interval expected = counts.clopperPearson(0.95).interval();
        assertThat(exact.at("/share/interval/lower").doubleValue()).isEqualTo(expected.lower());
        assertThat(exact.at("/share/interval/upper").doubleValue()).isEqualTo(expected.upper());
        assertThat(share(shares, "images", "recall", "wilson")
                        .at("/share/interval/method")
                        .stringValue())
                .isEqualTo("wilson");
        JsonNode ofPatients = share(shares, "patients", "specificity", "patientClusteredWilson");
        assertThat(ofPatients.get("aggregation").stringValue()).isEqualTo("max");
        assertThat(ofPatients.get("share")).isEqualTo(stored.at("/patientReport/aggregations/0/binary/specificity"));

        List<String> csv = researcher
                .get(path + "/proportions", "Accept", "text/csv")
                .text()
                .lines()
                .toList();
        assertThat(csv).hasSize(1 + 6 * 3 * 4);
        assertThat(csv.get(0)).startsWith("counted,aggregation,class,figure,count,of,method,value,lower,upper");
        assertThat(csv)
                .anyMatch(line -> line.startsWith(
                        "images,,ILL,recall," + counts.count() + "," + counts.of() + ",clopperPearson,"));
    }

    private static JsonNode share(JsonNode shares, String counted, String figure, String method) {
        for (JsonNode row : shares.get("rows")) {
            if (row.get("counted").stringValue().equals(counted)
                    && row.get("figure").stringValue().equals(figure)
                    && row.get("method").stringValue().equals(method)) {
                return row;
            }
        }
        throw new AssertionError("no " + figure + " of " + counted + " by " + method);
    }

    private static JsonNode section(JsonNode document, String title) {
        for (JsonNode section : document.get("sections")) {
            if (section.get("title").stringValue().equals(title)) {
                return section;
            }
        }
        throw new AssertionError("no section " + title);
    }

    @Test
    void aCrossValidationOfLabelsHasItsFoldsAndCurvesInItsReport() throws Exception {
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        UUID experiment = chapters.experiment(researcher, split, "crossValidation");
        Decision decision =
                new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.4), ThresholdChoice.fixed(0.6)));
        worker.crossValidate(
                experiment,
                chapters.runs(researcher, experiment),
                List.of(ofLabels("a", 30), ofLabels("b", 30), ofLabels("c", 30)),
                decision);
        String path = "/api/v1/experiments/" + experiment;

        Answer html = researcher.get(path + "/report?format=html");
        parsed(html);
        JsonNode document = researcher.get(path + "/report").json();

        JsonNode summary = researcher.get(path).json().get("summary");
        JsonNode rows = block(document, "Folds", "forest").get("rows");
        for (int i = 0; i < 3; i++) {
            assertThat(rows.get(i).get("value")).isEqualTo(summary.at("/foldAverages/" + i + "/rocAuc/value"));
        }
        assertThat(summary.get("figures").findValuesAsString("figure"))
                .containsExactly(
                        "rocAuc", "averagePrecision", "f1", "subsetAccuracy", "recall", "specificity", "brierScore");
        assertThat(summary.at("/foldAverages/0/accuracy").isMissingNode()).isTrue();
        assertThat(summary.at("/foldAverages/0/subsetAccuracy/value").doubleValue())
                .isBetween(0.0, 1.0);
        assertThat(researcher.get(path + "/folds").json().get("rows").findValuesAsString("figure"))
                .contains("subsetAccuracy")
                .doesNotContain("accuracy");
        assertThat(table(document, "Folds", "Decisions and probabilities of the folds")
                        .get("rows"))
                .hasSize(3);
        assertThat(table(document, "Folds", "Means over the folds").get("rows")).hasSize(7);
        assertThat(researcher.get(path + "/folds").json().get("rows")).hasSize(3 * 7);
        JsonNode areas = block(document, "Discrimination", "forest").get("rows");
        assertThat(areas.findValuesAsString("label")).containsExactly("Effusion", "Mass", "mean");
        assertThat(areas.get(1).get("value")).isEqualTo(summary.at("/multilabel/classes/1/rocAuc/value"));
        assertThat(html.text())
                .contains("Each label is called from its own threshold on")
                .contains("CLAIM 2024");
    }

    @Test
    void labelsHavePredictionSetsEachByItself() throws Exception {
        UUID split = chapters.split(researcher, chapters.frozenOfLabels(researcher, project));
        UUID run = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);
        Decision decision =
                new Decision.LabelThresholds(List.of(ThresholdChoice.fixed(0.4), ThresholdChoice.fixed(0.6)));
        worker.train(run, ofLabels("validation", 40));
        UUID validation = evaluation(run, "\"subset\": \"validation\", \"coverage\": 0.8");
        worker.evaluate(validation, true, ofLabels("validation", 40), decision);
        UUID test = evaluation(
                run, "\"subset\": \"test\", \"metrics\": [\"meanRocAuc\"], \"reason\": \"the only opening\"");
        worker.evaluate(test, false, ofLabels("test", 70), decision);

        JsonNode frozen =
                researcher.get("/api/v1/evaluations/" + validation).json().at("/frozenThreshold/predictionSets");
        JsonNode tested = researcher.get("/api/v1/evaluations/" + test).json();
        Answer html = researcher.get("/api/v1/evaluations/" + test + "/report?format=html");
        parsed(html);

        assertThat(frozen.has("limits")).isFalse();
        assertThat(frozen.at("/labels/1/limits").findValuesAsString("patients")).containsExactly("34", "6");
        assertThat(tested.has("predictionSets")).isFalse();
        assertThat(tested.at("/labelPredictionSets/1/label").stringValue()).isEqualTo("Mass");
        JsonNode mass = tested.at("/labelPredictionSets/1/report/classes");
        assertThat(mass.findValuesAsString("name")).containsExactly("without Mass", "Mass");
        assertThat(mass.findValuesAsString("patients")).containsExactly("60", "10");
        JsonNode rows = block(
                        researcher
                                .get("/api/v1/evaluations/" + test + "/report")
                                .json(),
                        "Prediction sets",
                        "forest")
                .get("rows");
        assertThat(rows.findValuesAsString("label"))
                .containsExactly("without Effusion", "Effusion", "without Mass", "Mass");
        assertThat(rows.get(3).get("value")).isEqualTo(mass.at("/1/covered/value"));
        assertThat(html.text()).contains("Promises for labels do not add up");
    }

    @Test
    void documentsOfAnotherProjectAreNotFoundAndOtherFormsAreNotAcceptable() {
        Judged judged = judged(0);
        User stranger = http.user(Role.ADMIN, chapters.project());
        String evaluation = "/api/v1/evaluations/" + judged.validation();

        for (String path : List.of(
                evaluation + "/report",
                evaluation + "/cases",
                evaluation + "/curves",
                evaluation + "/patients",
                evaluation + "/predictive-values",
                evaluation + "/proportions",
                "/api/v1/experiments/" + judged.experiment() + "/folds",
                "/api/v1/experiments/" + judged.experiment() + "/report")) {
            assertThat(stranger.get(path).status()).as(path).isEqualTo(404);
        }
        assertThat(researcher.get(evaluation + "/report", "Accept", "image/png").status())
                .isEqualTo(406);
        assertThat(researcher.get(evaluation + "/report?format=word").status()).isEqualTo(422);
    }
}
