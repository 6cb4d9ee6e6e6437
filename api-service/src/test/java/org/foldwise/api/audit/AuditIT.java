package org.foldwise.api.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.UUID;
import org.foldwise.api.ApiTest;
import org.foldwise.api.Chapters;
import org.foldwise.api.Http;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.api.Worker;
import org.foldwise.learning.audit.AugmentationAuditor;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.ImageDecoder;
import org.foldwise.learning.imaging.ImageLimits;
import org.foldwise.learning.imaging.PixelImage;
import org.foldwise.learning.imaging.PngEncoder;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.split.Fold;
import org.foldwise.registry.access.Role;
import org.foldwise.registry.artifacts.ArtifactStore;
import org.foldwise.registry.audit.AuditReporting;
import org.foldwise.registry.audit.AugmentationAudits;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.split.PatientSplits;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

@ApiTest
class AuditIT {
    private static final String BODY =
            """
            {"plan": {"image": {"size": 32}, "anatomy": {"laterality": "irrelevant"},
             "augmentation": [{"kind": "rotation"}, {"kind": "horizontalFlip"}]}}""";

    private final Chapters chapters;
    private final Worker worker;
    private final Http http;
    private final UUID project;
    private final User researcher;
    private final UUID dataset;
    private final UUID split;
    private final AugmentationAudits audits;
    private final AuditReporting reporting;
    private final ArtifactStore artifacts;
    private final PatientSplits splits;
    private final Datasets datasets;
    private final DatasetImages images;

    AuditIT(
            Chapters chapters,
            Worker worker,
            Http http,
            AugmentationAudits audits,
            AuditReporting reporting,
            ArtifactStore artifacts,
            PatientSplits splits,
            Datasets datasets,
            DatasetImages images) {
        this.chapters = chapters;
        this.worker = worker;
        this.http = http;
        this.project = chapters.project();
        this.researcher = http.user(Role.RESEARCHER, project);
        this.dataset = chapters.frozen(researcher, project);
        this.split = chapters.split(researcher, dataset);
        this.audits = audits;
        this.reporting = reporting;
        this.artifacts = artifacts;
        this.splits = splits;
        this.datasets = datasets;
        this.images = images;
    }

    private Answer start(User user, String body) {
        return user.post("/api/v1/splits/" + split + "/augmentation-audits", body);
    }

