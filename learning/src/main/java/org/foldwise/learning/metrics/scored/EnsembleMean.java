package org.foldwise.learning.metrics.scored;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.foldwise.learning.dataset.PatientId;
import org.foldwise.learning.metrics.ScoredCase;
import org.foldwise.learning.metrics.multiclass.ClassifiedCase;
import org.foldwise.learning.metrics.multilabel.LabelledCase;

/**
 * What several models say of the same images together: the mean of their probabilities, summed up in double in the order of the models.
 * Evaluations and predictions take it from here, so that an ensemble answers what was evaluated.
 */
public final class EnsembleMean {
    /** Most models whose mean is one model: memory, and the time of an answer, grow with each. */
    public static final int MAXIMUM_MEMBERS = 20;

    private EnsembleMean() {}

    /**
     * The mean of what the models say of one image.
     *
     * @param members one or more lists of probabilities, one for each output
     * @throws IllegalArgumentException if there are none, or they have different lengths
     */
    public static List<Double> ofProbabilities(List<List<Double>> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("an ensemble has 1 member or more, had none");
        }
        int outputs = members.get(0).size();
        List<Double> means = new ArrayList<>(outputs);
        for (int output = 0; output < outputs; output++) {
            double sum = 0;
            for (List<Double> member : members) {
                if (member.size() != outputs) {
                    throw new IllegalArgumentException("the members of an ensemble must have as many outputs, had "
                            + outputs + " and " + member.size());
                }
                sum += member.get(output);
            }
            means.add(sum / members.size());
        }
        return List.copyOf(means);
    }

    /**
     * The mean probabilities of every image, in the order of the first member's images.
     *
     * @param members one or more, of the same images, of one task and of the same classes
     * @throws IllegalArgumentException if the members speak of different images, or differently of one
     */
    public static ScoredImages of(List<ScoredImages> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("an ensemble has 1 member or more, had none");
        }
        ScoredImages first = members.get(0);
        List<Map<String, Answer>> byImage = new ArrayList<>();
        for (ScoredImages member : members) {
            if (member.task() != first.task() || !member.classes().equals(first.classes())) {
                throw new IllegalArgumentException(
                        "the members of an ensemble must have one task and the same classes");
            }
            byImage.add(byImage(answers(member)));
        }
        List<Answer> means = new ArrayList<>();
        for (Answer answer : answers(first)) {
            List<List<Double>> each = new ArrayList<>();
            for (Map<String, Answer> member : byImage) {
                Answer scored = member.get(answer.image());
                if (scored == null || member.size() != first.size() || !scored.isOfTheSame(answer)) {
                    throw new IllegalArgumentException(
                            "the members of an ensemble must score the same images, and differ in '" + answer.image()
                                    + "'");
                }
                each.add(scored.probabilities());
            }
            means.add(new Answer(answer.image(), answer.patient(), answer.truth(), ofProbabilities(each)));
        }
        return images(first, means);
    }

    /**
     * What a model says of an image of any task.
     *
     * @param truth what the image shows, as its task has it
     */
    private record Answer(String image, PatientId patient, Object truth, List<Double> probabilities) {
        boolean isOfTheSame(Answer other) {
            return patient.equals(other.patient()) && truth.equals(other.truth());
        }
    }

    private static List<Answer> answers(ScoredImages images) {
        if (images instanceof ScoredImages.Binary binary) {
            return binary.cases().stream()
                    .map(one -> new Answer(one.image(), one.patient(), one.positive(), List.of(one.probability())))
                    .toList();
        }
        if (images instanceof ScoredImages.Multiclass multiclass) {
            return multiclass.cases().stream()
                    .map(one -> new Answer(one.image(), one.patient(), one.truth(), one.probabilities()))
                    .toList();
        }
        return ((ScoredImages.Multilabel) images)
                .cases().stream()
                        .map(one -> new Answer(one.image(), one.patient(), one.truth(), one.probabilities()))
                        .toList();
    }

    @SuppressWarnings("unchecked") // a multi-label truth was a list of booleans when it went into the answer
    private static ScoredImages images(ScoredImages like, List<Answer> answers) {
        return switch (like.task()) {
            case BINARY ->
                new ScoredImages.Binary(
                        like.classes(),
                        answers.stream()
                                .map(one -> new ScoredCase(
                                        one.image(),
                                        one.patient(),
                                        (Boolean) one.truth(),
                                        one.probabilities().get(0)))
                                .toList());
            case MULTICLASS ->
                new ScoredImages.Multiclass(
                        like.classes(),
                        answers.stream()
                                .map(one -> new ClassifiedCase(
                                        one.image(), one.patient(), (Integer) one.truth(), one.probabilities()))
                                .toList());
            case MULTILABEL ->
                new ScoredImages.Multilabel(
                        like.classes(),
                        answers.stream()
                                .map(one -> new LabelledCase(
                                        one.image(), one.patient(), (List<Boolean>) one.truth(), one.probabilities()))
                                .toList());
        };
    }

    private static Map<String, Answer> byImage(List<Answer> answers) {
        Map<String, Answer> byImage = new HashMap<>();
        for (Answer answer : answers) {
            if (byImage.put(answer.image(), answer) != null) {
                throw new IllegalArgumentException("image '" + answer.image() + "' is scored twice");
            }
        }
        return byImage;
    }
}
