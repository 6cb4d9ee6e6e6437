package org.foldwise.learning.training;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.json.PlanJson;
import org.foldwise.learning.network.NetworkSpec;
import org.foldwise.learning.network.PathChoice;
import org.foldwise.learning.network.PrecisionChoice;
import org.foldwise.learning.network.Weights;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Environment;
import org.foldwise.learning.provenance.Provenance;
import org.foldwise.learning.provenance.WeightsFile;
import org.jspecify.annotations.Nullable;

/**
 * The result of a training: the weights of its best epoch, and how it went. Holds no native memory.
 *
 * @param plan the recipe
 * @param task what is asked of an image
 * @param classes names of the classes
 * @param dataset digest of the cohort it was trained on
 * @param foldIndex the fold
 * @param pretrained the file of weights that it began with; absent where they were drawn
 * @param weights of the best epoch
 * @param bestEpochIndex that epoch
 * @param history all epochs, in order
 * @param positiveWeight what positive terms of the loss were multiplied by; 1 where the loss has no such weight, or one for each label
 * @param environments where it was computed, in order, 1 or more: another one whenever it went on elsewhere
 * @param precision what products were computed in
 * @param path by what it was computed
 * @param predictionPrecision what the backbone is computed in whenever the model answers
 * @param preprocessing from a decoded image to the network's input, its normalisation fitted where the plan says so
 */
public record TrainedClassifier(
        ExperimentPlan plan,
        Task task,
        List<String> classes,
        Digest dataset,
        int foldIndex,
        @Nullable WeightsFile pretrained,
        Weights weights,
        int bestEpochIndex,
        List<EpochSummary> history,
        double positiveWeight,
        List<Environment> environments,
        PrecisionChoice precision,
        PathChoice path,
        PrecisionChoice predictionPrecision,
        Preprocessing preprocessing) {
    public TrainedClassifier {
        classes = List.copyOf(classes);
        history = List.copyOf(history);
        environments = List.copyOf(environments);
        if (environments.isEmpty()) {
            throw new IllegalArgumentException("a training was computed somewhere");
        }
    }

    /** The network that the weights belong to. */
    public NetworkSpec network() {
        return NetworkSpec.of(plan, task, classes.size());
    }

    /**
     * What it was made from.
     *
     * @param split digest of the patient split that the fold is of
     * @param foldwise version of this program
     */
    public Provenance provenance(Digest split, String foldwise) {
        Environment last = environments.get(environments.size() - 1);
        SortedMap<String, String> versions = new TreeMap<>(last.libraries());
        versions.put("foldwise", foldwise);
        return new Provenance(
                dataset,
                split,
                PlanJson.digest(plan),
                foldIndex,
                plan.seed(),
                pretrained,
                versions,
                last.device(),
                last.threads(),
                precision.taken().label(),
                precision.reason(),
                path.taken().label(),
                path.reason(),
                predictionPrecision.taken().label(),
                predictionPrecision.reason(),
                normalisation(),
                environments.size() == 1 ? null : environments);
    }

    private Provenance.Normalisation normalisation() {
        Preprocessing.Step.Normalize normalisation = preprocessing.normalisation();
        if (normalisation == null) {
            throw new IllegalStateException("a training normalises its images, was " + preprocessing);
        }
        return new Provenance.Normalisation(normalisation.mean(), normalisation.std());
    }
}
