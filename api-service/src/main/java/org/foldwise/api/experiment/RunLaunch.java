package org.foldwise.api.experiment;

import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.registry.experiment.Experiment;

/** What an experiment asks of its runs, which are a later stage. */
public interface RunLaunch {
    /** What is asked of the images of the dataset that was split. */
    Task task(UUID split);

    /**
     * How many runs the experiment would have.
     *
     * @throws org.foldwise.api.problem.RefusedException if the plan is not made for the split's task, if the split has no folds for the
     *     procedure, or if a fold lacks images that the plan needs
     */
    int plannedRuns(UUID split, org.foldwise.registry.experiment.Procedure procedure, ExperimentPlan plan);

    /** Stores a new experiment and queues its runs, all or nothing. */
    void launch(Experiment experiment);

    /** Mean progress of the experiment's runs, in [0, 1]. */
    double progress(Experiment experiment);

    /**
     * Calls all runs off that have not ended.
     *
     * @throws org.foldwise.registry.IllegalTransitionException if the experiment has ended
     */
    Experiment cancel(UUID experiment);
}
