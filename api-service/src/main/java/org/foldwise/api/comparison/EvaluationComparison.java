package org.foldwise.api.comparison;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.learning.metrics.comparison.ModelComparison;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.registry.dataset.Dataset;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.TestOpening;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.split.PatientSplit;
import org.jspecify.annotations.Nullable;

/**
 * Two models on the images that an evaluation of each has judged. Every difference is the first's figure less the second's.
 *
 * @param judged the dataset whose images they are
 * @param binary of a binary task; absent otherwise
 * @param several of several classes, or of labels; absent otherwise
 * @param bootstrap how intervals were computed
 * @param patients whose images they are
 * @param patientsWithSeveralImages how many of them have more than one
 * @param cautions what must be known before a figure is read
 * @param verdict what the figures say, with the interval, and what they do not
 */
public record EvaluationComparison(
        Side first,
        Side second,
        Dataset judged,
        @Nullable ModelComparison binary,
        @Nullable ClassModelComparison several,
        BootstrapSpec bootstrap,
        int patients,
        int patientsWithSeveralImages,
        List<String> cautions,
        String verdict) {
    public EvaluationComparison {
        if ((binary == null) == (several == null)) {
            throw new IllegalArgumentException("a comparison is of one task");
        }
        cautions = List.copyOf(cautions);
    }

    /**
     * One of the two.
     *
     * @param experiment that trained what was judged
     * @param split of the experiment
     * @param images with the names of their classes, and the probabilities that the decisions are made on
     * @param decision as its report has it
     * @param opening of the test subset; absent of other subsets
     */
    public record Side(
            Evaluation evaluation,
            Experiment experiment,
            PatientSplit split,
            ScoredImages images,
            Decision decision,
            @Nullable TestOpening opening) {
        /** The run that was judged; absent for a cross-validation. */
        public @Nullable UUID run() {
            return evaluation.runId();
        }
    }

    public Task task() {
        return first.images().task();
    }

    /** How many images both have judged. */
    public int images() {
        return first.images().size();
    }
}
