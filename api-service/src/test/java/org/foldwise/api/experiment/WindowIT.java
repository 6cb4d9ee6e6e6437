package org.foldwise.api.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Images;
import org.foldwise.api.Worker;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.model.BundleReader;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.dataset.DatasetReporting;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A window of an image's values: which datasets a plan may show it of, and that what was trained on it sees nothing else. */
@ApiTest
class WindowIT {
    private static final String FIXED =
            "{\"image\": {\"window\": {\"kind\": \"fixed\", \"centre\": 900, \"width\": 500}}}";
    private static final String LUNG = "{\"image\": {\"window\": {\"kind\": \"named\", \"name\": \"lung\"}}}";
    private static final ImageDecoder DECODER = new ImageDecoder(ImageLimits.DEFAULT);

    private final Chapters chapters;
    private final Worker worker;
    private final DatasetReporting reporting;
    private final Http http;
    private final UUID project;
    private final User researcher;

    WindowIT(Http http, Chapters chapters, Worker worker, DatasetReporting reporting) {
        this.http = http;
        this.chapters = chapters;
        this.worker = worker;
        this.reporting = reporting;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
    }

    /** A frozen dataset of 30 patients with DICOM files, but for one patient in so many; the first has two images. */
    private UUID frozen(int onePngIn) {
        UUID dataset = chapters.draft(researcher, project);
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 30; patient++) {
            boolean png = patient % onePngIn == onePngIn - 1;
            files.put(
                    "%s/p%03d_0.%s".formatted(patient % 3 == 0 ? "ILL" : "HEALTHY", patient, png ? "png" : "dcm"),
                    png ? Images.png(patient) : Images.dicom(patient, 40, 32));
        }
        files.put(
                "ILL/p000_1." + (onePngIn == 1 ? "png" : "dcm"),
                onePngIn == 1 ? Images.png(99) : Images.dicom(99, 40, 32));
        Chapters.created(researcher.put(Chapters.archive(dataset), "application/zip", Images.zip(files)));
        assertThat(researcher
                        .post("/api/v1/datasets/" + dataset + "/freeze", "")
                        .status())
                .isEqualTo(202);
        reporting.freeze(chapters.claim(dataset), Chapters.PROFILE, "[]");
        return dataset;
    }

    private static String experiment(UUID split, String plan) {
        return "{\"name\": \"windowed\", \"splitId\": \"%s\", \"plan\": %s, \"procedure\": {\"kind\": \"train\"}}"
                .formatted(split, plan);
    }

    private static void assertWindowRefused(Answer answer, String counted) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.json().get("errors").size()).isEqualTo(1);
        assertThat(answer.json().at("/errors/0/pointer").stringValue()).isEqualTo("/plan/image/window");
        assertThat(answer.json().at("/errors/0/detail").stringValue()).contains(counted);
    }

    @Test
    void oneImageWithoutValuesIsOneTooManyForAnyPlanThatShowsAWindow() {
        for (int onePngIn : List.of(1, 30)) {
            UUID dataset = frozen(onePngIn);
            UUID split = chapters.split(researcher, dataset);
            String counted = (onePngIn == 1 ? "31" : "1") + " of 31 are no such images";

            assertWindowRefused(researcher.post("/api/v1/experiments", experiment(split, FIXED)), counted);
            assertWindowRefused(researcher.post("/api/v1/experiments/dry-runs", experiment(split, LUNG)), counted);
            assertWindowRefused(
                    researcher.post(
                            "/api/v1/splits/" + split + "/augmentation-audits", "{\"plan\": %s}".formatted(FIXED)),
                    counted);
            assertWindowRefused(
                    researcher.post(
                            "/api/v1/datasets/" + dataset + "/leakage-experiments",
                            "{\"name\": \"x\", \"seed\": 1, \"folds\": 3, \"plan\": %s}".formatted(FIXED)),
                    counted);
            assertThat(researcher
                            .post(
                                    "/api/v1/experiments/dry-runs",
                                    experiment(split, "{\"image\": {\"window\": {\"kind\": \"file\"}}}"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void candidatesOfASearchAreHeldAgainstTheImagesToo() {
        UUID split = chapters.split(researcher, frozen(30));

        Answer refused = researcher.post(
                "/api/v1/experiments/dry-runs",
                """
                {"name": "which window", "splitId": "%s",
                 "procedure": {"kind": "nestedCrossValidation", "search": {"kind": "grid", "inner": {"folds": 2}, "seed": 1,
                  "space": [{"kind": "values", "pointer": "/image/window",
                             "values": [{"kind": "file"}, {"kind": "named", "name": "bone"}]}]}}}
                """
                        .formatted(split));

        assertThat(refused.status()).as(refused.text()).isEqualTo(422);
        assertThat(refused.json().at("/errors/0/pointer").stringValue()).isEqualTo("/procedure/search/space");
        assertThat(refused.json().at("/errors/0/detail").stringValue()).contains("candidate 1: /image/window");
    }

    @Test
    void whatAWindowIsNotIsToldWhereItStands() {
        UUID split = chapters.split(researcher, frozen(1));
        Answer unknown = researcher.post(
                "/api/v1/experiments",
                experiment(split, "{\"image\": {\"window\": {\"kind\": \"named\", \"name\": \"liver\"}}}"));
        assertThat(unknown.status()).as(unknown.text()).isEqualTo(422);
        assertThat(unknown.json().at("/errors/0/pointer").stringValue()).isEqualTo("/plan/image/window/name");
        Answer narrow = researcher.post(
                "/api/v1/experiments",
                experiment(split, "{\"image\": {\"window\": {\"kind\": \"fixed\", \"centre\": 1, \"width\": 0}}}"));
        assertThat(narrow.status()).as(narrow.text()).isEqualTo(422);
        assertThat(narrow.json().at("/errors/0/pointer").stringValue()).isEqualTo("/plan/image/window/width");
    }

    private UUID trainedRun(UUID split, String plan) {
        Answer started = researcher.post("/api/v1/experiments", experiment(split, plan));
        assertThat(started.status()).as(started.text()).isEqualTo(202);
        JsonNode shown =
                researcher.get("/api/v1/experiments/" + started.id()).json().at("/plan/image/window");
        assertThat(shown.get("kind").stringValue()).isEqualTo(plan.contains("window") ? "fixed" : "file");
        UUID run = chapters.runs(researcher, started.id()).get(0);
        worker.train(run);
        UUID validation = Chapters.created(researcher.post(
                "/api/v1/evaluations",
                "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"validation\"}".formatted(run)));
        worker.evaluate(validation, true);
        return run;
    }

    private String version(UUID run) {
        String name = chapters.freshName("model");
        Chapters.created(researcher.post(
                "/api/v1/models", "{\"name\": \"%s\", \"projectId\": \"%s\"}".formatted(name, project)));
        Chapters.created(researcher.post("/api/v1/models/" + name + "/versions", "{\"runId\": \"%s\"}".formatted(run)));
        return "/api/v1/models/" + name + "/versions/1";
    }

    /** Both models have the same weights; only what they see of a file differs. */
    @Test
    @Tag("engine")
    void whatWasTrainedOnAWindowSeesItInEveryFileAndRefusesFilesWithoutValues() throws Exception {
        UUID split = chapters.split(researcher, frozen(31));
        UUID run = trainedRun(split, FIXED);
        String windowed = version(run);
        String plain = version(trainedRun(split, "{}"));
        User predictor = http.user(Role.PREDICTOR, project);
        byte[] dicom = Images.dicom(77, 60, 50);
        Preprocessing preprocessing = BundleReader.read(
                        researcher.get(windowed + "/bundle").response().body())
                .preprocessing();
        assertThat(preprocessing.window()).isEqualTo(new Preprocessing.Step.Window(900, 500));
        byte[] film = PngEncoder.encode(DECODER.decode(dicom, preprocessing).pixels());

        Answer seen = predictor.post(windowed + "/predict", "application/dicom", dicom);
        assertThat(seen.status()).as(seen.text()).isEqualTo(200);
        assertThat(seen.json().get("probability"))
                .isEqualTo(predictor
                        .post(plain + "/predict", "image/png", film)
                        .json()
                        .get("probability"))
                .isNotEqualTo(predictor
                        .post(plain + "/predict", "application/dicom", dicom)
                        .json()
                        .get("probability"));
        Answer refused = predictor.post(windowed + "/predict", "image/png", film);
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:image-refused");
        assertThat(refused.json().get("detail").stringValue()).startsWith("noModalityValues: ");
        assertThat(predictor
                        .post(windowed + "/predict?explain=gradCam", "image/png", film)
                        .status())
                .isEqualTo(422);

        Answer external = researcher.post(
                "/api/v1/evaluations",
                "{\"subject\": {\"runId\": \"%s\"}, \"subset\": \"external\", \"datasetId\": \"%s\"}"
                        .formatted(run, chapters.frozen(researcher, project)));
        assertThat(external.status()).as(external.text()).isEqualTo(422);
        assertThat(external.json().at("/errors/0/pointer").stringValue()).isEqualTo("/datasetId");
        assertThat(external.json().at("/errors/0/detail").stringValue()).contains("/image/window");
    }
}
