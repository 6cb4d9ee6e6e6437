package org.foldwise.learning.model;

import java.util.HashSet;
import java.util.List;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.experiment.Precision;
import org.foldwise.learning.experiment.PretrainedSpec;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.metrics.scored.Decision;
import org.foldwise.learning.network.Network;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.WeightsFile;

/**
 * All that answering takes: weights, and what they mean. Nothing else is needed to predict, and nothing of it is optional.
 *
 * @param plan the recipe, of which prediction needs the network's shape
 * @param task what is asked of an image
 * @param classes names of the classes, as in {@link org.foldwise.learning.dataset.Cohort#classes()}
 * @param preprocessing the way from a decoded image to the network's input
 * @param decision how probabilities become decisions, frozen on validation images
 * @param provenance what the weights were made from
 * @param weights of exactly the plan's network
 */
public record ModelBundle(
        ExperimentPlan plan,
        Task task,
        List<String> classes,
        Preprocessing preprocessing,
        Decision decision,
        Provenance provenance,
        Weights weights) {
    public ModelBundle {
        classes = List.copyOf(classes);
        if (!task.allows(classes.size()) || new HashSet<>(classes).size() != classes.size()) {
            throw new IllegalArgumentException(
                    task.words() + " needs " + task.allowedClasses() + " different classes, had " + classes);
        }
        if (!decision.fits(task, classes.size())) {
            throw new IllegalArgumentException(
                    decision + " does not decide on " + classes.size() + " classes of " + task.words());
        }
        if (preprocessing.channels() != plan.image().channels()) {
            throw new IllegalArgumentException("the preprocessing yields " + preprocessing.channels()
                    + " channels, the network takes " + plan.image().channels());
        }
        Preprocessing.Step.Normalize normalisation = preprocessing.normalisation();
        if (normalisation == null
                || !normalisation.mean().equals(provenance.normalisation().mean())
                || !normalisation.std().equals(provenance.normalisation().std())) {
            throw new IllegalArgumentException("the training normalised images by " + provenance.normalisation()
                    + ", the preprocessing by " + normalisation);
        }
        Precision.labelled(provenance.predictionPrecision());
        WeightsFile file = provenance.pretrained();
        String began = file == null ? PretrainedSpec.NONE.weights() : file.name();
        if (!began.equals(plan.pretrained().weights())) {
            throw new IllegalArgumentException("the training began with the weights '" + began + "', the plan says '"
                    + plan.pretrained().weights() + "'");
        }
        Network.requireMatch(NetworkSpec.of(plan, task, classes.size()), weights);
    }

    /** The bundle of a binary task. */
    public ModelBundle(
            ExperimentPlan plan,
            Task task,
            List<String> classes,
            Preprocessing preprocessing,
            ThresholdChoice threshold,
            Provenance provenance,
            Weights weights) {
        this(plan, task, classes, preprocessing, new Decision.AtThreshold(threshold), provenance, weights);
    }

    /** The network that the weights belong to. */
    public NetworkSpec network() {
        return NetworkSpec.of(plan, task, classes.size());
    }

    /** What the backbone is computed in when the model answers. */
    public Precision predictionPrecision() {
        return Precision.labelled(provenance.predictionPrecision());
    }

    /**
     * At or above which a probability of a binary task is called positive.
     *
     * @throws IllegalStateException if the task is another
     */
    public ThresholdChoice threshold() {
        if (decision instanceof Decision.AtThreshold binary) {
            return binary.choice();
        }
        throw new IllegalStateException(task.words() + " is not decided by one threshold");
    }

    /**
     * The class that counts as positive of a binary task.
     *
     * @throws IllegalStateException if the task is another
     */
    public String positiveClass() {
        if (task != Task.BINARY) {
            throw new IllegalStateException(task.words() + " has no positive class");
        }
        return classes.get(1);
    }
}
