package org.foldwise.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.foldwise.api.Http.Answer;
import org.foldwise.api.Http.User;
import org.foldwise.registry.Ids;
import org.foldwise.registry.dataset.DatasetReporting;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.boot.test.context.TestComponent;

/** Tells the story over HTTP up to where a test begins; the workers' parts are played through the registry. */
@TestComponent
public final class Chapters {
    /** What a worker would store of a dataset it has checked. */
    public static final String PROFILE =
            """
            {"images": 60, "patients": 30, "classes": [{"name": "HEALTHY", "images": 50, "patients": 20, "imagesPerPatient": 2.5},
             {"name": "ILL", "images": 10, "patients": 10, "imagesPerPatient": 1.0}],
             "imagesPerPatient": [{"value": 1, "count": 10}], "patientsWithSeveralLabels": 0,
             "imbalance": {"ratio": 5.0, "level": "moderate"},
             "width": {"minimum": 40, "mean": 40, "median": 40, "maximum": 40},
             "height": {"minimum": 32, "mean": 32, "median": 32, "maximum": 32},
             "aspectRatio": {"minimum": 1.25, "mean": 1.25, "median": 1.25, "maximum": 1.25},
             "channels": [{"value": 1, "count": 60}], "bitsPerSample": [{"value": 8, "count": 60}],
             "intensity": {"mean": 127.5, "standardDeviation": 74, "quantiles": [{"share": 0.5, "value": 127}], "histogram": [1.0]}}
            """;

    private final Http http;
    private final JobQueue queue;
    private final DatasetReporting reporting;
    private final Ids ids;

    Chapters(Http http, JobQueue queue, DatasetReporting reporting, Ids ids) {
        this.http = http;
        this.queue = queue;
        this.reporting = reporting;
        this.ids = ids;
    }

    /** A name that nobody has used. */
    public String freshName(String what) {
        return what + "-" + ids.next();
    }

    public UUID project() {
        Answer answer = http.admin().post("/api/v1/projects", "{\"name\": \"%s\"}".formatted(freshName("project")));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.id();
    }

    public String draftBody(UUID project) {
        return """
                {"name": "%s", "projectId": "%s", "task": "binary", "positiveLabel": "ILL",
                 "layout": {"kind": "classFolders", "patientIdPattern": "(?<patient>p[0-9]+)_"}}
                """
                .formatted(freshName("dataset"), project);
    }

    public String manifestDraftBody(UUID project) {
        return """
                {"name": "%s", "projectId": "%s", "task": "binary", "positiveLabel": "ill",
                 "layout": {"kind": "manifest", "columns": {"file": "file", "patientId": "patient", "label": "label"}}}
                """
                .formatted(freshName("dataset"), project);
    }

    public UUID draft(User user, UUID project) {
        return created(user.post("/api/v1/datasets", draftBody(project)));
    }

    public UUID manifestDraft(User user, UUID project) {
        return created(user.post("/api/v1/datasets", manifestDraftBody(project)));
    }

