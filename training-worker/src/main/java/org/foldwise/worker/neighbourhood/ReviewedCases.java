package org.foldwise.worker.neighbourhood;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.foldwise.learning.dataset.Cohort;
import org.foldwise.learning.dataset.ImageRecord;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.dataset.Task;
import org.foldwise.learning.json.ReportJson;
import org.foldwise.learning.metrics.ErrorReview;
import org.foldwise.learning.metrics.EvaluationReport;
import org.foldwise.learning.metrics.LabelDoubts;
import org.foldwise.learning.split.Fold;
import org.foldwise.learning.split.Role;
import org.foldwise.learning.split.Split;
import org.foldwise.registry.evaluation.Evaluation;
import org.foldwise.registry.evaluation.Subset;
import org.foldwise.worker.run.TrainedNetworks.TrainedNetwork;

/**
 * The cases that an evaluation's error review names, each with what the model called it: the worst first, then the doubted ones that are
 * not among these.
 */
final class ReviewedCases {
    private final List<ReviewedCase> cases;

    /**
     * A case.
     *
     * @param called the class that the model called
     */
    record ReviewedCase(ImageRecord image, String called) {}

    private ReviewedCases(List<ReviewedCase> cases) {
        this.cases = cases;
    }

    /**
     * The cases of an evaluation that has succeeded.
     *
     * @param judged whose images they are
     * @throws IllegalArgumentException if the task is not binary
     */
    static ReviewedCases of(Evaluation evaluation, Cohort judged) {
        if (judged.task() != Task.BINARY) {
            throw new IllegalArgumentException(
                    "neighbours are looked for in binary tasks only, the dataset is for "
                            + judged.task().words());
        }
        ErrorReview review = ReportJson.read(ErrorReview.class, requireNonNull(evaluation.errorReview()));
        double threshold = ReportJson.read(EvaluationReport.class, requireNonNull(evaluation.report()))
                .threshold()
                .threshold();
        Map<String, Double> probabilities = new LinkedHashMap<>();
        review.worst().forEach(mistake -> probabilities.putIfAbsent(mistake.image(), mistake.probability()));
        LabelDoubts doubts = review.doubts();
        if (doubts != null) {
            doubts.doubts().forEach(doubt -> probabilities.putIfAbsent(doubt.image(), doubt.probability()));
        }
        Map<String, ImageRecord> images =
                judged.images().stream().collect(Collectors.toMap(ImageRecord::name, Function.identity()));
        List<ReviewedCase> cases = new ArrayList<>();
        probabilities.forEach((name, probability) -> cases.add(new ReviewedCase(
                requireNonNull(images.get(name), "a case is no image of the dataset"),
                judged.classes().get(probability >= threshold ? 1 : 0))));
        return new ReviewedCases(cases);
    }

    List<ReviewedCase> all() {
        return cases;
    }

    /**
     * The cases by the networks that answered them: of a cross-validation, and of an ensemble of one in its validation, those that had not
     * learned from the patient; otherwise all.
     *
     * @param networks of what was evaluated
     * @param split that they were trained on
     */
    Map<List<TrainedNetwork>, List<ReviewedCase>> byNetworks(
            Evaluation evaluation, List<TrainedNetwork> networks, Split split) {
        boolean eachByItsOwn = networks.size() > 1
                && networks.stream().anyMatch(network -> network.fold() != Fold.DEVELOPMENT)
                && (evaluation.subset() == Subset.OUT_OF_FOLD || evaluation.subset() == Subset.VALIDATION);
        Map<List<TrainedNetwork>, List<ReviewedCase>> cases = new LinkedHashMap<>();
        for (ReviewedCase reviewed : this.cases) {
            List<TrainedNetwork> answering = !eachByItsOwn
                    ? networks
                    : networks.stream()
                            .filter(network -> holdsOut(
                                    split.fold(network.fold()), reviewed.image().patient()))
                            .toList();
            if (answering.isEmpty()) {
                throw new IllegalArgumentException("a case's patient is held out in no fold");
            }
            cases.computeIfAbsent(answering, ofNetworks -> new ArrayList<>()).add(reviewed);
        }
        return cases;
    }

    private static boolean holdsOut(Fold fold, PatientId patient) {
        return fold.roles().get(patient) == Role.HELD_OUT;
    }
}
