package org.foldwise.api.experiment;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.network.ParameterCount;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.search.SearchDesign;
import org.foldwise.registry.split.InnerFolds;

/** What an experiment asks of its runs, which are a later stage. */
public interface RunLaunch {
    /** What is asked of the images of the dataset that was split. */
    Task task(UUID split);

    /** How many parameters a network has that answers for the split's dataset, and how many of them the first epoch trains. */
    ParameterCount parameters(UUID split, ExperimentPlan plan);

    /**
     * How many runs the experiment would have; of a nested cross-validation, how many outer ones.
     *
     * @throws org.foldwise.api.problem.RefusedException if the plan is not made for the split's task, if the split has no folds for the
     *     procedure, or if a fold lacks images that the plan needs
     */
    int plannedRuns(UUID split, org.foldwise.registry.experiment.Procedure procedure, ExperimentPlan plan);

    /**
     * Makes sure that every outer and inner fold has the images that each candidate of a search needs.
     *
     * @param pointer of the search's space in the request
     * @throws org.foldwise.api.problem.RefusedException if one has not
     */
    void requireMet(UUID split, List<ExperimentPlan> candidates, List<InnerFolds> inner, String pointer);

    /** Stores a new experiment and queues its runs, all or nothing. */
    void launch(Experiment experiment);

    /** Stores a new nested cross-validation with its search and inner splits and queues its first runs, all or nothing. */
    void launch(Experiment experiment, SearchDesign design);

    /** Mean progress of the experiment's runs, in [0, 1]. */
    double progress(Experiment experiment);

    /**
     * Calls all runs off that have not ended.
     *
     * @throws org.foldwise.registry.IllegalTransitionException if the experiment has ended
     */
    Experiment cancel(UUID experiment);
}
