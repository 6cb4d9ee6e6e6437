package org.foldwise.api.jobs;

import java.util.Optional;
import org.foldwise.registry.jobs.Job;
import org.jspecify.annotations.Nullable;

/**
 * What a resource shows of the job that works on it.
 *
 * @param progress in [0, 1], 0 where there is no job
 * @param message what is being done, for people; absent where nobody is doing anything
 */
public record JobView(double progress, @Nullable String message) {
    private static final JobView NONE = new JobView(0, null);

    public static JobView of(Optional<Job> job) {
        return job.map(found -> new JobView(found.progress(), found.message())).orElse(NONE);
    }
}
