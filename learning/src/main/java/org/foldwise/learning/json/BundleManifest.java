package org.foldwise.learning.json;

import java.util.List;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.experiment.ExperimentPlan;
import org.foldwise.learning.imaging.Preprocessing;
import org.foldwise.learning.metrics.ThresholdChoice;
import org.foldwise.learning.provenance.Digest;
import org.foldwise.learning.provenance.Provenance;

/**
 * What a model bundle says in JSON: everything but the weights, and the digest of those.
 *
 * @param plan the recipe
 * @param task what is asked of an image
 * @param classes names of the classes
 * @param preprocessing the way from a decoded image to the network's input
 * @param threshold at or above which a probability is called positive
 * @param provenance what the weights were made from
 * @param weights digest of the file that holds the weights
 */
public record BundleManifest(
        ExperimentPlan plan,
        Task task,
        List<String> classes,
        Preprocessing preprocessing,
        ThresholdChoice threshold,
        Provenance provenance,
        Digest weights) {
    public BundleManifest {
        classes = List.copyOf(classes);
    }
}
