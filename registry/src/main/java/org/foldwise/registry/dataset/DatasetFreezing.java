package org.foldwise.registry.dataset;

import java.util.UUID;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.registry.jobs.JobKind;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Begins to freeze a draft. */
@Component
public class DatasetFreezing {
    private final Datasets datasets;
    private final DatasetImages images;
    private final JobQueue queue;

    DatasetFreezing(Datasets datasets, DatasetImages images, JobQueue queue) {
        this.datasets = datasets;
        this.images = images;
        this.queue = queue;
    }

    /**
     * Closes a draft for uploads, stores the cohort that its layout was resolved to and asks a worker to check it. The job's id is the
     * dataset's.
     *
     * @throws java.util.NoSuchElementException if there is no such dataset
     * @throws org.foldwise.registry.IllegalTransitionException if it is not a draft
     * @throws IllegalArgumentException if the cohort is for another task or rule, or has images that were never uploaded
     */
    @Transactional
    public Dataset start(UUID id, Cohort cohort) {
        Dataset dataset = datasets.lock(id).orElseThrow();
        dataset.startFreezing(cohort);
        datasets.flush();
        images.insert(id, cohort);
        queue.enqueue(JobKind.INGEST, id);
        return dataset;
    }
}
