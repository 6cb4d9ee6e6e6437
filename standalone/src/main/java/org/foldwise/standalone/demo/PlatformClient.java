package org.foldwise.standalone.demo;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.foldwise.client.ApiClient;
import org.foldwise.client.ApiException;
import org.foldwise.client.DatasetsApi;
import org.foldwise.client.EvaluationsApi;
import org.foldwise.client.ExperimentsApi;
import org.foldwise.client.ImagesApi;
import org.foldwise.client.ModelVersionsApi;
import org.foldwise.client.ModelsApi;
import org.foldwise.client.PredictionsApi;
import org.foldwise.client.ProjectsApi;
import org.foldwise.client.RunsApi;
import org.foldwise.client.SplitsApi;
import org.foldwise.client.UploadsApi;
import org.foldwise.client.model.Assignment;
import org.foldwise.client.model.Dataset;
import org.foldwise.client.model.DatasetPage;
import org.foldwise.client.model.DatasetProfile;
import org.foldwise.client.model.DatasetRequest;
import org.foldwise.client.model.Evaluation;
import org.foldwise.client.model.EvaluationRequest;
import org.foldwise.client.model.Experiment;
import org.foldwise.client.model.ExperimentRequest;
import org.foldwise.client.model.Finding;
import org.foldwise.client.model.Image;
import org.foldwise.client.model.Model;
import org.foldwise.client.model.ModelPage;
import org.foldwise.client.model.ModelRequest;
import org.foldwise.client.model.ModelVersion;
import org.foldwise.client.model.ModelVersionRequest;
import org.foldwise.client.model.PlanFinding;
import org.foldwise.client.model.PlanFindingSeverity;
import org.foldwise.client.model.Prediction;
import org.foldwise.client.model.Project;
import org.foldwise.client.model.ProjectPage;
import org.foldwise.client.model.ProjectRequest;
import org.foldwise.client.model.Run;
import org.foldwise.client.model.Split;
import org.foldwise.client.model.SplitRequest;
import org.foldwise.standalone.console.ServerProblem;

/**
 * The generated client, with its key, for what the demo asks of a platform. Every method throws {@link ApiException} where the
 * platform refuses.
 */
final class PlatformClient {
    private static final int PAGE = 200;

    private final ApiClient client = new ApiClient();

    PlatformClient(String url, String key) {
        client.updateBaseUri(url);
        client.setRequestInterceptor(request -> request.setHeader("Authorization", "Bearer " + key));
    }

    /** For operations that are not part of the story. */
    ApiClient generated() {
        return client;
    }

    Optional<Project> project(String name) {
        ProjectsApi projects = new ProjectsApi(client);
        String token = null;
        do {
            ProjectPage page = projects.listProjects(PAGE, token);
            for (Project project : page.getItems()) {
                if (project.getName().equals(name)) {
                    return Optional.of(project);
                }
            }
            token = page.getNextPageToken();
        } while (token != null);
        return Optional.empty();
    }

    Project createProject(String name) {
        return new ProjectsApi(client).createProject(new ProjectRequest().name(name), null);
    }

    /** How many datasets there are, for a name that none of them has. */
    int countDatasets() {
        DatasetsApi datasets = new DatasetsApi(client);
        int count = 0;
        String token = null;
        do {
            DatasetPage page = datasets.listDatasets(PAGE, token);
            count += page.getItems().size();
            token = page.getNextPageToken();
        } while (token != null);
        return count;
    }

    Dataset createDataset(DatasetRequest request) {
        return new DatasetsApi(client).createDataset(request, null);
    }

    void upload(UUID dataset, Path zip) {
        new UploadsApi(client).uploadArchive(dataset, zip.toFile(), null, Map.of("Content-Type", "application/zip"));
    }

    void freeze(UUID dataset) {
        new DatasetsApi(client).freezeDataset(dataset, null);
    }

    Dataset dataset(UUID id) {
        return new DatasetsApi(client).getDataset(id);
    }

    DatasetProfile profile(UUID dataset) {
        return new DatasetsApi(client).getDatasetProfile(dataset);
    }

    List<Finding> findings(UUID dataset) {
        return new DatasetsApi(client).listDatasetFindings(dataset).getFindings();
    }

    /** An image of a patient. */
    Optional<Image> imageOf(UUID dataset, String patient) {
        return new ImagesApi(client)
                .listImages(dataset, null, patient, null, null, 1, null).getItems().stream()
                        .findFirst();
    }

    Split split(UUID dataset, SplitRequest request) {
        return new SplitsApi(client).createSplit(dataset, request, null);
    }

    List<Assignment> assignments(UUID split) {
        return new SplitsApi(client).getSplitAssignments(split).getAssignments();
    }

    /** What stands against an experiment. */
    List<PlanFinding> blocking(ExperimentRequest request) {
        return new ExperimentsApi(client)
                .dryRunExperiment(request).getFindings().stream()
                        .filter(finding -> finding.getSeverity() == PlanFindingSeverity.BLOCKING)
                        .toList();
    }

    Experiment startExperiment(ExperimentRequest request) {
        return new ExperimentsApi(client).startExperiment(request, null);
    }

    Experiment experiment(UUID id) {
        return new ExperimentsApi(client).getExperiment(id);
    }

    List<Run> runs(UUID experiment) {
        return new RunsApi(client).listRuns(experiment).getRuns();
    }

    Evaluation startEvaluation(EvaluationRequest request) {
        return new EvaluationsApi(client).createEvaluation(request, null);
    }

    Evaluation evaluation(UUID id) {
        return new EvaluationsApi(client).getEvaluation(id);
    }

    boolean hasModel(String name) {
        ModelsApi models = new ModelsApi(client);
        String token = null;
        do {
            ModelPage page = models.listModels(PAGE, token);
            if (page.getItems().stream().map(Model::getName).anyMatch(name::equals)) {
                return true;
            }
            token = page.getNextPageToken();
        } while (token != null);
        return false;
    }

    void createModel(String name, UUID project) {
        new ModelsApi(client).createModel(new ModelRequest().name(name).projectId(project), null);
    }

    ModelVersion register(String model, UUID run) {
        return new ModelVersionsApi(client).registerModelVersion(model, new ModelVersionRequest().runId(run), null);
    }

    Prediction predict(ModelVersion version, Path image, String mediaType) {
        File file = image.toFile();
        return new PredictionsApi(client)
                .predictByVersion(
                        version.getModel(),
                        version.getVersion(),
                        file,
                        null,
                        null,
                        null,
                        null,
                        Map.of("Content-Type", mediaType));
    }

    /** Whether a request failed before there was an answer. */
    static boolean isUnanswered(ApiException failure) {
        return failure.getCode() == 0 && failure.getCause() instanceof IOException;
    }

    /** What an answer that was no success says, as text for people. */
    String explain(ApiException refusal) {
        return Objects.requireNonNullElse(ServerProblem.text(client.getObjectMapper(), refusal), refusal.toString());
    }
}
