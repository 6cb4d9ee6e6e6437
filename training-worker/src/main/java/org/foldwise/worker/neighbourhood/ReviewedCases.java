package org.foldwise.worker.neighbourhood;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.scored.ScoredImages;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.worker.WorkerDocuments;
import org.foldwise.worker.run.TrainedNetworks;
import org.foldwise.worker.run.TrainedNetworks.TrainedNetwork;
import tools.jackson.databind.JsonNode;

/**
 * The cases that an evaluation's error review names, each with what the model called it: the worst first, then the doubted ones that are
 * not among these.
 */
final class ReviewedCases {
    /** As many as two of an error review's longest lists hold. */
    private static final int MOST_CASES = 2 * ErrorReview.LONGEST_LIST;

    private final List<ReviewedCase> cases;

    /**
     * A case.
     *
     * @param called the classes that the model called
     */
    record ReviewedCase(ImageRecord image, List<String> called) {}

    private ReviewedCases(List<ReviewedCase> cases) {
        this.cases = cases;
    }

    /**
     * The cases of an evaluation.
     *
     * @param errorReview a JSON document
     * @param report a JSON document, which holds the thresholds
     * @param judged whose images they are
     * @param scored all that were judged
     * @throws IllegalArgumentException if the documents are not of such an evaluation
     */
    static ReviewedCases of(String errorReview, String report, Cohort judged, ScoredImages scored) {
        Set<String> names = names(WorkerDocuments.tree(errorReview));
        Map<String, List<String>> called = called(scored, judged.classes(), WorkerDocuments.tree(report));
        Map<String, ImageRecord> images =
                judged.images().stream().collect(Collectors.toMap(ImageRecord::name, Function.identity()));
        return new ReviewedCases(names.stream()
                .map(name -> new ReviewedCase(
                        requireNonNull(images.get(name), "a case is no image of the dataset"),
                        requireNonNull(called.get(name), "a case was not scored")))
                .toList());
    }

    /** What an error review names, whatever the task: lists of worst cases and of doubts, of all classes first. */
    private static Set<String> names(JsonNode review) {
        List<JsonNode> parts = new ArrayList<>(List.of(review));
        review.path("classes").forEach(parts::add);
        return parts.stream()
                .flatMap(part -> Stream.of(part.at("/worst"), part.at("/doubts/doubts")))
                .flatMap(JsonNode::valueStream)
                .map(named -> named.path("image").asString(""))
                .distinct()
                .limit(MOST_CASES)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What the model called each image. */
    private static Map<String, List<String>> called(ScoredImages scored, List<String> classes, JsonNode report) {
        Map<String, List<String>> called = new HashMap<>();
        if (scored instanceof ScoredImages.Binary binary) {
            double threshold = number(report, "/threshold/threshold");
            binary.cases()
                    .forEach(one ->
                            called.put(one.image(), List.of(classes.get(one.probability() >= threshold ? 1 : 0))));
        } else if (scored instanceof ScoredImages.Multiclass several) {
            several.cases().forEach(one -> called.put(one.image(), List.of(classes.get(one.predicted()))));
        } else if (scored instanceof ScoredImages.Multilabel labelled) {
            List<Double> thresholds = IntStream.range(0, classes.size())
                    .mapToObj(k -> number(report, "/classes/" + k + "/threshold/threshold"))
                    .toList();
            labelled.cases()
                    .forEach(one -> called.put(
                            one.image(),
                            IntStream.range(0, classes.size())
                                    .filter(k -> one.probabilities().get(k) >= thresholds.get(k))
                                    .mapToObj(classes::get)
                                    .toList()));
        }
        return called;
    }

    private static double number(JsonNode document, String pointer) {
        JsonNode number = document.at(pointer);
        if (!number.isNumber()) {
            throw new IllegalArgumentException("the report has no number at " + pointer);
        }
        return number.doubleValue();
    }

    List<ReviewedCase> all() {
        return cases;
    }

    /**
     * The cases by the networks that answered them.
     *
     * @param subset that was judged
     * @param networks of what was evaluated
     * @param split that they were trained on
     */
    Map<List<TrainedNetwork>, List<ReviewedCase>> byNetworks(
            Subset subset, List<TrainedNetwork> networks, Split split) {
        Map<List<TrainedNetwork>, List<ReviewedCase>> cases = new LinkedHashMap<>();
        for (ReviewedCase reviewed : this.cases) {
            List<TrainedNetwork> answering = TrainedNetworks.answering(
                    subset, networks, split, reviewed.image().patient());
            cases.computeIfAbsent(answering, ofNetworks -> new ArrayList<>()).add(reviewed);
        }
        return cases;
    }
}
