package org.foldwise.registry.dataset;

import org.foldwise.registry.DatabaseClock;
import org.foldwise.registry.jobs.FencingToken;
import org.foldwise.registry.jobs.JobQueue;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * What the worker that checks a dataset writes. Every method throws {@link org.foldwise.registry.jobs.LeaseLostException} and changes
 * nothing if the token no longer counts.
 */
@Component
public class DatasetReporting {
    private final Datasets datasets;
    private final DatasetImages images;
    private final JobQueue queue;
    private final DatabaseClock clock;

    DatasetReporting(Datasets datasets, DatasetImages images, JobQueue queue, DatabaseClock clock) {
        this.datasets = datasets;
        this.images = images;
        this.queue = queue;
        this.clock = clock;
    }

    /** Freezes a dataset whose images nobody has looked at. */
    @Transactional
    public void freeze(FencingToken token, String profile, String findings) {
        freeze(token, profile, findings, ExaminedImages.NONE);
    }

    /**
     * Freezes the dataset for good and ends the job. Its digest is computed from the rows as they stand.
     *
     * @param profile a JSON document
     * @param findings a JSON array of objects with {@code code} and {@code severity}; {@code blocking} ones stop splits until they are
     *     waived
     * @param examined what was seen on its images
     */
    @Transactional
    public void freeze(FencingToken token, String profile, String findings, ExaminedImages examined) {
        queue.verify(token);
        Dataset dataset = locked(token);
        images.store(dataset.id(), examined);
        dataset.freeze(
                images.cohort(dataset).digest(),
                images.storedGroups(dataset.id()).digest(),
                profile,
                findings,
                clock.now());
        queue.finish(token);
    }

    /**
     * Makes the dataset a draft again, with the reasons, and ends the job.
     *
     * @param findings a JSON array
     */
    @Transactional
    public void refuse(FencingToken token, String findings) {
        queue.verify(token);
        Dataset dataset = locked(token);
        images.delete(dataset.id());
        dataset.refuse(findings);
        queue.fail(token, "the dataset was refused");
    }

    private Dataset locked(FencingToken token) {
        return datasets.lock(token.job()).orElseThrow();
    }
}
