package org.foldwise.learning.json;

import java.util.List;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * What a model bundle says in JSON: everything but the weights, and the digest of those.
 *
 * @param plan the recipe
 * @param task what is asked of an image
 * @param classes names of the classes
 * @param preprocessing the way from a decoded image to the network's input
 * @param threshold at or above which a probability of a binary task is called positive; absent in other tasks
 * @param labelThresholds the same of each label of a multi-label task, in the order of the classes; empty in other tasks
 * @param recalibration what becomes of a binary task's probability before it meets the threshold
 * @param provenance what the weights were made from
 * @param weights digest of the file that holds the weights
 */
public record BundleManifest(
        ExperimentPlan plan,
        Task task,
        List<String> classes,
        Preprocessing preprocessing,
        @Nullable ThresholdChoice threshold,
        List<ThresholdChoice> labelThresholds,
        Recalibration recalibration,
        Provenance provenance,
        Digest weights) {
    public BundleManifest {
        classes = List.copyOf(classes);
        labelThresholds = List.copyOf(labelThresholds);
        if ((threshold != null) != (task == Task.BINARY)) {
            throw new IllegalArgumentException("a threshold belongs to a binary task, and to no other");
        }
        if (task != Task.BINARY && !(recalibration instanceof Recalibration.None)) {
            throw new IllegalArgumentException("a recalibration belongs to a binary task, and to no other");
        }
        if (labelThresholds.isEmpty() == (task == Task.MULTILABEL)) {
            throw new IllegalArgumentException("labelThresholds belong to a multi-label task, and to no other");
        }
    }

    /** The manifest of a bundle that decides in that way. */
    public static BundleManifest of(
            ExperimentPlan plan,
            Task task,
            List<String> classes,
            Preprocessing preprocessing,
            Decision decision,
            Provenance provenance,
            Digest weights) {
        return new BundleManifest(
                plan,
                task,
                classes,
                preprocessing,
                decision instanceof Decision.AtThreshold binary ? binary.choice() : null,
                decision instanceof Decision.LabelThresholds labels ? labels.choices() : List.of(),
                decision.recalibration(),
                provenance,
                weights);
    }

    /** How probabilities become decisions. */
    public Decision decision() {
        if (threshold != null) {
            return new Decision.AtThreshold(threshold, recalibration);
        }
        return labelThresholds.isEmpty() ? new Decision.MostProbable() : new Decision.LabelThresholds(labelThresholds);
    }
}