    private static PixelImage pixelsOf(ImageRecord image) {
        byte[] samples = new byte[32 * 32];
        SplittableRandom random = new SplittableRandom(image.name().hashCode());
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (60 + random.nextInt(60));
        }
        return PixelImage.of(32, 32, 1, samples);
    }

    /** Plays a worker, with made-up pixels. */
    private void carryOut(UUID id) {
        FencingToken token = chapters.claim(id);
        reporting.start(token);
        ExperimentPlan plan = PlanJson.read(audits.findById(id).orElseThrow().plan());
        Cohort cohort = images.cohort(datasets.findById(dataset).orElseThrow());
        Fold fold = splits.load(split).development();
        AugmentationAuditor.Audited audited = AugmentationAuditor.audit(
                plan, cohort, fold, AugmentationAuditor.sample(plan, cohort, fold), AuditIT::pixelsOf, share -> {});
        reporting.succeed(token, ReportJson.write(audited.report()), artifacts.put(PngEncoder.encode(audited.sheet())));
    }

    @Test
    void goesFromTheRequestToTheContactSheet() {
        Answer accepted = start(researcher, BODY);
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        String address = "/api/v1/augmentation-audits/" + accepted.id();
        assertThat(accepted.header("Location")).contains(address);
        assertThat(researcher.get(address).json().get("state").stringValue()).isEqualTo("queued");
        requireProblem(researcher.get(address + "/contact-sheet"), "conflict");

        carryOut(accepted.id());

        JsonNode done = researcher.get(address).json();
        assertThat(done.get("state").stringValue()).isEqualTo("succeeded");
        assertThat(done.get("contactSheet").booleanValue()).isTrue();
        assertThat(done.at("/report/patientsLeftOut").intValue())
                .isEqualTo(30 - done.at("/report/patients").intValue())
                .isPositive();
        assertThat(done.at("/report/steps/0/kind").stringValue()).isEqualTo("rotation");
        assertThat(done.at("/report/steps/1/lesionsLost").doubleValue()).isZero();
        assertThat(done.at("/report/steps/1/measured").intValue())
                .isEqualTo(3 * done.at("/report/images").intValue());
        assertThat(done.at("/report/findings").findValuesAsString("code")).contains("mirrored");
        assertThat(done.at("/report/sheet").findValuesAsString("label")).contains("ILL", "HEALTHY");
        Answer sheet = researcher.get(address + "/contact-sheet");
        assertThat(sheet.header("Content-Type")).contains("image/png");
        assertThat(sheet.header("Cache-Control")).contains("no-store");
        assertThat(new ImageDecoder(ImageLimits.DEFAULT)
                        .decode(sheet.response().body())
                        .pixels()
                        .height())
                .isEqualTo(3 + done.at("/report/sheet").size() * 35 + 12);
        assertThat(researcher
                        .get("/api/v1/splits/" + split + "/augmentation-audits")
                        .json()
                        .at("/items/0/id")
                        .stringValue())
                .isEqualTo(accepted.id().toString());
    }

    @Test
    void takesTheAnswersOfATrainingOnTheSplitOnly() {
        String withRun = BODY.replaceFirst("\\}\\]\\}\\}$", "}]}, \"runId\": \"%s\"}");
        String experiment =
                """
                {"name": "%s", "splitId": "%s", "plan": {"image": {"size": 32}, "epochs": 3}, "procedure": {"kind": "%s"}}""";
        UUID trained = chapters.runs(
                        researcher,
                        Chapters.created(researcher.post(
                                "/api/v1/experiments",
                                experiment.formatted(chapters.freshName("trained"), split, "train"))))
                .get(0);
        UUID ofFold = chapters.runs(researcher, chapters.experiment(researcher, split, "crossValidation"))
                .get(0);
        UUID otherImages = chapters.runs(researcher, chapters.experiment(researcher, split, "train"))
                .get(0);

        requireMistake(start(researcher, withRun.formatted(trained)), "must have succeeded");
        requireMistake(start(researcher, withRun.formatted(ofFold)), "development fold of this split");
        worker.train(otherImages);
        requireMistake(start(researcher, withRun.formatted(otherImages)), "give the plan the same 'image'");
        assertThat(start(researcher, withRun.formatted(split)).status()).isEqualTo(404);
        worker.train(trained);
        Answer accepted = start(researcher, withRun.formatted(trained));
        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        assertThat(accepted.json().get("runId").stringValue()).isEqualTo(trained.toString());
    }

    private static void requireMistake(Answer answer, String detail) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(422);
        assertThat(answer.json().at("/errors/0/pointer").stringValue()).isEqualTo("/runId");
        assertThat(answer.json().at("/errors/0/detail").stringValue()).contains(detail);
    }

    @Test
    void isSignedByWhoeverHasLookedAtTheSheet() {
        UUID id = start(researcher, BODY).id();
        String address = "/api/v1/augmentation-audits/" + id;
        String accepted =
                """
                {"verdict": "accepted", "person": "Dr. A. Weber, radiology", "reason": "All rows looked at."}""";
        requireProblem(researcher.post(address + "/sign-offs", accepted), "conflict");
        carryOut(id);
        assertThat(researcher.get(address).json().get("signOffs")).isEmpty();

        Answer signed = researcher.post(address + "/sign-offs", accepted);
        Answer empty = researcher.post(address + "/sign-offs", "{\"verdict\": \"perhaps\", \"person\": \" \"}");

        assertThat(signed.status()).as(signed.text()).isEqualTo(201);
        JsonNode signOff = researcher.get(address).json().at("/signOffs/0");
        assertThat(signOff).isEqualTo(signed.json().at("/signOffs/0"));
        assertThat(signOff.get("verdict").stringValue()).isEqualTo("accepted");
        assertThat(signOff.get("person").stringValue()).isEqualTo("Dr. A. Weber, radiology");
        assertThat(signOff.get("reason").stringValue()).isEqualTo("All rows looked at.");
        assertThat(signOff.get("signedBy").stringValue()).isNotEmpty();
        assertThat(signOff.get("signedAt").stringValue()).isNotEmpty();
        assertThat(empty.status()).isEqualTo(422);
        assertThat(empty.json().get("errors").findValuesAsString("pointer"))
                .containsExactlyInAnyOrder("/verdict", "/person", "/reason");
        assertThat(http.user(Role.VIEWER, project)
                        .post(address + "/sign-offs", accepted)
                        .status())
                .isEqualTo(403);
    }

    @Test
    void keepsTheReportAndNoSheetWhenAPatientIsWithdrawn() {
        UUID id = start(researcher, BODY).id();
        String address = "/api/v1/augmentation-audits/" + id;
        carryOut(id);
        JsonNode report = researcher.get(address).json().get("report");

        Answer withdrawn = http.user(Role.ADMIN, project)
                .post(
                        "/api/v1/projects/" + project + "/withdrawals",
                        "{\"patient\": \"p005\", \"reason\": \"Consent withdrawn.\"}");

        assertThat(withdrawn.status()).as(withdrawn.text()).isEqualTo(201);
        JsonNode after = researcher.get(address).json();
        assertThat(after.get("report")).isEqualTo(report);
        assertThat(after.get("contactSheet").booleanValue()).isFalse();
        requireProblem(researcher.get(address + "/contact-sheet"), "data-withdrawn");
        requireProblem(start(researcher, BODY), "data-withdrawn");
        requireProblem(
                researcher.post(
                        address + "/sign-offs",
                        "{\"verdict\": \"accepted\", \"person\": \"A. Weber\", \"reason\": \"Too late.\"}"),
                "data-withdrawn");
    }

    @Test
    void canBeCalledOff() {
        String address =
                "/api/v1/augmentation-audits/" + start(researcher, BODY).id();
        Answer cancelled = researcher.post(address + "/cancellation", "");
        assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(202);
        assertThat(cancelled.json().get("state").stringValue()).isEqualTo("cancelled");
        requireProblem(researcher.post(address + "/cancellation", ""), "conflict");
    }

    private static void requireProblem(Answer answer, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(409);
        assertThat(answer.json().get("type").stringValue()).isEqualTo("urn:foldwise:problem:" + code);
    }

    @Test
    void refusesPlansThatNoTrainingWouldTakeAndPeopleWhoMayNot() {
        Answer flip = start(researcher, "{\"plan\": {\"augmentation\": [{\"kind\": \"horizontalFlip\"}]}}");
        assertThat(flip.status()).isEqualTo(422);
        assertThat(flip.json().at("/errors/0/detail").stringValue()).contains("anatomy.laterality");
        assertThat(flip.json().at("/errors/0/pointer").stringValue()).isEqualTo("/plan/augmentation/0");
        assertThat(start(researcher, "{\"plan\": {\"loss\": {\"kind\": \"crossEntropy\"}}, \"views\": 3}")
                        .json()
                        .get("errors")
                        .findValuesAsString("pointer"))
                .contains("/views");
        assertThat(start(http.user(Role.VIEWER, project), BODY).status()).isEqualTo(403);

        UUID id = start(researcher, BODY).id();
        User stranger = http.user(Role.ADMIN, chapters.project());
        assertThat(start(stranger, BODY).status()).isEqualTo(404);
        for (String path : new String[] {"", "/contact-sheet", "/events"}) {
            assertThat(stranger.get("/api/v1/augmentation-audits/" + id + path).status())
                    .as(path)
                    .isEqualTo(404);
        }
    }
}
