package org.foldwise.learning.json;

import java.util.List;
import java.util.UUID;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.conformal.PredictionSets;
import org.foldwise.learning.metrics.recalibration.Recalibration;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * What a model bundle says in JSON: everything but the weights, and the digests of those.
 *
 * @param task what is asked of an image
 * @param classes names of the classes
 * @param threshold at or above which a probability of a binary task is called positive; absent in other tasks
 * @param labelThresholds the same of each label of a multi-label task, in the order of the classes; empty in other tasks
 * @param recalibration what becomes of the networks' probabilities before anything is decided on them
 * @param predictionSets what is answered beside the decision
 * @param members the networks, one at least
 */
public record BundleManifest(
        Task task,
        List<String> classes,
        @Nullable ThresholdChoice threshold,
        List<ThresholdChoice> labelThresholds,
        Recalibration recalibration,
        PredictionSets predictionSets,
        List<Member> members) {
    public BundleManifest {
        classes = List.copyOf(classes);
        labelThresholds = List.copyOf(labelThresholds);
        members = List.copyOf(members);
        if ((threshold != null) != (task == Task.BINARY)) {
            throw new IllegalArgumentException("a threshold belongs to a binary task, and to no other");
        }
        if (!recalibration.fits(task, classes.size())) {
            throw new IllegalArgumentException(
                    recalibration + " does not take " + classes.size() + " classes of " + task.words());
        }
        if (labelThresholds.isEmpty() == (task == Task.MULTILABEL)) {
            throw new IllegalArgumentException("labelThresholds belong to a multi-label task, and to no other");
        }
        if (members.isEmpty()) {
            throw new IllegalArgumentException("a bundle has 1 network or more, had none");
        }
        if (members.stream().anyMatch(member -> member.run() == null) != (members.size() == 1)) {
            throw new IllegalArgumentException("the members of an ensemble, and no others, name their runs");
        }
    }

    /**
     * A network.
     *
     * @param run id of the run that trained it; absent where the network is alone
     * @param plan the recipe
     * @param preprocessing the way from a decoded image to the network's input
     * @param provenance what the weights were made from
     * @param weights digest of the file that holds the weights
     */
    public record Member(
            @Nullable String run,
            ExperimentPlan plan,
            Preprocessing preprocessing,
            Provenance provenance,
            Digest weights) {
        public Member {
            if (run != null && !UUID.fromString(run).toString().equals(run)) {
                throw new IllegalArgumentException("run must be the id of a run, was '" + run + "'");
            }
        }
    }

    /** The manifest of a bundle that decides in that way. */
    public static BundleManifest of(Task task, List<String> classes, Decision decision, List<Member> members) {
        return new BundleManifest(
                task,
                classes,
                decision instanceof Decision.AtThreshold binary ? binary.choice() : null,
                decision instanceof Decision.LabelThresholds labels ? labels.choices() : List.of(),
                decision.recalibration(),
                decision.sets(),
                members);
    }

    /** How probabilities become decisions. */
    public Decision decision() {
        if (threshold != null) {
            return new Decision.AtThreshold(threshold, recalibration, predictionSets);
        }
        return labelThresholds.isEmpty()
                ? new Decision.MostProbable(recalibration, predictionSets)
                : new Decision.LabelThresholds(labelThresholds, recalibration, predictionSets);
    }
}
