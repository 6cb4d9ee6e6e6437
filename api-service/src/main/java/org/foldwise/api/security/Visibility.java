package org.foldwise.api.security;

import java.util.Optional;
import java.util.UUID;
import org.foldwise.api.problem.RefusedException;
import org.foldwise.registry.access.Project;
import org.foldwise.registry.access.Projects;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.dataset.DatasetImage;
import org.foldwise.registry.dataset.DatasetImages;
import org.foldwise.registry.dataset.Datasets;
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

    Visibility(Projects projects, Datasets datasets, DatasetImages images, PatientSplits splits) {
        this.projects = projects;
        this.datasets = datasets;
        this.images = images;
        this.splits = splits;
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

    private Optional<PatientSplit> findSplit(Caller caller, UUID id) {
        return splits.find(id)
                .filter(split -> datasets.findById(split.datasetId())
                        .filter(dataset -> caller.opens(dataset.projectId()))
                        .isPresent());
    }

    private static RefusedException unknown(String pointer, String what) {
        return RefusedException.notFound(pointer, "there is no such " + what + " in the projects of this API key");
    }
}