    /** A frozen dataset of three exclusive classes. */
    public UUID frozenOfClasses(User user, UUID project) {
        String draft = draftBody(project).replace("\"binary\", \"positiveLabel\": \"ILL\"", "\"multiclass\"");
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int patient = 0; patient < 36; patient++) {
            String label = List.of("bcc", "mel", "nv").get(patient % 3);
            files.put("%s/p%03d_0.png".formatted(label, patient), Images.png(patient));
        }
        return frozen(user, created(user.post("/api/v1/datasets", draft)), files);
    }

    /** A frozen dataset of two labels, of which an image shows none, one or both. */
    public UUID frozenOfLabels(User user, UUID project) {
        String draft =
                """
                {"name": "%s", "projectId": "%s", "task": "multilabel",
                 "layout": {"kind": "manifest", "columns": {"file": "file", "patientId": "patient", "label": "findings"},
                            "emptyLabel": "none"}}
                """
                        .formatted(freshName("dataset"), project);
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("file,patient,findings\n");
        for (int patient = 0; patient < 40; patient++) {
            String labels = List.of("none", "Effusion", "Mass", "Effusion|Mass").get(patient % 4);
            files.put("p%03d.png".formatted(patient), Images.png(patient));
            table.append("p%03d.png,p%03d,%s%n".formatted(patient, patient, labels));
        }
        files.put("manifest.csv", table.toString().getBytes(StandardCharsets.UTF_8));
        return frozen(user, created(user.post("/api/v1/datasets", draft)), files);
    }

    /** A frozen dataset of twelve patients, one a day from 2020-01-01 on, and two labels with two patients each. */
    public UUID frozenOfRareLabels(User user, UUID project) {
        String draft =
                """
                {"name": "%s", "projectId": "%s", "task": "multilabel",
                 "layout": {"kind": "manifest", "columns": {"file": "file", "patientId": "patient", "label": "findings",
                            "date": "day"}}}
                """
                        .formatted(freshName("dataset"), project);
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder("file,patient,findings,day\n");
        for (int patient = 0; patient < 12; patient++) {
            String label = patient < 2 ? "Effusion" : patient < 4 ? "Mass" : "";
            files.put("p%03d.png".formatted(patient), Images.png(patient));
            table.append("p%03d.png,p%03d,%s,2020-01-%02d%n".formatted(patient, patient, label, patient + 1));
        }
        files.put("manifest.csv", table.toString().getBytes(StandardCharsets.UTF_8));
        return frozen(user, created(user.post("/api/v1/datasets", draft)), files);
    }

    /** Fills a draft with images of 30 patients and freezes it. */
    public UUID freeze(User user, UUID draft) {
        return frozen(user, draft, Images.classFolders(30));
    }

    /** Fills a draft with files and freezes it. */
    public UUID frozen(User user, UUID dataset, Map<String, byte[]> files) {
        created(user.put(archive(dataset), "application/zip", Images.zip(files)));
        Answer freezing = user.post("/api/v1/datasets/" + dataset + "/freeze", "");
        assertThat(freezing.status()).as(freezing.text()).isEqualTo(202);
        reporting.freeze(claim(dataset), PROFILE, "[]");
        return dataset;
    }

    /** A draft with images of 30 patients. */
    public UUID filledDraft(User user, UUID project) {
        UUID dataset = draft(user, project);
        created(user.put(archive(dataset), "application/zip", Images.zip(Images.classFolders(30))));
        return dataset;
    }

    public UUID frozen(User user, UUID project) {
        return frozen(user, draft(user, project), Images.classFolders(30));
    }

    public UUID split(User user, UUID dataset) {
        return created(
                user.post(
                        "/api/v1/datasets/" + dataset + "/splits",
                        """
                {"name": "three folds", "seed": 7, "spec": {"kind": "kFold", "folds": 3, "test": 0.2, "validation": 0.25}}
                """));
    }

    public static String experimentBody(UUID split, String procedure) {
        return """
                {"name": "first", "splitId": "%s", "plan": {"epochs": 3}, "procedure": {"kind": "%s"}}
                """
                .formatted(split, procedure);
    }

    public UUID experiment(User user, UUID split, String procedure) {
        return created(user.post("/api/v1/experiments", experimentBody(split, procedure)));
    }

    /** The ids of an experiment's runs in the order of their folds. */
    public List<UUID> runs(User user, UUID experiment) {
        List<UUID> ids = new ArrayList<>();
        user.get("/api/v1/experiments/" + experiment + "/runs")
                .json()
                .get("runs")
                .forEach(run -> ids.add(UUID.fromString(run.get("id").stringValue())));
        return ids;
    }

    public FencingToken claim(UUID job) {
        return queue.claim(job, "a worker in a test").orElseThrow();
    }

    public static String archive(UUID dataset) {
        return "/api/v1/datasets/" + dataset + "/archive";
    }

    public static UUID created(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isIn(201, 202);
        return answer.id();
    }
}
