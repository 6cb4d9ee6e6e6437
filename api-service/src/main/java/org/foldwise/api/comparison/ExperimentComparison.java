package org.foldwise.api.comparison;

import java.util.Objects;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.BootstrapSpec;
import org.foldwise.learning.metrics.comparison.ClassModelComparison;
import org.foldwise.learning.metrics.comparison.ClassRecipeComparison;
import org.foldwise.learning.metrics.comparison.ModelComparison;
import org.foldwise.learning.metrics.comparison.RecipeComparison;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.registry.experiment.Experiment;
import org.foldwise.registry.split.PatientSplit;
import org.jspecify.annotations.Nullable;

/**
 * Two recipes that were cross-validated on one split. Every difference is the first's figure less the second's.
 *
 * @param binary of a binary task; absent otherwise
 * @param several of several classes, or of labels; absent otherwise
 * @param testToTrain held-out over training images of a fold, as the correction takes it
 * @param bootstrap how intervals over patients were computed
 * @param verdict what the figures say, with the interval, and what they do not
 */
public record ExperimentComparison(
        Side first,
        Side second,
        PatientSplit split,
        @Nullable RecipeComparison binary,
        @Nullable ClassRecipeComparison several,
        double testToTrain,
        BootstrapSpec bootstrap,
        String verdict) {
    public ExperimentComparison {
        if ((binary == null) == (several == null)) {
            throw new IllegalArgumentException("a comparison is of one task");
        }
    }

    /**
     * One of the two.
     *
     * @param heldOut all held-out images, of several repeats those of the first, with the names of their classes
     * @param decision as its summary has it
     */
    public record Side(Experiment experiment, ScoredImages heldOut, Decision decision) {}

    public Task task() {
        return first.heldOut().task();
    }

    /** Of a binary task over patients; absent otherwise, and where there is no such comparison. */
    public @Nullable ModelComparison binaryOverPatients() {
        return binary == null ? null : binary.overPatients();
    }

    /** The same of several classes, or of labels. */
    public @Nullable ClassModelComparison severalOverPatients() {
        return several == null ? null : several.overPatients();
    }

    /** Why there is no comparison over patients; absent where there is one. */
    public @Nullable String notOverPatientsBecause() {
        return binary == null
                ? Objects.requireNonNull(several).notOverPatientsBecause()
                : binary.notOverPatientsBecause();
    }
}
