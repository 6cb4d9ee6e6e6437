package org.foldwise.worker.explanation;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.network.RandomStreams;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.worker.WorkerDocuments;
import org.foldwise.worker.run.TrainedNetworks;
import org.foldwise.worker.run.TrainedNetworks.TrainedNetwork;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A sample of judged images, each with the class that its map is to speak for. Of tasks whose classes exclude each other as many of each
 * class as there are, of labels as many that show the explained one as that do not; of a patient at most one in each of these groups. The
 * same seed draws the same images.
 */
final class SampledCases {
    private final List<SampledCase> cases;

    /**
     * A case.
     *
     * @param explainedClass index of the class that the map speaks for
     * @param shows whether the image shows it
     */
    record SampledCase(ImageRecord image, int explainedClass, boolean shows) {}

    private SampledCases(List<SampledCase> cases) {
        this.cases = cases;
    }

    /**
     * Draws a sample.
     *
     * @param scored all images that were judged
     * @param report a JSON document, which holds the threshold of a binary task
     * @param judged whose images they are
     * @param classes of the model, in its order
     * @param explainedClass one of them; null for the class that the model called, of labels the most probable one
     * @param most images
     */
    static SampledCases of(
            ScoredImages scored,
            String report,
            Cohort judged,
            List<String> classes,
            @Nullable String explainedClass,
            int most,
            long seed) {
        Map<String, Integer> explained = explained(scored, report, classes, explainedClass);
        Map<String, List<SampledCase>> groups = new TreeMap<>();
        for (ImageRecord image : judged.images()) {
            Integer index = explained.get(image.name());
            if (index != null) {
                SampledCase one = new SampledCase(image, index, image.labels().contains(classes.get(index)));
                String group = judged.task() == Task.MULTILABEL ? Boolean.toString(one.shows()) : image.label();
                groups.computeIfAbsent(group, absent -> new ArrayList<>()).add(one);
            }
        }
        if (groups.isEmpty()) {
            throw new IllegalArgumentException("none of the judged images is one of the dataset's");
        }
        List<Iterator<SampledCase>> drawn = new ArrayList<>();
        groups.forEach((name, group) -> drawn.add(onePerPatient(group, seed).iterator()));
        List<SampledCase> sample = new ArrayList<>();
        while (sample.size() < most && drawn.stream().anyMatch(Iterator::hasNext)) {
            for (Iterator<SampledCase> group : drawn) {
                if (group.hasNext() && sample.size() < most) {
                    sample.add(group.next());
                }
            }
        }
        return new SampledCases(sample);
    }

    /** In an order that the seed gives each image, whichever others there are. */
    private static List<SampledCase> onePerPatient(List<SampledCase> group, long seed) {
        SortedMap<Long, SampledCase> drawn = new TreeMap<>();
        group.stream()
                .sorted(Comparator.comparing(one -> one.image().name()))
                .forEach(one -> drawn.putIfAbsent(
                        RandomStreams.seedOf(
                                seed, "explanation sample", one.image().name()),
                        one));
        Set<PatientId> seen = new HashSet<>();
        return drawn.values().stream()
                .filter(one -> seen.add(one.image().patient()))
                .toList();
    }

    /** Which class is explained, by image. */
    private static Map<String, Integer> explained(
            ScoredImages scored, String report, List<String> classes, @Nullable String explainedClass) {
        Map<String, Integer> explained = new HashMap<>();
        if (scored instanceof ScoredImages.Binary binary) {
            double threshold = explainedClass == null ? threshold(report) : 0;
            binary.cases().forEach(one -> explained.put(one.image(), one.probability() >= threshold ? 1 : 0));
        } else if (scored instanceof ScoredImages.Multiclass several) {
            several.cases().forEach(one -> explained.put(one.image(), one.predicted()));
        } else if (scored instanceof ScoredImages.Multilabel labelled) {
            labelled.cases().forEach(one -> explained.put(one.image(), largest(one.probabilities())));
        }
        if (explainedClass != null) {
            int named = classes.indexOf(explainedClass);
            if (named < 0) {
                throw new IllegalArgumentException("the class must be one of " + classes + ", was " + explainedClass);
            }
            explained.replaceAll((image, called) -> named);
        }
        return explained;
    }

    private static double threshold(String report) {
        JsonNode threshold = WorkerDocuments.tree(report).at("/threshold/threshold");
        if (!threshold.isNumber()) {
            throw new IllegalArgumentException("the report has no threshold");
        }
        return threshold.doubleValue();
    }

    private static int largest(List<Double> probabilities) {
        return probabilities.indexOf(Collections.max(probabilities));
    }

    List<SampledCase> all() {
        return cases;
    }

    /** The cases by the networks that answered them; see {@link TrainedNetworks#answering}. */
    Map<List<TrainedNetwork>, List<SampledCase>> byNetworks(Subset subset, List<TrainedNetwork> networks, Split split) {
        Map<List<TrainedNetwork>, List<SampledCase>> byNetworks = new LinkedHashMap<>();
        for (SampledCase one : cases) {
            byNetworks
                    .computeIfAbsent(
                            TrainedNetworks.answering(
                                    subset, networks, split, one.image().patient()),
                            ofNetworks -> new ArrayList<>())
                    .add(one);
        }
        return byNetworks;
    }
}
