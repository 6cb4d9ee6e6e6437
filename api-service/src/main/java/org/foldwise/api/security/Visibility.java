package org.foldwise.api.security;

import java.util.Optional;
import java.util.UUID;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.access.Projects;
import org.foldwise.registry.audit.AugmentationAudit;
import org.foldwise.registry.audit.AugmentationAudits;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImage;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Evaluations;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.experiment.Experiments;
import org.foldwise.registry.leakage.LeakageExperiment;
import org.foldwise.registry.leakage.LeakageExperiments;
import org.foldwise.registry.model.Model;
import org.foldwise.registry.model.ModelVersion;
import org.foldwise.registry.model.ModelVersions;
import org.foldwise.registry.model.Models;
import org.foldwise.registry.run.Run;
import org.foldwise.registry.run.Runs;
import org.foldwise.registry.split.PatientSplit;
import org.foldwise.registry.split.PatientSplits;
import org.springframework.stereotype.Component;

/**
 * The only way from an id to a resource: it finds what exists for the caller and answers for everything else, unknown and foreign
 * alike, that there is no such resource.
 */
@Component
public class Visibility {
    private final Projects projects;
    private final Datasets datasets;
    private final DatasetImages images;
    private final PatientSplits splits;
    private final LeakageExperiments leakageExperiments;
    private final AugmentationAudits augmentationAudits;
    private final Experiments experiments;
    private final Runs runs;
    private final Evaluations evaluations;
    private final Models models;
    private final ModelVersions versions;

    Visibility(
            Projects projects,
            Datasets datasets,
            DatasetImages images,
            PatientSplits splits,
            LeakageExperiments leakageExperiments,
            AugmentationAudits augmentationAudits,
            Experiments experiments,
            Runs runs,
            Evaluations evaluations,
            Models models,
            ModelVersions versions) {
        this.projects = projects;
        this.datasets = datasets;
        this.images = images;
        this.splits = splits;
        this.leakageExperiments = leakageExperiments;
        this.augmentationAudits = augmentationAudits;
        this.experiments = experiments;
        this.runs = runs;
        this.evaluations = evaluations;
        this.models = models;
        this.versions = versions;
    }

    public Project project(Caller caller, UUID id) {
        return projects.findById(id)
                .filter(project -> caller.opens(project.id()))
                .orElseThrow(RefusedException::notFound);
    }

    public Dataset dataset(Caller caller, UUID id) {
        return datasets.findById(id)
                .filter(dataset -> caller.opens(dataset.projectId()))
                .orElseThrow(RefusedException::notFound);
    }

    public DatasetImage image(Caller caller, UUID id) {
        return images.find(id)
                .filter(image -> datasets.findById(image.datasetId())
                        .filter(dataset -> caller.opens(dataset.projectId()))
                        .isPresent())
                .orElseThrow(RefusedException::notFound);
    }

    public PatientSplit split(Caller caller, UUID id) {
        return findSplit(caller, id).orElseThrow(RefusedException::notFound);
    }

    public LeakageExperiment leakageExperiment(Caller caller, UUID id) {
        return leakageExperiments
                .findById(id)
                .filter(experiment -> datasets.findById(experiment.datasetId())
                        .filter(dataset -> caller.opens(dataset.projectId()))
                        .isPresent())
                .orElseThrow(RefusedException::notFound);
    }

    public AugmentationAudit augmentationAudit(Caller caller, UUID id) {
        return augmentationAudits
                .findById(id)
                .filter(audit -> findSplit(caller, audit.splitId()).isPresent())
                .orElseThrow(RefusedException::notFound);
    }

    public Experiment experiment(Caller caller, UUID id) {
        return findExperiment(caller, id).orElseThrow(RefusedException::notFound);
    }

    public Run run(Caller caller, UUID id) {
        return findRun(caller, id).orElseThrow(RefusedException::notFound);
    }

    public Evaluation evaluation(Caller caller, UUID id) {
        return evaluations
                .findById(id)
                .filter(evaluation -> opensSubject(caller, evaluation))
                .orElseThrow(RefusedException::notFound);
    }

    public Model model(Caller caller, String name) {
        return models.findByName(name)
                .filter(model -> caller.opens(model.projectId()))
                .orElseThrow(RefusedException::notFound);
    }

    /** A version of a model that the caller may see. */
    public ModelVersion modelVersion(Model visible, int number) {
        return versions.findByModelIdAndNumber(visible.id(), number).orElseThrow(RefusedException::notFound);
    }

    /** As {@link #project}, for an id within a body: not found is a mistake at {@code pointer}. */
    public Project projectNamedBy(Caller caller, UUID id, String pointer) {
        return projects.findById(id)
                .filter(project -> caller.opens(project.id()))
                .orElseThrow(() -> unknown(pointer, "project"));
    }

    /** As {@link #dataset}, for an id within a body. */
    public Dataset datasetNamedBy(Caller caller, UUID id, String pointer) {
        return datasets.findById(id)
                .filter(dataset -> caller.opens(dataset.projectId()))
                .orElseThrow(() -> unknown(pointer, "dataset"));
    }

    /** As {@link #split}, for an id within a body. */
    public PatientSplit splitNamedBy(Caller caller, UUID id, String pointer) {
        return findSplit(caller, id).orElseThrow(() -> unknown(pointer, "split"));
    }

    /** As {@link #experiment}, for an id within a body. */
    public Experiment experimentNamedBy(Caller caller, UUID id, String pointer) {
        return findExperiment(caller, id).orElseThrow(() -> unknown(pointer, "experiment"));
    }

    /** As {@link #run}, for an id within a body. */
    public Run runNamedBy(Caller caller, UUID id, String pointer) {
        return findRun(caller, id).orElseThrow(() -> unknown(pointer, "run"));
    }

    /** As {@link #run}, for one of several ids within a body, whose mistakes are told together. */
    public Optional<Run> findRun(Caller caller, UUID id) {
        return runs.findById(id)
                .filter(run -> findExperiment(caller, run.experimentId()).isPresent());
    }

    private boolean opensSubject(Caller caller, Evaluation evaluation) {
        UUID run = evaluation.runId();
        UUID experiment = evaluation.experimentId();
        return run != null
                ? findRun(caller, run).isPresent()
                : experiment != null && findExperiment(caller, experiment).isPresent();
    }

    private Optional<Experiment> findExperiment(Caller caller, UUID id) {
        return experiments
                .findById(id)
                .filter(experiment ->
                        experiments.findProjectId(id).filter(caller::opens).isPresent());
    }

    private Optional<PatientSplit> findSplit(Caller caller, UUID id) {
        return splits.find(id).filter(split -> datasets.findById(split.datasetId())
                .filter(dataset -> caller.opens(dataset.projectId()))
                .isPresent());
    }

    private static RefusedException unknown(String pointer, String what) {
        return RefusedException.notFound(pointer, "there is no such " + what + " in the projects of this API key");
    }
}
